package matching

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The matching must be as heavy as the heaviest of all permutations.
func TestHeaviestMatching(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	var heaviest func(w [][]float64, i int, used []bool) float64
	heaviest = func(w [][]float64, i int, used []bool) float64 {
		if i == len(w) {
			return 0
		}
		best := math.Inf(-1)
		if len(w) > len(w[0]) { // somebody goes without
			free := 0
			for _, u := range used {
				if !u {
					free++
				}
			}
			if len(w)-i > free {
				best = heaviest(w, i+1, used)
			}
		}
		for j := range used {
			if !used[j] {
				used[j] = true
				best = max(best, w[i][j]+heaviest(w, i+1, used))
				used[j] = false
			}
		}
		return best
	}
	for n := 1; n <= 6; n++ {
		for m := 1; m <= 6; m++ {
			for range 20 {
				w := make([][]float64, n)
				for i := range w {
					w[i] = make([]float64, m)
					for j := range w[i] {
						w[i][j] = math.Round(10*r.Float64()) / 10 // with ties
					}
				}
				got := Heaviest(w)
				sum, pairs := 0.0, map[int]bool{}
				for i, j := range got {
					if j >= 0 {
						if pairs[j] {
							t.Fatalf("column %d twice: %v", j, got)
						}
						pairs[j] = true
						sum += w[i][j]
					}
				}
				if len(pairs) != min(n, m) {
					t.Fatalf("[%d, %d]: %d pairs", n, m, len(pairs))
				}
				if want := heaviest(w, 0, make([]bool, m)); math.Abs(want-sum) > 1e-9 {
					t.Fatalf("%v: matching weighs %v, the heaviest %v", w, sum, want)
				}
			}
		}
	}
	if got := Heaviest([][]float64{{}, {}}); !slices.Equal(got, []int{-1, -1}) {
		t.Errorf("no columns: %v", got)
	}
}
