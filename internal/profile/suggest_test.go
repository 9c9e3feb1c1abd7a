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
	s, ok := recommendationFor(p, 5, "liked")
	if !ok || s.Text != "shelf = books" || s.Count != 60 {
		t.Errorf("%+v, %v", s, ok)
	}
	if s, ok := recommendationFor(&result.Profile{Meta: p.Meta[:1]}, 5, "liked"); ok {
		t.Errorf("a rating is recommended: %+v", s)
	}
}
