package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"time"
)

const defaultInterval = 5 * time.Second

// watch measures a command that runs.
type watch struct {
	journal, csv string
	dim, kill    int
	every        time.Duration
}

func (w *watch) run(command []string) error {
	if len(command) == 0 || w.journal == "" || w.csv == "" || w.dim < 1 || w.every <= 0 {
		return fmt.Errorf("want -journal, -csv and a command; -dim and -every above 0")
	}
	out, err := os.Create(w.csv)
	if err != nil {
		return err
	}
	defer out.Close()
	c := exec.Command(command[0], command[1:]...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	if err := w.sample(out, c.Process, ended); err != nil {
		return err
	}
	return out.Close()
}

// sample writes a row an interval until the command has ended.
func (w *watch) sample(out io.Writer, p *os.Process, ended <-chan error) error {
	fmt.Fprintln(out, "seconds,processor_seconds,texts,resident_mb,peak_mb")
	begin := time.Now()
	tick := time.NewTicker(w.every)
	defer tick.Stop()
	killed := false
	for {
		select {
		case err := <-ended:
			if killed {
				return nil
			}
			return err
		case <-tick.C:
		}
		texts, err := w.texts()
		if err != nil {
			return err
		}
		m, err := measure(p.Pid)
		if err != nil {
			continue // it has just ended
		}
		if _, err := fmt.Fprintf(out, "%.1f,%.2f,%d,%.1f,%.1f\n", time.Since(begin).Seconds(), m.processor, texts, m.resident, m.peak); err != nil {
			return err
		}
		if w.kill > 0 && texts >= w.kill && !killed {
			killed = true
			if err := p.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				return err
			}
		}
	}
}

// texts returns about how many texts the journal holds: their vectors make up
// nearly all of it.
func (w *watch) texts() (int, error) {
	info, err := os.Stat(w.journal)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil // not begun, or removed at the end
	}
	if err != nil {
		return 0, err
	}
	return int(info.Size()) / (4 * w.dim), nil
}

type measurement struct {
	processor      float64 // seconds
	resident, peak float64 // MB
}

// measure reads what Linux tells of a process.
func measure(pid int) (m measurement, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return m, err
	}
	// The name of the command, in parentheses, may hold spaces.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return m, fmt.Errorf("process %d: %d fields in stat", pid, len(fields))
	}
	const ticks = 100 // a second: what Linux shows to users, whatever the kernel's own
	for _, f := range fields[11:13] {
		t, err := strconv.ParseFloat(string(f), 64)
		if err != nil {
			return m, err
		}
		m.processor += t / ticks
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return m, err
	}
	for line := range bytes.Lines(status) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		to := map[string]*float64{"VmRSS": &m.resident, "VmHWM": &m.peak}[string(name)]
		if to == nil {
			continue
		}
		var kb float64
		if _, err := fmt.Sscanf(string(value), "%f kB", &kb); err != nil {
			return m, err
		}
		*to = kb * 1024 / 1e6
	}
	if m.peak == 0 {
		return m, fmt.Errorf("process %d tells no memory", pid)
	}
	return m, nil
}
