package cohort

import (
	"cmp"
	"slices"
	"strings"
)

// suggest fills the table of what might be done for a segment. Nothing is
// suggested for fewer users than Options.MinUsers, and nothing without texts
// that bear it out.
func (e *evidence) suggest(p *Profile, i int) {
	if p.Users < e.o.MinUsers {
		return
	}
	if s, ok := messageFor(p); ok {
		p.Suggestions = append(p.Suggestions, s)
	}
	if s, ok := e.fixFor(p, i); ok {
		p.Suggestions = append(p.Suggestions, s)
	}
	if s, ok := recommendationFor(p, e.o.MinUsers, e.o.Rating); ok {
		p.Suggestions = append(p.Suggestions, s)
	}
}

// messageFor takes the words that the segment itself uses more than others.
func messageFor(p *Profile) (Suggestion, bool) {
	s := Suggestion{Use: UseMessage}
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
// said there than in its other texts.
func (e *evidence) fixFor(p *Profile, i int) (Suggestion, bool) {
	if e.unhappy == nil {
		return Suggestion{}, false
	}
	s := Suggestion{Use: UseFix}
	// Groups 2i and 2i+1 of the counts are the segment's unhappy and other texts.
	for _, o := range odds(e.unhappy, 2*i, func(j int) bool { return j == 2*i+1 }, 4, min(3, p.Users)) {
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
func recommendationFor(p *Profile, minTexts int, rating string) (Suggestion, bool) {
	s := Suggestion{Use: UseRecommendation}
	lifts := slices.Clone(p.Meta)
	slices.SortStableFunc(lifts, func(a, b Lift) int { return cmp.Compare(b.Z, a.Z) })
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
