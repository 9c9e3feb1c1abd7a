package keyword

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
	"github.com/seed-56ee9438/cohort/text/english"
)

// newCounter is NewCounter with English lemmas where o names none.
func newCounter(segments int, o Options) *Counter {
	if o.Lemma == nil {
		o.Lemma = english.Lemma
	}
	return NewCounter(segments, o)
}

// telling returns the words, or the phrases, that segment i says surely more
// than the others do.
func telling(c *Counter, i, top int, phrases bool, minUsers int) []Keyword {
	q := Query{Top: top, MaxWords: 1, MinTexts: 2, MinUsers: minUsers, MinZ: 1.645}
	if phrases {
		q.MinWords, q.MaxWords = 2, 0
	}
	return c.Keywords(i, q)
}

func TestChinesePhrases(t *testing.T) {
	t.Parallel()
	c := newCounter(2, Options{Splitter: text.Splitter{Chinese: chinese.Lazy{}}})
	for user := range 6 {
		c.Add(0, user, "客服态度特别差，退货很麻烦")
		c.Add(1, user, "屏幕清晰，电池耐用")
	}
	has := func(words []Keyword, want string) bool {
		for _, w := range words {
			if w.Text == want {
				return true
			}
		}
		return false
	}
	if got := telling(c, 0, 8, false, 5); !has(got, "客服") || !has(got, "退货") || has(got, "差") {
		t.Errorf("words %v", got)
	}
	if got := telling(c, 0, 8, true, 5); !has(got, "客服态度") {
		t.Errorf("phrases %v", got)
	}
	if got := telling(c, 1, 8, true, 5); !has(got, "屏幕清晰") || has(got, "清晰电池") {
		t.Errorf("phrases %v", got)
	}
}

func TestTermForms(t *testing.T) {
	t.Parallel()
	texts := []string{"The batteries died", "my batteries die quickly", "one battery dying", "Battery-life matters, batteries too"}
	find := func(o Options, phrases bool, want string, count int) {
		t.Helper()
		c := newCounter(1, o)
		for user, s := range texts {
			c.Add(0, user, s)
		}
		words := telling(c, 0, 20, phrases, 1)
		for _, w := range words {
			if w.Text == want {
				if w.Count != count {
					t.Errorf("%q in %d texts, want %d", want, w.Count, count)
				}
				return
			}
		}
		if count > 0 {
			t.Errorf("no %q in %v", want, words)
		}
	}
	find(Options{}, false, "batteries", 4)    // battery and batteries, as most write it
	find(Options{}, true, "batteries die", 3) // each form once: the first by spelling
	find(Options{}, false, "battery", 0)
	asWritten := Options{Lemma: func(w string) string { return w }}
	find(asWritten, false, "batteries", 3)
}

// TestTellingWords checks that a word which all segments say is none of any, that
// phrases do not repeat parts of one another, and that names keep their capitals.
func TestTellingWords(t *testing.T) {
	t.Parallel()
	c := newCounter(2, Options{Splitter: text.Splitter{Chinese: chinese.Lazy{}}})
	for user := range 20 {
		c.Add(0, user, "I love my iPod, what a great, hard disk player. 房间隔音效果很差，没有办法")
		c.Add(1, user, "We love the Nokia, a great phone: radio, menu, ring tone, voice dialing, keypad, speaker, signal")
	}
	texts := func(i int, phrases bool) map[string]bool {
		all := map[string]bool{}
		for _, w := range telling(c, i, 20, phrases, 1) {
			all[w.Text] = true
		}
		return all
	}
	for i, own := range []string{"iPod", "Nokia"} {
		if got := texts(i, false); got["love"] || !got[own] || got["没有"] {
			t.Errorf("segment %d: words %v, want %q and not those of both, nor Chinese stop words", i, got, own)
		}
	}
	if got := texts(0, true); !got["房间隔音效果"] || got["隔音效果"] || got["房间隔音"] || !got["hard disk player"] || got["disk player"] {
		t.Errorf("phrases %v: want the whole, not its parts too", got)
	}
}

// TestMaskedIsNoKeyword checks that what stands for personal data is neither a word
// nor part of a phrase.
func TestMaskedIsNoKeyword(t *testing.T) {
	t.Parallel()
	c := newCounter(1, Options{}) // one segment: nothing is left out as said by others too
	for user := range 9 {
		c.Add(0, user, "write to [email] tomorrow, call [phone:abcdefghijklmnopabcd] tonight")
	}
	for phrases, want := range map[bool][]string{false: {"call", "tomorrow", "tonight", "write"}, true: nil} {
		var got []string
		for _, w := range telling(c, 0, 20, phrases, 1) {
			got = append(got, w.Text)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("phrases %v: %q, want %q", phrases, got, want)
		}
	}
}

// TestChineseWords counts how many of the words that tell good from bad Chinese
// reviews are words at all: those that package chinese leaves whole.
func TestChineseWords(t *testing.T) {
	t.Parallel()
	f, err := os.Open(testdir.Shared(t, "data", "chinese_shopping_reviews.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	pairs, words := newCounter(2, Options{}), newCounter(2, Options{Splitter: text.Splitter{Chinese: chinese.Lazy{}}})
	r := csv.NewReader(z)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	for n := 0; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if n%8 == 1 && len(row) >= 2 && (row[0] == "0" || row[0] == "1") {
			pairs.Add(int(row[0][0]-'0'), n, row[1])
			words.Add(int(row[0][0]-'0'), n, row[1])
		}
	}
	share := func(c *Counter) float64 {
		whole, all := 0, 0
		for i := range c.Segments() {
			shown := telling(c, i, 40, false, 5)
			for _, w := range shown {
				all++
				if len(chinese.Words(w.Text)) == 1 {
					whole++
				}
			}
			t.Logf("reviews labelled %d: %v", i, shown[:min(12, len(shown))])
		}
		return float64(whole) / float64(all)
	}
	p, w := share(pairs), share(words)
	t.Logf("of the 80 most telling, words are: %.3f cut into pairs, %.3f cut into words", p, w)
	if w < 0.95 || w <= p {
		t.Errorf("words are %.3f of what is shown, pairs %.3f; floor 0.95", w, p)
	}
}
