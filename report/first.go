package report

import (
	"cmp"
	"slices"

	"github.com/seed-56ee9438/cohort/result"
)

// first is the first screen: who the users are, how sure that is, and what to
// do.
type first struct {
	Who     []card // largest first
	Most    int    // users of the largest
	Smaller int    // segments left out of Who
	Stable  int
	Judged  int // segments whose stability is known
	Do      []deed
}

// deed is a suggestion for a segment.
type deed struct {
	P card
	result.Suggestion
}

// What the first screen has room for.
const (
	whoShown = 6
	doShown  = 3
)

// newFirst sums up the segments, of which cards are in the order of the page.
func newFirst(s *result.Segmentation, cards []card) first {
	f := first{Who: slices.Clone(cards)}
	slices.SortStableFunc(f.Who, func(a, b card) int { return cmp.Or(cmp.Compare(b.Users, a.Users), cmp.Compare(a.ID, b.ID)) })
	for _, c := range f.Who {
		f.Most = max(f.Most, c.Users)
		if c.Stability != nil {
			f.Judged++
			f.Stable += b2i(c.Stability.Stable)
		}
	}
	if f.Smaller = len(f.Who) - whoShown; f.Smaller == 1 {
		f.Smaller = 0 // it takes no more room than the line that says so
	}
	f.Who = f.Who[:len(f.Who)-max(f.Smaller, 0)]
	if s.Scores.Verdict == result.VerdictNoSegments {
		return f // the page says not to act on them
	}
	for _, c := range cards {
		if i := deedOf(c); i >= 0 && len(f.Do) < doShown {
			f.Do = append(f.Do, deed{c, c.Suggestions[i]})
		}
	}
	return f
}

// deedOf returns the index of the segment's foremost suggestion: what to put
// right if it lowers the mean opinion, and otherwise the first; -1 if there is
// none.
func deedOf(c card) int {
	if impact(c) < 0 {
		if i := slices.IndexFunc(c.Suggestions, func(x result.Suggestion) bool { return x.Use == result.UseFix }); i >= 0 {
			return i
		}
	}
	return min(0, len(c.Suggestions)-1)
}
