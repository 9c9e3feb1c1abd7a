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
