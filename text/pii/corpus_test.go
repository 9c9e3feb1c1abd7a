package pii

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// labelled is a line of the test set: the text without its marks, and the spans
// that the marks held.
type labelled struct {
	text  string
	spans []Span
}

// corpus reads testdata/name: [[type|value]] marks personal data, and lines that
// begin with # are headings.
func corpus(tb testing.TB, name string) []labelled {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	var out []labelled
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		var l labelled
		for {
			before, rest, ok := strings.Cut(line, "[[")
			l.text += before
			if !ok {
				break
			}
			mark, after, ok := strings.Cut(rest, "]]")
			typ, value, ok2 := strings.Cut(mark, "|")
			if !ok || !ok2 {
				tb.Fatalf("%s: bad mark in %q", name, line)
			}
			l.spans = append(l.spans, Span{Start: len(l.text), End: len(l.text) + len(value), Type: Type(typ)})
			l.text += value
			line = after
		}
		out = append(out, l)
	}
	return out
}

// tally counts spans found and wanted.
type tally struct{ right, found, wanted int }

func (t tally) precision() float64 { return float64(t.right) / float64(max(t.found, 1)) }
func (t tally) recall() float64    { return float64(t.right) / float64(max(t.wanted, 1)) }

// score compares what d finds with the labels; a span is right if type, start
// and end are. miss is called for each line that is not.
func score(d *Detector, lines []labelled, miss func(l labelled, got []Span)) (all tally, byType map[Type]tally) {
	byType = map[Type]tally{}
	for _, l := range lines {
		got := d.Find(l.text)
		want := map[Span]bool{}
		for _, s := range l.spans {
			want[s] = true
			t := byType[s.Type]
			t.wanted++
			byType[s.Type] = t
			all.wanted++
		}
		wrong := len(got) != len(l.spans)
		for _, s := range got {
			t := byType[s.Type]
			t.found++
			all.found++
			if want[Span{Start: s.Start, End: s.End, Type: s.Type}] {
				t.right++
				all.right++
			} else {
				wrong = true
			}
			byType[s.Type] = t
		}
		if wrong && miss != nil {
			miss(l, got)
		}
	}
	return all, byType
}

func TestPrecisionRecall(t *testing.T) {
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	var sum tally
	for _, name := range []string{"dev.txt", "heldout.txt"} {
		if name == "heldout.txt" && os.Getenv("PII_DEV") != "" {
			continue
		}
		lines := corpus(t, name)
		all, byType := score(d, lines, func(l labelled, got []Span) {
			if name == "dev.txt" {
				t.Logf("%s: %q\n got  %v\n want %v", name, l.text, got, l.spans)
			}
		})
		t.Logf("%s: %d lines, %d spans, precision %.4f, recall %.4f", name, len(lines), all.wanted, all.precision(), all.recall())
		for _, typ := range DefaultTypes() {
			n := byType[typ]
			t.Logf("  %-9s %3d spans, precision %.3f, recall %.3f", typ, n.wanted, n.precision(), n.recall())
		}
		sum.right, sum.found, sum.wanted = sum.right+all.right, sum.found+all.found, sum.wanted+all.wanted
	}
	t.Logf("together: %d spans, precision %.4f, recall %.4f", sum.wanted, sum.precision(), sum.recall())
	if sum.wanted < 600 {
		t.Errorf("%d labelled spans, want at least 600", sum.wanted)
	}
	if sum.precision() < 0.98 || sum.recall() < 0.97 {
		t.Errorf("precision %.4f and recall %.4f, want at least 0.98 and 0.97", sum.precision(), sum.recall())
	}
}
