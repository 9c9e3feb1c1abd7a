package profile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// suggest sets a segment's suggestions. There are none for fewer than
// Config.MinUsers users, and none without texts that support them.
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

// messageFor suggests the words that the segment uses more than others.
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

// fixFor suggests the words that are more frequent in the segment's unhappy
// texts than in its other texts. unhappy counts both; see profiler.
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

// recommendationFor suggests the categories that the segment has more of,
// except the rating.
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
