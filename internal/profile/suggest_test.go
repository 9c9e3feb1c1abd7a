package profile

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

func TestRecommendationIsNoRating(t *testing.T) {
	t.Parallel()
	p := &result.Profile{Meta: []result.Lift{
		{Field: "liked", Value: "1", Share: 0.9, Lift: 2, Z: 9, N: 100},
		{Field: "shelf", Value: "books", Share: 0.6, Lift: 1.5, Z: 4, N: 100},
	}}
	s := recommendationsFor(p, 5, "liked")
	if len(s) != 1 || s[0].Sentence("en") != "60% of their texts have shelf = books, 0% of all texts" || s[0].Count != 60 {
		t.Errorf("%+v", s)
	}
	if s := recommendationsFor(&result.Profile{Meta: p.Meta[:1]}, 5, "liked"); len(s) > 0 {
		t.Errorf("a rating is recommended: %+v", s)
	}
}

// Suggested is what enough users say, most of those who speak of it, and surely.
func TestOpinionsFor(t *testing.T) {
	t.Parallel()
	sure, unsure := result.Estimate{Mean: -0.5, Low: -0.6, High: -0.4}, result.Estimate{Mean: -0.1, Low: -0.3, High: 0.1}
	more := result.OpinionContrast{Share: 0.5, Others: 0.1, Z: 5, Q: 0.001}
	less := result.OpinionContrast{Share: 0.1, Others: 0.5, Z: -5, Q: 0.001}
	same := result.OpinionContrast{Share: 0.5, Others: 0.5, Q: 1}
	var got []string
	for _, s := range opinionsFor(result.UseFix, []result.Opinion{
		{Aspect: "sure", Users: 10, Blame: 9, Sentiment: sure, Contrast: same},
		{Aspect: "few", Users: 4, Blame: 4, Sentiment: sure, Contrast: more},
		{Aspect: "half", Users: 10, Blame: 5, Sentiment: sure, Contrast: more},
		{Aspect: "more", Users: 10, Blame: 6, Sentiment: unsure, Contrast: more},
		{Aspect: "less", Users: 10, Blame: 6, Sentiment: unsure, Contrast: less},
		{Aspect: "unsure", Users: 10, Blame: 6, Sentiment: unsure, Contrast: same},
		{Aspect: "contradicted", Users: 10, Blame: 9, Sentiment: sure, Contrast: more, Impact: &result.Estimate{Mean: 0.1, Low: 0.01, High: 0.2}},
		{Aspect: "unclear", Users: 10, Blame: 7, Sentiment: sure, Contrast: same, Impact: &result.Estimate{Mean: 0.1, Low: -0.01, High: 0.2}},
	}, 5) {
		got = append(got, s.Aspect)
	}
	if !slices.Equal(got, []string{"more", "sure", "unclear"}) {
		t.Errorf("suggested: %q", got)
	}
}

func TestContradictedPraise(t *testing.T) {
	t.Parallel()
	o := result.Opinion{Aspect: "lid", Users: 10, Praise: 9, Sentiment: result.Estimate{Low: 0.5}, Impact: &result.Estimate{Low: -0.2, High: -0.1}}
	if s := opinionsFor(result.UseMessage, []result.Opinion{o}, 5); len(s) > 0 {
		t.Errorf("suggested though the ratings are low: %+v", s)
	}
	o.Impact.High = 0.1
	if s := opinionsFor(result.UseMessage, []result.Opinion{o}, 5); len(s) != 1 || s[0].Impact != 0 {
		t.Errorf("%+v", s)
	}
}

// Suggestions quote different sentences if they can.
func TestVary(t *testing.T) {
	t.Parallel()
	all := []result.Suggestion{
		{Use: result.UseFix, Evidence: []string{"a", "b"}},
		{Use: result.UseMessage, Evidence: []string{"a", "b"}},
		{Use: result.UseMessage, Evidence: []string{"b", "a"}},
		{Use: result.UseMessage},
		{Use: result.UseRecommendation, Evidence: []string{"a", "c"}},
	}
	vary(all)
	for i, want := range []string{"a", "b", "b", "", "a"} {
		if got := strings.Join(all[i].Evidence[:min(1, len(all[i].Evidence))], ""); got != want {
			t.Errorf("suggestion %d quotes %q first, want %q", i, got, want)
		}
	}
}
