package profile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// suggest fills the table of what might be done for a segment. Nothing is
// suggested for fewer users than Config.MinUsers, and nothing without texts
// that bear it out.
func (p *profiler) suggest(s *result.Profile, i int) {
	if s.Users < p.c.MinUsers {
		return
	}
	if m, ok := messageFor(s); ok {
		s.Suggestions = append(s.Suggestions, m)
	}
	if f, ok := fixFor(s, p.unhappy, i); ok {
		s.Suggestions = append(s.Suggestions, f)
	}
	if r, ok := recommendationFor(s, p.c.MinUsers, p.c.Rating); ok {
		s.Suggestions = append(s.Suggestions, r)
	}
}

// messageFor takes the words that the segment itself uses more than others.
func messageFor(p *result.Profile) (result.Suggestion, bool) {
	s := result.Suggestion{Use: result.UseMessage}
	for _, o := range p.Contrast {
		if len(s.Evidence) < 4 && o.Z >= 2 {
			s.Evidence = append(s.Evidence, o.Word)
			s.Count += o.Count
			s.Z = max(s.Z, o.Z)
		}
	}
	s.Text = strings.Join(s.Evidence, ", ")
	return s, len(s.Evidence) >= 2
}

// fixFor takes the words of the segment's unhappy texts that are more often
// said there than in its other texts. unhappy counts both; see profiler.
func fixFor(p *result.Profile, unhappy *keyword.Counter, i int) (result.Suggestion, bool) {
	if unhappy == nil {
		return result.Suggestion{}, false
	}
	s := result.Suggestion{Use: result.UseFix}
	// Groups 2i and 2i+1 of the counts are the segment's unhappy and other texts.
	for _, o := range odds(unhappy, 2*i, func(j int) bool { return j == 2*i+1 }, 4, min(3, p.Users)) {
		if o.Z >= 1 {
			s.Evidence = append(s.Evidence, o.Word)
			s.Count += o.Count
			s.Z = max(s.Z, o.Z)
		}
	}
	s.Text = strings.Join(s.Evidence, ", ")
	return s, len(s.Evidence) > 0
}

// recommendationFor takes the categories that the segment has more of; the
// rating is none.
func recommendationFor(p *result.Profile, minTexts int, rating string) (result.Suggestion, bool) {
	s := result.Suggestion{Use: result.UseRecommendation}
	lifts := slices.Clone(p.Meta)
	slices.SortStableFunc(lifts, func(a, b result.Lift) int { return cmp.Compare(b.Z, a.Z) })
	for _, l := range lifts {
		n := int(l.Share*float64(l.N) + 0.5)
		if l.Value == "" || l.Field == rating || l.Z < 2 || l.Lift < 1.2 || n < minTexts || len(s.Evidence) == 3 {
			continue
		}
		s.Evidence = append(s.Evidence, l.Field+" = "+l.Value)
		s.Count += n
		s.Z = max(s.Z, l.Z)
	}
	s.Text = strings.Join(s.Evidence, ", ")
	return s, len(s.Evidence) > 0
}
