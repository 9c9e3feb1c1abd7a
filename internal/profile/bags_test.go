package profile

import (
	"encoding/csv"
	"os"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/refine"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

// readOnce returns texts that were read once, and their users: row i is user i.
func readOnce(tb testing.TB, texts []corpus.Text) (*reading.Reader, *pool.Users) {
	tb.Helper()
	r, err := reading.Open(tb.Context(), corpus.Slice(texts), reading.Config{})
	if err != nil {
		tb.Fatal(err)
	}
	for _, err := range r.First(tb.Context()) {
		if err != nil {
			tb.Fatal(err)
		}
	}
	u := &pool.Users{Vectors: dense.Rows[float32]{Len: len(r.Survey().Users)}}
	for i := range r.Survey().Users {
		u.Row = append(u.Row, i)
	}
	return r, u
}

// counting counts the runs of Chinese that it cuts, each into pairs of characters.
type counting struct{ runs int }

func (c *counting) AppendCuts(dst []int, han string) []int {
	c.runs++
	for i := 6; i < len(han); i += 6 {
		dst = append(dst, i)
	}
	return append(dst, len(han))
}

// Each text is split once, whichever words are wanted; those that are not wanted
// are not counted.
func TestBags(t *testing.T) {
	t.Parallel()
	r, u := readOnce(t, []corpus.Text{{User: "a", Text: "the batteries do not last"}, {User: "b", Text: "质量很好"}, {User: "a", Text: "battery"}, {User: "b", Text: "的质量"}})
	sizes := func(bags []refine.Bag) (out []int) {
		for _, b := range bags {
			out = append(out, len(b))
		}
		return out
	}
	for _, c := range []struct {
		content, every bool
		with, all      []int // words of each user
	}{
		{true, true, []int{1, 3}, []int{5, 3}}, {true, false, []int{1, 3}, nil}, {false, true, nil, []int{5, 3}},
	} {
		cuts := &counting{}
		with, all, err := Bags(t.Context(), r, u, Config{Lang: "zh", Splitter: text.Splitter{Chinese: cuts}}, c.content, c.every)
		if err != nil {
			t.Fatal(err)
		}
		if cuts.runs != 2 {
			t.Errorf("content %v, every %v: %d runs of Chinese were cut, want 2", c.content, c.every, cuts.runs)
		}
		if !slices.Equal(sizes(with), c.with) || !slices.Equal(sizes(all), c.all) {
			t.Errorf("content %v, every %v: %v and %v words, want %v and %v", c.content, c.every, sizes(with), sizes(all), c.with, c.all)
		}
	}
}

func BenchmarkBags(b *testing.B) {
	for _, c := range []struct{ name, file string }{{"en", "reviews.csv"}, {"zh", "reviews_zh.csv"}} {
		b.Run(c.name, func(b *testing.B) {
			f, err := os.Open("../../testdata/" + c.file)
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			rows, err := csv.NewReader(f).ReadAll()
			if err != nil {
				b.Fatal(err)
			}
			at := slices.Index(rows[0], "text")
			var texts []corpus.Text
			for _, row := range rows[1:] {
				texts = append(texts, corpus.Text{User: row[0], Text: row[at]})
			}
			r, u := readOnce(b, texts)
			o := Config{Lang: c.name}
			if c.name == "zh" {
				o.Splitter.Chinese = new(chinese.Lazy)
			}
			for b.Loop() {
				if _, _, err := Bags(b.Context(), r, u, o, true, true); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
