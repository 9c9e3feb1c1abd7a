package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/source"
)

// grow appends to a file.
func grow(t testing.TB, path, data string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString(data)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func newTail(t testing.TB, path string, o source.Options) *Tail {
	t.Helper()
	f, err := NewTail(path, o, func(s string) { t.Log(s) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if err := f.Seek(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return f
}

// drain returns what there is to read: user and text of each row.
func drain(t testing.TB, f Feed) (out []string) {
	t.Helper()
	for _, r := range drained(t, f) {
		out = append(out, r.User+": "+r.Text.Text)
	}
	return out
}

func drained(t testing.TB, f Feed) (out []Row) {
	t.Helper()
	for {
		rows, err := f.Next(t.Context(), 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			return out
		}
		out = append(out, rows...)
	}
}

// eventually drains f until there were n rows.
func eventually(t testing.TB, f Feed, n int) (out []string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if out = append(out, drain(t, f)...); len(out) >= n {
			break
		}
	}
	return out
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// However a writer's bytes come, a row counts once when it is complete.
func TestTailInPieces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, data string
		o          source.Options
		want       []string
	}{
		{"a.csv", "user,text\na,one\nb,\"two\nlines, \"\"quoted\"\"\"\nc,three\nd,\"a \"\n", source.Options{}, []string{"a: one", "b: two\nlines, \"quoted\"", "c: three", "d: a "}},
		{"crlf.csv", "user;text\r\na;one\r\nb;\"x;\r\ny\"\r\n", source.Options{}, []string{"a: one", "b: x;\ny"}},
		{"a.tsv", "text\tuser\none\ta\ntwo \"inch\tb\n", source.Options{NoQuotes: true}, []string{"a: one", "b: two \"inch"}},
		{"a.jsonl", "{\"user\":\"a\",\"text\":\"one\\ntwo\"}\n\n{\"user\":\"b\",\"text\":\"é\"}\n", source.Options{}, []string{"a: one\ntwo", "b: é"}},
		{"a.txt", "one\ntwo\n\nthree\n", source.Options{}, []string{"1: one", "2: two", "3: three"}},
		{"gbk.csv", "user,text\na,\xb7\xa2\xbb\xf5\xba\xdc\xbf\xec\xa3\xac\xba\xdc\xc2\xfa\xd2\xe2\nb,\xd6\xca\xc1\xbf\xb2\xbb\xb4\xed\n", source.Options{}, []string{"a: 发货很快，很满意", "b: 质量不错"}},
		{"none.csv", "text\none\ntwo\n", source.Options{}, []string{"1: one", "2: two"}},
		{"long.csv", "user,text\n" + strings.Repeat("a,"+strings.Repeat("word ", 300)+"\n", 2500), source.Options{}, slices.Repeat([]string{"a: " + strings.Repeat("word ", 300)}, 2500)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(len(c.data)), 1))
			path := filepath.Join(t.TempDir(), c.name)
			f := newTail(t, path, c.o)
			expect(t, "no file", drain(t, f))
			var got []string
			for at := 0; at < len(c.data); {
				n := min(len(c.data)-at, 1+r.IntN(1+len(c.data)/20))
				grow(t, path, c.data[at:at+n])
				at += n
				got = append(got, drain(t, f)...)
			}
			expect(t, "in pieces", got, c.want...)
			// From every position the rest follows.
			all := newTail(t, path, c.o)
			rows := drained(t, all)
			for i := range rows {
				if len(rows) > 100 && i%500 > 0 {
					continue
				}
				if err := all.Seek(t.Context(), rows[i].After); err != nil {
					t.Fatal(err)
				}
				expect(t, fmt.Sprint("after row ", i+1), drain(t, all), c.want[i+1:]...)
			}
		})
	}
}

// A file that is replaced is read to its end, also where its writer goes on for a
// while or ends it without a line feed; then the new one, whose header may be
// there or not.
func TestTailRotation(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.csv")
	grow(t, path, "user,text\na,one\nb,tw")
	f := newTail(t, path, source.Options{})
	first := drained(t, f)
	if len(first) != 1 {
		t.Fatal(first)
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	expect(t, "renamed", drain(t, f))
	grow(t, path, "text,user\nfour,d\n")
	expect(t, "its writer goes on", drain(t, f))
	grow(t, path+".1", "o\nc,three")
	old := time.Now().Add(-time.Hour)
	expect(t, "to the end", drain(t, f), "b: two")
	if err := os.Chtimes(path+".1", old, old); err != nil {
		t.Fatal(err)
	}
	expect(t, "to the end, and the new one", eventually(t, f, 2), "c: three", "d: four")

	// A watch that was down goes on in the old one, through those in between.
	if err := os.Rename(path, path+".0"); err != nil { // names need not tell the order
		t.Fatal(err)
	}
	grow(t, path, "user,text\ne,five\n")
	again := newTail(t, path, source.Options{})
	if err := again.Seek(t.Context(), first[0].After); err != nil {
		t.Fatal(err)
	}
	expect(t, "after a pause", eventually(t, again, 4), "b: two", "c: three", "d: four", "e: five")
	for _, name := range []string{path + ".1", path + ".0"} {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := again.Seek(t.Context(), first[0].After); !errors.Is(err, ErrLost) {
		t.Errorf("the old file is gone: %v", err)
	}
}

// A file of which nothing was read is found again after it was replaced.
func TestTailBegin(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"user,text\na,one\n", "user,text\n"} {
		path := filepath.Join(t.TempDir(), "a.csv")
		f := newTail(t, path, source.Options{})
		if at, err := f.Begin(t.Context()); err != nil || at != nil {
			t.Errorf("of no file: %s, %v", at, err)
		}
		grow(t, path, data)
		at, err := f.Begin(t.Context())
		if err != nil || at == nil {
			t.Fatal(err)
		}
		f.Close()
		grow(t, path, "b,two\n")
		if err := os.Rename(path, path+".1"); err != nil {
			t.Fatal(err)
		}
		grow(t, path, "user,text\nc,three\n")
		again := newTail(t, path, source.Options{})
		if err := again.Seek(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		want := []string{"a: one", "b: two", "c: three"}
		if !strings.Contains(data, "one") {
			if want = want[1:]; runtime.GOOS == "windows" {
				continue // only a file's number tells
			}
		}
		expect(t, "found again", eventually(t, again, len(want)), want...)
	}
}

// A file that is truncated begins anew, after the rest of a copy.
func TestTailTruncation(t *testing.T) {
	t.Parallel()
	for _, copied := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "a.jsonl")
		line := func(s string) string { return fmt.Sprintf("{\"user\":\"%s\",\"text\":\"text of %s\"}\n", s, s) }
		grow(t, path, line("a")+line("b"))
		notes := 0
		f, err := NewTail(path, source.Options{}, func(string) { notes++ })
		if err != nil {
			t.Fatal(err)
		}
		expect(t, "at first", drain(t, f), "a: text of a", "b: text of b")
		want := []string{"d: text of d"}
		if copied {
			grow(t, path, line("c"))
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			grow(t, path+".1", string(data))
			want = []string{"c: text of c", "d: text of d"}
		}
		if err := os.Truncate(path, 0); err != nil {
			t.Fatal(err)
		}
		grow(t, path, line("d"))
		expect(t, "truncated", eventually(t, f, len(want)), want...)
		// So that it is longer than before.
		if err := os.Truncate(path, 0); err != nil {
			t.Fatal(err)
		}
		grow(t, path, line("e")+line("f")+line("g")+line("h")+line("i"))
		expect(t, "rewritten", drain(t, f), "e: text of e", "f: text of f", "g: text of g", "h: text of h", "i: text of i")
		if want := 2; !copied && notes != want || copied && notes != 1 {
			t.Errorf("%d notes", notes)
		}
		f.Close()
	}
}

// Rows that cannot be read stop the watch with their line, or are counted and
// handed on.
func TestTailRejects(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.csv")
	grow(t, path, "user,text\na,one\nb,two,three\nc,four\n")
	f := newTail(t, path, source.Options{})
	_, err := f.Next(t.Context(), 9)
	var row *source.RowError
	if !errors.As(err, &row) || row.Line != 3 || row.Path != path || strings.Contains(err.Error(), "three") {
		t.Errorf("stop: %v", err)
	}
	var rejects []source.Reject
	o := source.Options{OnError: source.Skip, Reject: func(r source.Reject) error { rejects = append(rejects, r); return nil }}
	f = newTail(t, path, o)
	rows := drained(t, f)
	if len(rows) != 2 || f.Rejected() != 1 || f.Rejected() != 0 {
		t.Errorf("skip: %v", rows)
	}
	grow(t, path, "x\ny,z,z\n")
	expect(t, "all rejected", drain(t, f))
	grow(t, path, "d,five\n")
	expect(t, "behind", drain(t, f), "d: five")
	lines := []int{}
	for _, r := range rejects {
		lines = append(lines, r.Line)
		if r.File != path {
			t.Errorf("%+v", r)
		}
	}
	if !slices.Equal(lines, []int{3, 5, 6}) || f.Rejected() != 2 {
		t.Errorf("rejected lines %v", lines)
	}
	// A mark that is never closed costs its line, not all that follow.
	grow(t, path, "e,\"open\n"+strings.Repeat("f,six\n", 15000))
	if n := len(drain(t, f)); n != 15000 {
		t.Errorf("%d rows behind a stray mark", n)
	}
}

func TestTailRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a.csv.gz", "a.json", "a.parquet", "a.docx"} {
		if _, err := NewTail(filepath.Join(dir, name), source.Options{}, nil); !errors.Is(err, ErrOptions) && !errors.Is(err, source.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewTail(dir, source.Options{Format: source.CSV}, nil); !errors.Is(err, ErrOptions) {
		t.Errorf("a directory: %v", err)
	}
	utf16 := filepath.Join(dir, "b.csv")
	grow(t, utf16, "\xff\xfeu\x00s\x00e\x00r\x00,\x00t\x00e\x00x\x00t\x00\n\x00a\x00,\x00b\x00\n\x00")
	if _, err := newTail(t, utf16, source.Options{}).Next(t.Context(), 5); err == nil {
		t.Error("UTF-16 is read")
	}
	var none context.Context
	if _, err := newTail(t, utf16, source.Options{}).Next(none, 5); err == nil {
		t.Error("nil context")
	}
	f := newTail(t, filepath.Join(dir, "c.csv"), source.Options{})
	for _, bad := range []string{"7", `{"offset":-1}`, `{"offset":5,"size":9}`, "x"} {
		if err := f.Seek(context.Background(), json.RawMessage(bad)); err == nil {
			t.Errorf("position %s", bad)
		}
	}
}
