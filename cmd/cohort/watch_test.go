package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// watched are the lines of a watch by their type.
func watched(t *testing.T, data string) (rows, windows, alerts []map[string]any) {
	t.Helper()
	for line := range strings.Lines(data) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		switch v["type"] {
		case "assignment":
			rows = append(rows, v)
		case "window":
			windows = append(windows, v)
		default:
			alerts = append(alerts, v)
		}
	}
	return rows, windows, alerts
}

// written is what users write about three subjects, with quotes and line feeds.
func written(n int, seed uint64, invoices bool) (rows []string) {
	r := rand.New(rand.NewPCG(seed, 1))
	said := [][]string{
		{"the camera takes sharp pictures", "great lens and flash", "lovely photos even at night", "\"the zoom is \"\"superb\"\"\""},
		{"the battery does not last a day", "it must be charged all the time", "the charger broke", "\"power is gone,\nbattery empty\""},
		{"the parcel came two weeks late", "shipping was slow and the box was torn", "delivery took forever", "the courier lost my parcel"},
	}
	for i := range n {
		about := said[r.IntN(3)]
		text := about[r.IntN(4)]
		if invoices && i%2 == 0 {
			text = []string{"I was charged twice on my invoice", "the refund is not on my bank statement", "my invoice shows a wrong amount: mail anna.smith@example.com", "the invoice is wrong: ask anna.smith@example.com"}[r.IntN(4)]
		}
		rows = append(rows, fmt.Sprintf("u%d-%d,%s\n", seed, i*2/3, text))
	}
	return rows
}

// grow appends to a file.
func grow(t *testing.T, path, data string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(data); err != nil {
		t.Fatal(err)
	}
}

// A watch that is killed again and again, while a writer pauses inside rows and
// the file is replaced, writes what an undisturbed one does; alerts are posted
// with the same ids.
func TestWatchKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the command many times")
	}
	seg := savedSegmenter(t, file(t, "in.csv", fewReviews))
	rows := slices.Concat(written(160, 1, false), written(80, 2, true))
	args := []string{"watch", "--segmenter", seg, "--window", "40", "--reference", "2", "--false-alarms", "0.2", "--horizon", "1", "--threads", "1"}
	whole := file(t, "whole.csv", "user,text\n"+strings.Join(rows, ""))
	want := run(t, "", append(args, "--in", whole, "--once")...)
	if want.code != 0 {
		t.Fatal(want.err)
	}
	all, windows, alerts := watched(t, want.out)
	if len(all) != len(rows) || len(windows) != len(rows)/40 || len(alerts) == 0 {
		t.Fatalf("%d rows, %d windows, %d alerts", len(all), len(windows), len(alerts))
	}

	var mu sync.Mutex
	posted := map[string]int{}
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		posted[r.Header.Get("Idempotency-Key")]++
	}))
	defer hook.Close()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "grows.csv"), filepath.Join(dir, "watched.jsonl")
	args = append(args, "--in", in, "--out", out, "--poll", "5ms", "--webhook", hook.URL)
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	grow(t, in, "user,text\n")
	kills := 0
	last := len(rows) - 1 // kept for a process that is stopped
	for i := 0; i < last; {
		c := command(t, args...)
		var stderr bytes.Buffer
		c.Stderr = &stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for n := range 20 + r.IntN(40) {
			if i == last {
				break
			}
			if n == 5 && i > 5 {
				atLeast(t, out, i/2) // of a process that has begun
			}
			cut := r.IntN(len(rows[i]))
			grow(t, in, rows[i][:cut])
			time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
			grow(t, in, rows[i][cut:])
			i++
		}
		time.Sleep(time.Duration(r.IntN(600)) * time.Millisecond)
		_ = c.Process.Kill()
		if err := c.Wait(); err == nil || stderr.Len() > 0 {
			t.Fatalf("%v: %s", err, stderr.String())
		}
		if kills++; kills == 2 {
			if err := os.Rename(in, in+".1"); err != nil {
				t.Fatal(err)
			}
			grow(t, in, "user,text\n")
		}
	}
	if runtime.GOOS != "windows" {
		stopped(t, args, in, rows[last], out, len(rows)+len(windows)+len(alerts))
	} else {
		grow(t, in, rows[last])
	}
	if r := run(t, "", append(args, "--once")...); r.code != 0 {
		t.Fatal(r.err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if strip(string(got)) != strip(want.out) {
		gr, gw, ga := watched(t, string(got))
		t.Errorf("after %d kills: %d rows, %d windows, %d alerts; want %d, %d, %d", kills, len(gr), len(gw), len(ga), len(all), len(windows), len(alerts))
	}
	if len(posted) != len(alerts) {
		t.Errorf("posted %v, want %d alerts", posted, len(alerts))
	}
	t.Logf("%d kills, %d rows, %d alerts, posted %v", kills, len(all), len(alerts), posted)
}

// strip leaves out the beginnings of ids, which differ with the input's name.
func strip(lines string) string {
	var b strings.Builder
	for line := range strings.Lines(lines) {
		var v map[string]any
		_ = json.Unmarshal([]byte(line), &v)
		delete(v, "id")
		delete(v, "alerts")
		delete(v, "ongoing")
		out, _ := json.Marshal(v)
		b.Write(append(out, '\n'))
	}
	return b.String()
}

// atLeast waits until a file has so many lines.
func atLeast(t *testing.T, path string, lines int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		b, _ := os.ReadFile(path)
		if bytes.Count(b, []byte("\n")) >= lines {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("%d lines, want %d", bytes.Count(b, []byte("\n")), lines)
			return
		}
	}
}

// stopped runs a watch until it has read a row more and written so many lines,
// sees that another one is refused, and stops it by a signal.
func stopped(t *testing.T, args []string, in, row, out string, lines int) {
	t.Helper()
	c := command(t, args...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	grow(t, in, row)
	atLeast(t, out, lines)
	var exit *exec.ExitError
	if b, err := command(t, args...).CombinedOutput(); err == nil || !bytes.Contains(b, []byte("by another process")) {
		t.Errorf("a second one: %v %v: %s", err, exit, b)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil || stderr.String() != "cohort: stopped\n" {
		t.Errorf("stopped: %v: %s", err, stderr.String())
	}
}

// An interruption that comes before the first row is read stops a watch, too.
func TestWatchStoppedEarly(t *testing.T) {
	t.Parallel()
	seg := savedSegmenter(t, file(t, "in.csv", fewReviews))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &errs}
	if code := a.run(ctx, []string{"watch", "--segmenter", seg, "--in", file(t, "new.csv", "user,text\na,the phone is great\n"), "--out", filepath.Join(t.TempDir(), "out.jsonl")}); code != 0 || errs.String() != "cohort: stopped\n" {
		t.Errorf("status %d, %q", code, errs.String())
	}
}

// A table is followed by its key; rows that appear later are read once, and
// personal data of a candidate are masked even without masking.
func TestWatchTable(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the command many times")
	}
	seg := filepath.Join(t.TempDir(), "seg")
	if r := run(t, "", "segment", "--in", file(t, "in.csv", fewReviews), "--out", seg, "--model", "minilm", "--k", "3", "--bootstrap", "-1", "--no-mask"); r.code != 0 {
		t.Fatal(r.err)
	}
	dir := t.TempDir()
	name, out := filepath.Join(dir, "shop.db"), filepath.Join(dir, "watched.jsonl")
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec := func(statement string, args ...any) {
		t.Helper()
		if _, err := db.Exec(statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE reviews (id INTEGER PRIMARY KEY, customer TEXT, said TEXT)")
	args := []string{"watch", "--segmenter", filepath.Join(seg, segmenterFile), "--in", "sqlite:" + name, "--table", "reviews", "--key", "id", "--text-column", "said", "--user-column", "customer",
		"--no-mask", "--window", "60", "--reference", "3", "--out", out, "--alerts", out + ".alerts", "--once", "--false-alarms", "0.05", "--horizon", "1"}
	texts := slices.Concat(written(240, 3, false), written(60, 4, true))
	for i, row := range texts {
		if i%70 == 0 {
			if r := run(t, "", args...); r.code != 0 {
				t.Fatal(r.err)
			}
		}
		user, text, _ := strings.Cut(strings.TrimSpace(row), ",")
		exec("INSERT INTO reviews (id, customer, said) VALUES (?, ?, ?)", 10*i, user, text) // with gaps
	}
	if r := run(t, "", args...); r.code != 0 {
		t.Fatal(r.err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	rows, windows, _ := watched(t, string(b))
	if len(rows) != len(texts) || len(windows) != len(texts)/60 {
		t.Errorf("%d rows, %d windows", len(rows), len(windows))
	}
	for i, r := range rows {
		if user, _, _ := strings.Cut(texts[i], ","); r["user"] != user || r["row"] != float64(i+1) {
			t.Fatalf("row %d: %v", i+1, r)
		}
	}
	b, err = os.ReadFile(out + ".alerts")
	if err != nil || !bytes.Contains(b, []byte(`"kind":"unassignable"`)) || !bytes.Contains(b, []byte("[email]")) || bytes.Contains(b, []byte("anna")) {
		t.Errorf("alerts: %s, %v", b, err)
	}
}

func TestWatchUsage(t *testing.T) {
	t.Parallel()
	seg := savedSegmenter(t, file(t, "in.csv", fewReviews))
	in := file(t, "in.csv", fewReviews)
	for _, c := range []struct{ args, says string }{
		{"--in -", "standard input"},
		{"--in sqlite:x.db", "--key"},
		{"--in " + in + " --key id", "for tables"},
		{"--in a.parquet", "cannot be followed"},
		{"--in a.csv.gz", "compressed"},
		{"--in " + in + " --window -1", "Window is -1"},
		{"--in " + in + " --false-alarms 0", "--false-alarms is 0"},
		{"--in " + in + " --segmenter-out x", "without --follow"},
		{"--in " + in + " --webhook-retries 2", "without --webhook"},
		{"--in " + in + " --webhook ftp://x", "webhook"},
	} {
		if r := run(t, "", append([]string{"watch", "--segmenter", seg, "--once"}, strings.Fields(c.args)...)...); r.code != 2 || !strings.Contains(r.err, c.says) {
			t.Errorf("%s: %+v", c.args, r)
		}
	}
	if r := run(t, "", "watch", "--segmenter", seg, "--in", in, "--urls", "keep", "--once"); r.code != 1 || !strings.Contains(r.err, "of the first run") {
		t.Errorf("another preparation: %+v", r)
	}
	if r := run(t, "", "watch", "--segmenter", seg, "--in", in, "--dry-run"); r.code != 0 || !strings.Contains(r.out, "as it grows") || !strings.Contains(r.out, "Nothing was written") {
		t.Errorf("%+v", r)
	}
	if r := run(t, "", "watch", "--segmenter", seg, "--in", in, "--once", "--stats"); r.code != 0 || statsOf(t, r.err, "rows") != 9 {
		t.Errorf("%+v", r)
	}
}
