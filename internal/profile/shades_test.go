package profile

import (
	"fmt"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

func TestSpread(t *testing.T) {
	t.Parallel()
	var users []*result.User
	for i := range 11 {
		users = append(users, &result.User{ID: fmt.Sprint("u", i), Margin: float64((i * 7) % 11)})
	}
	for n, want := range map[int][]float64{
		1: {10}, 2: {10, 0}, 3: {10, 5, 0}, 5: {10, 8, 5, 3, 0}, 11: {10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, 99: {10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
	} {
		var got []float64
		for _, u := range spread(slices.Clone(users), n) {
			got = append(got, u.Margin)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d users have the margins %v, want %v", n, got, want)
		}
	}
	if got := spread(nil, 3); len(got) != 0 {
		t.Errorf("of nobody %d", len(got))
	}
}
