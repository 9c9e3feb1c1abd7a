package profile

import (
	"strings"
	"unicode"

	"github.com/seed-56ee9438/cohort/text"
)

// candidate is a text that may be quoted.
type candidate struct {
	user  int
	text  string
	read  string  // as the model read it; "": as it is
	score float64 // higher is better
	near  float64 // cosine with the segment's centre
}

// shortlist keeps the best candidates, one per user and per wording, the best
// first, with ties in order of arrival.
type shortlist struct {
	most  int
	items []candidate
}

func (s *shortlist) worst() (float64, bool) {
	if len(s.items) < s.most {
		return 0, false
	}
	return s.items[len(s.items)-1].score, true
}

func (s *shortlist) add(c candidate) {
	if w, full := s.worst(); full && c.score <= w {
		return
	}
	key := wording(c.text)
	for i, o := range s.items {
		if o.user == c.user || wording(o.text) == key {
			if c.score <= o.score {
				return
			}
			s.items = append(s.items[:i], s.items[i+1:]...)
			s.add(c)
			return
		}
	}
	at := len(s.items)
	for at > 0 && s.items[at-1].score < c.score {
		at--
	}
	s.items = append(s.items, candidate{})
	copy(s.items[at+1:], s.items[at:])
	s.items[at] = c
	if len(s.items) > s.most {
		s.items = s.items[:s.most]
	}
}

// mostShared is the Dice coefficient of the words of two texts from which the
// second repeats the first.
const mostShared = 0.7

// unlike returns the best candidates, at most n, of which none repeats a better
// one: most of their words are others.
func (s *shortlist) unlike(n int) []candidate {
	var out []candidate
	var said []map[string]bool
next:
	for _, c := range s.items {
		if len(out) == n {
			break
		}
		words := wordSet(c.text)
		for _, o := range said {
			both := 0
			for w := range words {
				if o[w] {
					both++
				}
			}
			if len(words) > 0 && float64(2*both) >= mostShared*float64(len(words)+len(o)) {
				continue next
			}
		}
		out, said = append(out, c), append(said, words)
	}
	return out
}

// wordSet returns the words of s, in lower case, and its Chinese characters.
func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, t := range text.Tokens(s) {
		switch t.Kind {
		case text.Word:
			out[t.Text] = true
		case text.Han:
			for _, r := range t.Text {
				out[string(r)] = true
			}
		}
	}
	return out
}

// wording returns a key that is equal for texts that say the same.
func wording(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// shortness is subtracted from the score of texts that are too short to say
// much.
func shortness(s string) float64 {
	n := 0
	for _, t := range text.Tokens(s) {
		if t.Kind == text.Word || t.Kind == text.Han {
			n++
		}
	}
	if n >= 5 {
		return 0
	}
	return 0.1 * float64(5-n)
}
