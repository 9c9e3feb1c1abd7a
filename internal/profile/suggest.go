package profile

import (
	"cmp"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/result"
)

// mostSuggested is the maximum number of suggestions for one use.
const mostSuggested = 3

// suggest sets a segment's suggestions, each of which says what it is drawn from.
// There are none for fewer than Config.MinUsers users.
func (p *profiler) suggest(s *result.Profile) {
	if s.Users < p.c.MinUsers {
		return
	}
	if o := s.Opinions; o != nil {
		s.Suggestions = append(s.Suggestions, opinionsFor(result.UseFix, o.Blamed, p.c.MinUsers)...)
		s.Suggestions = append(s.Suggestions, opinionsFor(result.UseMessage, o.Praised, p.c.MinUsers)...)
	}
	s.Suggestions = append(s.Suggestions, recommendationsFor(s, p.c.MinUsers, p.c.Rating)...)
	vary(s.Suggestions)
	for i := range s.Suggestions {
		s.Suggestions[i].Text = s.Suggestions[i].Sentence(p.c.Lang)
	}
}

// vary puts a quotation first in each suggestion that none before it has first,
// where there is one: a sentence that praises two things proves one of them.
func vary(all []result.Suggestion) {
	used := map[string]bool{}
	for _, s := range all {
		if s.Use == result.UseRecommendation {
			continue
		}
		if i := slices.IndexFunc(s.Evidence, func(e string) bool { return !used[e] }); i > 0 {
			s.Evidence[0], s.Evidence[i] = s.Evidence[i], s.Evidence[0]
		}
		if len(s.Evidence) > 0 {
			used[s.Evidence[0]] = true
		}
	}
}

// opinionsFor suggests to do something about the aspects that most of those who
// speak of them blame (or praise), surely more than half, and those that are
// blamed (or praised) more than in other segments: the latter first. Fewer users
// than least are too few to act on, and what their ratings contradict is left out.
func opinionsFor(use result.SuggestionUse, list []result.Opinion, least int) []result.Suggestion {
	var out []result.Suggestion
	for _, o := range list {
		count, of := o.Praise, o.Sentiment.Low > 0
		if use == result.UseFix {
			count, of = o.Blame, o.Sentiment.High < 0
		}
		different := o.Contrast.Q < result.SurelyDifferent && o.Contrast.Share > o.Contrast.Others
		if count < least || 2*count <= o.Users || !of && !different || contradicted(use, o.Impact) {
			continue
		}
		s := result.Suggestion{Use: use, Aspect: o.Aspect, Count: count, Of: o.Users, Z: o.Contrast.Z, Share: o.Contrast.Share, Others: o.Contrast.Others, Q: o.Contrast.Q}
		for _, q := range o.Quotes {
			s.Evidence = append(s.Evidence, q.Text)
		}
		if i := o.Impact; i != nil && (i.Low > 0 || i.High < 0) {
			s.Impact = i.Mean
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b result.Suggestion) int {
		return cmp.Or(-cmpBool(a.Q < result.SurelyDifferent && a.Z > 0, b.Q < result.SurelyDifferent && b.Z > 0), cmp.Compare(b.Count, a.Count))
	})
	return out[:min(len(out), mostSuggested)]
}

// contradicted reports whether the users who blame something surely raise the
// mean rating, or those who praise it lower it: then it is not what they judge.
func contradicted(use result.SuggestionUse, impact *result.Estimate) bool {
	if impact == nil {
		return false
	}
	if use == result.UseFix {
		return impact.Low > 0
	}
	return impact.High < 0
}

func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// recommendationsFor suggests the categories that the segment has more of, except
// the rating.
func recommendationsFor(p *result.Profile, minTexts int, rating string) []result.Suggestion {
	var out []result.Suggestion
	lifts := slices.Clone(p.Meta)
	slices.SortStableFunc(lifts, func(a, b result.Lift) int { return cmp.Compare(b.Z, a.Z) })
	for _, l := range lifts {
		n := int(math.Round(l.Share * float64(l.N)))
		if l.Value == "" || l.Field == rating || l.Z < 2 || l.FDR > mostChance || l.Lift < 1.2 || n < minTexts || len(out) == mostSuggested {
			continue
		}
		out = append(out, result.Suggestion{
			Use: result.UseRecommendation, Evidence: []string{l.Field + " = " + l.Value}, Count: n, Z: l.Z, Share: l.Share, Others: l.Other, Q: 1,
		})
	}
	return out
}
