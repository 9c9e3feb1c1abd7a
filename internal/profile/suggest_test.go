package profile

import (
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
