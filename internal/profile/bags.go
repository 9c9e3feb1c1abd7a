package profile

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/refine"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// Bags reads the texts once more and returns the words of each row of u: those
// with content, and every one; nil for a kind that is not wanted. Texts of which
// only the vector is known have none.
func Bags(ctx context.Context, r *reading.Reader, u *pool.Users, c Config, wantContent, wantEvery bool) (content, every []refine.Bag, err error) {
	lang := cmp.Or(c.Lang, string(r.Survey().Language()))
	var with, all *Bagger
	if wantContent {
		with = NewBagger(u.Vectors.Len, NewCounter(1, lang, c.Splitter, c.Lemma))
	}
	if wantEvery {
		all = NewBagger(u.Vectors.Len, NewEveryCounter(lang, c.Splitter, c.Lemma))
	}
	var tokens []text.Token
	for t, err := range r.Again(ctx) {
		if err != nil {
			return nil, nil, err
		}
		row := u.Row[t.User]
		if row < 0 || t.Plain == "" {
			continue
		}
		tokens = c.Splitter.AppendTokens(tokens[:0], t.Mended)
		with.addSplit(row, t.Mended, tokens)
		all.addSplit(row, t.Mended, tokens)
	}
	return with.Bags(), all.Bags(), nil
}

// Bagger collects the words of rows; a nil one none.
type Bagger struct {
	counter *keyword.Counter
	ids     map[string]int32
	rows    []map[int32]int32 // word -> texts
	words   []string          // of a text
}

// NewBagger returns a Bagger of n rows for the words that c counts.
func NewBagger(n int, c *keyword.Counter) *Bagger {
	return &Bagger{counter: c, ids: map[string]int32{}, rows: make([]map[int32]int32, n)}
}

// Add adds a text of a row.
func (b *Bagger) Add(row int, s string) {
	b.words = b.counter.AppendWords(b.words[:0], s)
	b.count(row)
}

// addSplit is Add for a text that has been split into tokens.
func (b *Bagger) addSplit(row int, s string, tokens []text.Token) {
	if b == nil {
		return
	}
	b.words = b.counter.AppendWordsOf(b.words[:0], s, tokens)
	b.count(row)
}

// count counts the words of a text of a row.
func (b *Bagger) count(row int) {
	if b.rows[row] == nil {
		b.rows[row] = map[int32]int32{}
	}
	for _, w := range b.words {
		id, ok := b.ids[w]
		if !ok {
			id = int32(len(b.ids))
			b.ids[strings.Clone(w)] = id
		}
		b.rows[row][id]++
	}
}

// Bags returns the words of each row, numbered in alphabetical order, so that
// they do not depend on the order of the texts.
func (b *Bagger) Bags() []refine.Bag {
	if b == nil {
		return nil
	}
	names := make([]string, 0, len(b.ids))
	for w := range b.ids {
		names = append(names, w)
	}
	slices.Sort(names)
	at := make([]int32, len(names)) // number by appearance -> by alphabet
	for i, w := range names {
		at[b.ids[w]] = int32(i)
	}
	out := make([]refine.Bag, len(b.rows))
	for r, words := range b.rows {
		for w, n := range words {
			out[r] = append(out[r], refine.Term{Word: at[w], Count: n})
		}
		slices.SortFunc(out[r], func(x, y refine.Term) int { return cmp.Compare(x.Word, y.Word) })
	}
	return out
}
