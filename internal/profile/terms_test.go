package profile

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
)

// TestTenWords: a segment has ten words wherever two of its users write ten words,
// of whatever segment they tell, and no word of a single user.
func TestTenWords(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 10))
		vocabulary := 6 + r.IntN(14)
		c := NewTerms(2, "en", text.Splitter{}, nil, nil)
		users, writers := 4+r.IntN(6), map[string]map[int]bool{}
		for u := range users {
			said := ""
			for range 1 + r.IntN(8) {
				w := wordAt(r.IntN(vocabulary))
				said += " " + w
				if writers[w] == nil {
					writers[w] = map[int]bool{}
				}
				writers[w][u] = true
			}
			c.Add(0, u, said)
		}
		for u := range 40 { // others, who write all of them more often
			for n := range vocabulary {
				c.Add(1, 100+u, wordAt(n))
			}
		}
		shared := 0
		for _, by := range writers {
			if len(by) > 1 {
				shared++
			}
		}
		var p result.Profile
		SetWords(&p, c, 0, users)
		if want := min(wordsShown, shared); len(p.Words) != want {
			t.Errorf("seed %d: %d words, want %d of %d that two of %d users write", seed, len(p.Words), want, shared, users)
		}
		for _, w := range p.Words {
			if len(writers[w.Text]) < 2 {
				t.Errorf("seed %d: %q, which one user writes", seed, w.Text)
			}
		}
	}
}

// wordAt returns one of twenty words that do not resemble one another.
func wordAt(n int) string {
	return strings.Fields("apple river candle window garden bottle doctor engine forest hammer island jacket kitten lemon market needle orange pillow rabbit saddle")[n]
}
