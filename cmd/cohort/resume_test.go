package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// asCommand makes the test binary run as the command.
const asCommand = "COHORT_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

// command returns a process that runs a command line.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, args...)
	c.Env = append(os.Environ(), asCommand+"=1")
	return c
}

// outputs are the bytes of the files of an output, by their names within it;
// that of a file alone is empty.
func outputs(t *testing.T, out string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(out, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, out)] = string(b)
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

// resumable is a verb that keeps a journal.
type resumable struct {
	name string
	args []string
	out  string // within a directory
}

// journal returns the journal's name.
func (v *resumable) journal(dir string) string {
	if v.name == "segment" {
		return filepath.Join(dir, v.out, journalName)
	}
	return filepath.Join(dir, v.out+".journal")
}

func (v *resumable) commandLine(dir string, more ...string) []string {
	return append(append(slices.Clone(v.args), "--out", filepath.Join(dir, v.out), "--stats"), more...)
}

// resumables returns verbs over texts of some users.
func resumables(t *testing.T, users int) []resumable {
	t.Helper()
	in := file(t, "in.csv", manyReviews(users, 3))
	base := []string{"--in", in, "--model", "minilm", "--threads", "1"}
	fitted := filepath.Join(t.TempDir(), "fitted")
	segment := append([]string{"segment", "--k", "3", "--bootstrap", "-1", "--sentiment", "none"}, base...)
	if r := run(t, "", append(slices.Clone(segment), "--out", fitted)...); r.code != 0 {
		t.Fatal(r.err)
	}
	return []resumable{
		{"embed", append([]string{"embed"}, base...), "e.npy"},
		{"segment", append(slices.Clone(segment), "--texts"), "seg"},
		{"segment", append(slices.Clone(segment), "--features", "stars,shop", "--texts"), "beside"},
		{"segment", append(slices.Clone(segment), "--sentiment", "auto", "--sentiment-model", tinyModels+"bert-sequence-classification", "--texts"), "felt"},
		{"assign", append([]string{"assign", "--segmenter", filepath.Join(fitted, segmenterFile)}, base...), "g.csv"},
	}
}

// statsOf returns a number of --stats.
func statsOf(t *testing.T, line, key string) float64 {
	t.Helper()
	var st map[string]any
	if err := json.Unmarshal([]byte(line), &st); err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	n, _ := st[key].(float64)
	return n
}

// Killed at random moments, a run is continued until it ends, with the bytes of
// an undisturbed one. COHORT_KILLS says how often, of each verb.
func TestKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the command many times")
	}
	kills, users := 2, 40
	if s := os.Getenv("COHORT_KILLS"); s != "" {
		var err error
		if kills, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
		users = 150 // so that most of the time is encoding
	}
	for _, v := range resumables(t, users) {
		t.Run(v.name, func(t *testing.T) {
			dir := t.TempDir()
			start := time.Now()
			if b, err := command(t, v.commandLine(dir)...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, b)
			}
			whole := time.Since(start)
			out := filepath.Join(dir, v.out)
			want := outputs(t, out)
			if err := os.RemoveAll(out); err != nil {
				t.Fatal(err)
			}
			seed := uint64(start.UnixNano())
			r := rand.New(rand.NewPCG(seed, 1))
			args := v.commandLine(dir, "--resume", "--journal-texts", "2")
			killed, ended, resumed := 0, 0, 0.0
			for {
				c := command(t, args...)
				var stderr bytes.Buffer
				c.Stderr = &stderr
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				if killed < kills {
					time.Sleep(time.Duration(r.Float64() * float64(whole)))
					_ = c.Process.Kill() // it may have ended
				}
				err := c.Wait()
				if err == nil {
					resumed += statsOf(t, stderr.String(), "resumed")
					if got := outputs(t, out); !sameFiles(t, got, want) {
						t.Fatalf("seed %d: the output differs after %d kills", seed, killed)
					}
					if err := os.RemoveAll(out); err != nil {
						t.Fatal(err)
					}
					if ended++; killed == kills {
						break
					}
					continue
				}
				if stderr.Len() > 0 { // it was done, and about to exit
					resumed += statsOf(t, stderr.String(), "resumed")
					if got := outputs(t, out); !sameFiles(t, got, want) {
						t.Fatalf("seed %d: killed after its output, which differs", seed)
					}
				}
				killed++
			}
			t.Logf("%d kills, %d runs ended, %.0f texts resumed", killed, ended, resumed)
			left, err := os.ReadDir(dir)
			if err != nil || len(left) != 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}

// sameFiles compares outputs, and names those that differ.
func sameFiles(t *testing.T, got, want map[string]string) bool {
	t.Helper()
	ok := len(got) == len(want) && len(want) > 0
	if !ok {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
	for name, data := range want {
		if got[name] != data {
			t.Errorf("file %q differs", name)
			ok = false
		}
	}
	return ok
}

// interrupted runs a verb until its journal has some blocks, and returns the
// journal's bytes.
func interrupted(t *testing.T, v *resumable, dir string) []byte {
	t.Helper()
	for range 20 {
		if b := interruptedOnce(t, v, dir); b != nil {
			return b
		}
		if err := os.RemoveAll(filepath.Join(dir, v.out)); err != nil { // it ended before it could be interrupted
			t.Fatal(err)
		}
	}
	t.Fatal("cannot interrupt a run")
	return nil
}

func interruptedOnce(t *testing.T, v *resumable, dir string) []byte {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan outcome)
	go func() { done <- runCtx(t, ctx, "", v.commandLine(dir, "--resume", "--journal-texts", "4")...) }()
	for {
		select {
		case r := <-done:
			if r.code != 0 {
				t.Fatal(r.err)
			}
			return nil
		case <-time.After(time.Millisecond):
		}
		if info, err := os.Stat(v.journal(dir)); err == nil && info.Size() > 1<<14 {
			break
		}
	}
	cancel()
	r := <-done
	if r.code == 0 {
		return nil
	}
	if r.code != 1 || !strings.Contains(r.err, "the same command continues from "+v.journal(dir)) {
		t.Fatalf("%+v", r)
	}
	b, err := os.ReadFile(v.journal(dir))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A journal of which any part of the last blocks is missing leads to the same
// bytes; one of other texts or settings is refused with what differs.
func TestResume(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the command many times")
	}
	for _, v := range resumables(t, 40) {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			out := filepath.Join(dir, v.out)
			if r := run(t, "", v.commandLine(dir)...); r.code != 0 {
				t.Fatal(r.err)
			}
			want := outputs(t, out)
			if err := os.RemoveAll(out); err != nil {
				t.Fatal(err)
			}
			journal := interrupted(t, &v, dir)

			in := v.args[slices.Index(v.args, "--in")+1]
			table, err := os.ReadFile(in)
			if err != nil {
				t.Fatal(err)
			}
			other := v
			other.args = slices.Clone(v.args)
			other.args[slices.Index(v.args, "--in")+1] = file(t, "in.csv", string(table)+"new,one more text,2024-01-03,3,oslo\n")
			if r := run(t, "", other.commandLine(dir, "--resume")...); r.code != 1 || !strings.Contains(r.err, "input was 120 texts") || !strings.Contains(r.err, "is 121 texts") {
				t.Errorf("another input: %+v", r)
			}
			if r := run(t, "", v.commandLine(dir, "--resume", "--precision", "int8")...); r.code != 1 || !strings.Contains(r.err, "digest of the model was ") {
				t.Errorf("another precision: %+v", r)
			}
			if b, err := os.ReadFile(v.journal(dir)); err != nil || !bytes.Equal(b, journal) {
				t.Errorf("a refused journal was changed: %v", err)
			}

			for _, cut := range []int{0, 1, 4 * 384 * 4, len(journal) / 2} {
				if err := os.MkdirAll(filepath.Dir(v.journal(dir)), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(v.journal(dir), journal[:len(journal)-cut], 0o600); err != nil {
					t.Fatal(err)
				}
				r := run(t, "", v.commandLine(dir, "--resume")...)
				if r.code != 0 || statsOf(t, r.err, "resumed") < 4 {
					t.Fatalf("%d bytes cut: %+v", cut, r)
				}
				if !sameFiles(t, outputs(t, out), want) {
					t.Errorf("%d bytes cut: the output differs", cut)
				}
				if err := os.RemoveAll(out); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// Types of vectors and formats other than NumPy's float32 are resumed, too.
func TestResumeEveryOutput(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the command many times")
	}
	dir := t.TempDir()
	base := resumable{"embed", []string{"embed", "--in", file(t, "in.csv", manyReviews(20, 2)), "--threads", "1"}, "e.npy"}
	journal := interrupted(t, &base, dir)
	for _, c := range [][]string{
		{"i.npy", "--dtype", "int8"}, {"e.parquet"}, {"sqlite:e.db"}, {"-"},
	} {
		t.Run(c[0], func(t *testing.T) {
			dir := t.TempDir()
			out := filepath.Join(dir, c[0])
			if name, ok := strings.CutPrefix(c[0], "sqlite:"); ok {
				out = "sqlite:" + filepath.Join(dir, name)
			} else if c[0] == "-" {
				out = "-"
			}
			line := append(append(slices.Clone(base.args), "--out", out), c[1:]...)
			r := run(t, "", line...)
			if r.code != 0 {
				t.Fatal(r.err)
			}
			want := outputs(t, dir)
			want["stdout"] = r.out
			for name := range want {
				os.Remove(filepath.Join(dir, name))
			}
			kept := filepath.Join(t.TempDir(), "kept")
			if err := os.WriteFile(kept, journal, 0o600); err != nil {
				t.Fatal(err)
			}
			r = run(t, "", append(line, "--resume", "--journal", kept)...)
			if r.code != 0 || !strings.Contains(r.err, "had been encoded by an earlier run") {
				t.Fatalf("%+v", r)
			}
			got := outputs(t, dir)
			got["stdout"] = r.out
			sameFiles(t, got, want)
			if _, err := os.Stat(kept); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the journal remains: %v", err)
			}
		})
	}
}

func TestResumeUsage(t *testing.T) {
	t.Parallel()
	in := file(t, "a.txt", "x\n")
	dir := t.TempDir()
	for _, c := range []struct{ args, says string }{
		{"--out - --resume", "--journal"},
		{"--out sqlite:" + filepath.Join(dir, "a.db") + " --resume", "--journal"},
		{"--out " + filepath.Join(dir, "a.npy") + " --journal-texts 5", "without --resume"},
		{"--out " + filepath.Join(dir, "a.npy") + " --journal j", "without --resume"},
		{"--out " + filepath.Join(dir, "a.npy") + " --resume --journal-texts 0", "--journal-texts is 0"},
		{"--out " + filepath.Join(dir, "a.npy") + " --resume --passes 2", "exclude each other"},
	} {
		if r := run(t, "", append([]string{"embed", "--in", in}, strings.Fields(c.args)...)...); r.code != 2 || !strings.Contains(r.err, c.says) {
			t.Errorf("%s: %+v", c.args, r)
		}
	}
	notes := file(t, "notes.txt", "keep me")
	if r := run(t, "", "embed", "--in", in, "--out", filepath.Join(dir, "a.npy"), "--resume", "--journal", notes); r.code != 1 || !strings.Contains(r.err, "not a journal") {
		t.Errorf("%+v", r)
	}
	if b, _ := os.ReadFile(notes); string(b) != "keep me" {
		t.Errorf("another file became %q", b)
	}
}

// An output that is being written is refused to others, with --resume or
// without; the lock ends with its owner and leaves nothing.
func TestSecondProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := file(t, "in.csv", fewReviews)
	out, seg := filepath.Join(dir, "e.npy"), filepath.Join(dir, "seg")
	lines := [][]string{
		{"embed", "--in", in, "--out", out},
		{"embed", "--in", in, "--out", out, "--resume"},
		{"segment", "--in", in, "--out", seg, "--model", "minilm"},
		{"assign", "--in", in, "--out", out, "--segmenter", savedSegmenter(t, in)},
	}
	unlock, err := lockFile(out)
	if err != nil {
		t.Fatal(err)
	}
	unlockDir, err := lockDir(seg)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if r := run(t, "", l...); r.code != 1 || !strings.Contains(r.err, "is being written by another process") {
			t.Errorf("%q: %+v", l, r)
		}
		c := command(t, l...)
		if b, err := c.CombinedOutput(); err == nil || !strings.Contains(string(b), "is being written by another process") {
			t.Errorf("%q in another process: %v: %s", l, err, b)
		}
	}
	unlock()
	unlockDir()
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	// What a killed process leaves is no lock.
	for _, name := range []string{filepath.Join(dir, ".e.npy.lock"), filepath.Join(dir, ".e.npy.journal.lock")} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := run(t, "", lines[1]...); r.code != 0 {
		t.Errorf("%+v", r)
	}
	if left, err := os.ReadDir(dir); err != nil || fmt.Sprint(left) != "[- e.npy]" {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// savedSegmenter returns the segmenter of a table.
func savedSegmenter(t *testing.T, in string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	if r := run(t, "", "segment", "--in", in, "--out", out, "--model", "minilm", "--k", "2", "--bootstrap", "-1", "--sentiment", "none"); r.code != 0 {
		t.Fatal(r.err)
	}
	return filepath.Join(out, segmenterFile)
}

// The lock is never held by two at once, although its file comes and goes.
func TestLockContention(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out")
	held := make(chan struct{}, 1)
	done := make(chan int)
	for range 4 {
		go func() {
			got := 0
			for range 500 {
				unlock, err := lockFile(path)
				if err != nil {
					continue
				}
				select {
				case held <- struct{}{}:
					got++
					<-held
				default:
					t.Error("two hold the lock")
				}
				unlock()
			}
			done <- got
		}()
	}
	all := 0
	for range 4 {
		all += <-done
	}
	if all == 0 {
		t.Error("nobody got the lock")
	}
}
