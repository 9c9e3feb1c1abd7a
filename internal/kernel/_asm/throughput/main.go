// Command throughput uses llvm-mca to estimate how fast the inner loops of
// package kernel's arm64 assembly run on cores that are not available. It
// builds the package's test binary, extracts each function's loops, and
// simulates each of them:
//
//	go run ./throughput            in internal/kernel/_asm
//
// Loops of products are given as a share of the core's peak, which is
// llvm-mca's result for the loop of independent multiply-adds by which the
// benchmarks measure the peak (peakNEON and so on); other loops are given in
// cycles per iteration. With -check it fails if a full tile is slower than the
// project promises.
//
// A model has execution units and latencies, but no caches: operands are
// assumed to be in the level-1 cache.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// cores are the simulated models, by their names in LLVM.
var cores = []string{"apple-m1", "neoverse-n1", "neoverse-v1", "neoverse-v2", "cortex-a76"}

// lacks lists the instruction sets that cores do not have: their loops are left
// out.
var lacks = map[string][]string{
	"apple-m1":    {"I8MM"},
	"neoverse-n1": {"I8MM"},
	"cortex-a76":  {"I8MM"},
}

// promised is the minimum share of the peak, in percent, for full tiles.
var promised = map[string]float64{"gemmInputs": 90, "strassen": 90, "mix": 90, "int8Gemm": 85}

func main() {
	log.SetFlags(0)
	binary := flag.String("binary", "", "a test binary of package kernel for linux/arm64; without it, one is built")
	all := flag.Bool("all", false, "list tiles of fewer rows too, and loops without multiply-adds")
	check := flag.Bool("check", false, "fail if a full tile is below the share of the peak that is promised")
	flag.Parse()
	if err := run(os.Stdout, *binary, *all, *check); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer, binary string, all, check bool) error {
	if binary == "" {
		dir, err := os.MkdirTemp("", "throughput")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "kernel.test")
		build := exec.Command("go", "test", "-c", "-o", binary, ".")
		build.Dir = ".."
		build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0", "GOWORK=off")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("building the test binary: %w\n%s", err, out)
		}
	}
	m, err := newModel()
	if err != nil {
		return err
	}
	functions, err := readFunctions(binary)
	if err != nil {
		return err
	}
	loops, err := hotLoops(m, functions)
	if err != nil {
		return err
	}
	peaks := make(map[string]loop)
	for _, l := range loops {
		if strings.HasPrefix(l.operation, "peak") {
			peaks[l.set] = l
		}
	}
	return table(w, m, loops, peaks, all, check)
}

// table prints a line for each loop. It returns an error if check is set and a
// full tile is slower than promised.
func table(w io.Writer, m *model, loops []loop, peaks map[string]loop, all, check bool) error {
	fmt.Fprintf(w, "| loop | multiply-adds | %s |\n|---|--:|%s\n", strings.Join(cores, " | "), strings.Repeat("--:|", len(cores)))
	var slow []error
	for _, l := range loops {
		peak, isPeak := peaks[l.set], strings.HasPrefix(l.operation, "peak")
		isProduct := l.rows > 0 && l.products > 0
		if !all && !isPeak && (!isProduct || !l.fullTile(loops)) {
			continue
		}
		fmt.Fprintf(w, "| %s | %d |", l.name, l.products)
		for _, core := range cores {
			if slices.Contains(lacks[core], l.set) {
				fmt.Fprint(w, " - |")
				continue
			}
			cycles, err := m.cycles(core, l)
			if err != nil {
				return err
			}
			if isPeak {
				fmt.Fprintf(w, " %.2f a cycle |", float64(l.products)/cycles)
				continue
			}
			if !isProduct {
				fmt.Fprintf(w, " %.1f cycles |", cycles)
				continue
			}
			best, err := m.cycles(core, peak)
			if err != nil {
				return err
			}
			share := 100 * float64(l.products) / cycles / (float64(peak.products) / best)
			fmt.Fprintf(w, " %.0f %% |", share)
			if want := promised[l.operation]; share < want && l.fullTile(loops) {
				slow = append(slow, fmt.Errorf("%s on %s: %.1f %% of the peak, want %.0f %%", l.name, core, share, want))
			}
		}
		fmt.Fprintln(w)
	}
	if !check {
		return nil
	}
	return errors.Join(slow...)
}

// model runs LLVM's tools.
type model struct {
	mc, mca string
	known   map[string]float64
}

// newModel finds the tools. LLVM supports Arm's Neoverse cores since version
// 17; Debian's names of newer versions end in the version number.
func newModel() (*model, error) {
	for _, suffix := range []string{"-19", "-22", "-21", "-20", "-18", "-17", ""} {
		mc, err := exec.LookPath("llvm-mc" + suffix)
		if err != nil {
			continue
		}
		mca, err := exec.LookPath("llvm-mca" + suffix)
		if err != nil {
			continue
		}
		return &model{mc: mc, mca: mca, known: make(map[string]float64)}, nil
	}
	return nil, errors.New("no llvm-mc and llvm-mca, version 17 or newer")
}

const attributes = "-mattr=+dotprod,+i8mm"

func pipe(in []byte, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, out)
	}
	return out, nil
}

// disassemble returns the instructions of code, one per line.
func (m *model) disassemble(code []byte) ([]string, error) {
	var hex bytes.Buffer
	for i, b := range code {
		sep := " "
		if i%4 == 3 {
			sep = "\n"
		}
		fmt.Fprintf(&hex, "%#02x%s", b, sep)
	}
	out, err := pipe(hex.Bytes(), m.mc, "--disassemble", "-triple=aarch64", attributes)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, line := range strings.Split(string(out), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, ".") {
			lines = append(lines, line)
		}
	}
	if len(lines) != len(code)/4 {
		return nil, fmt.Errorf("%d instructions in %d words", len(lines), len(code)/4)
	}
	return lines, nil
}

// cycles returns the cycles per iteration of the loop in the long run: the
// difference of two simulations cancels the start.
func (m *model) cycles(core string, l loop) (float64, error) {
	key := core + " " + l.name
	if c, ok := m.known[key]; ok {
		return c, nil
	}
	const short, long = 50, 250
	var total [2]int
	for i, turns := range []int{short, long} {
		out, err := pipe([]byte(strings.Join(l.code, "\n")+"\n"), m.mca, "-mtriple=aarch64", "-mcpu="+core, attributes, fmt.Sprintf("-iterations=%d", turns), "-instruction-info=false", "-resource-pressure=false")
		if err != nil {
			return 0, fmt.Errorf("%s: %w", l.name, err)
		}
		_, after, ok := strings.Cut(string(out), "Total Cycles:")
		if _, err := fmt.Sscan(after, &total[i]); !ok || err != nil {
			return 0, fmt.Errorf("%s: no cycles in %q", l.name, out)
		}
	}
	c := float64(total[1]-total[0]) / (long - short)
	m.known[key] = c
	return c, nil
}
