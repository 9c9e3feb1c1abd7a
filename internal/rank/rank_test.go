package rank

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestMean(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, c := range []struct {
		x, want []float64
		ties    float64
	}{
		{nil, []float64{}, 0},
		{[]float64{7}, []float64{1}, 0},
		{[]float64{3, 1, 2}, []float64{3, 1, 2}, 0},
		{[]float64{2, 2, 1, 5, 2}, []float64{3, 3, 1, 5, 3}, 24},
		{[]float64{0, math.Copysign(0, -1), 1, 1}, []float64{1.5, 1.5, 3.5, 3.5}, 12},
		{[]float64{math.Inf(1), nan, math.Inf(-1), nan}, []float64{4, 1.5, 3, 1.5}, 6},
	} {
		got, ties := Mean(c.x)
		if !slices.Equal(got, c.want) || ties != c.ties {
			t.Errorf("Mean(%v) = %v, %v, want %v, %v", c.x, got, ties, c.want, c.ties)
		}
	}
}

// By the definition: half a rank for each equal value, one for each lesser one.
func TestMeanByDefinition(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		x := make([]float64, r.IntN(40))
		for i := range x {
			x[i] = float64(r.IntN(12))
		}
		got, ties := Mean(x)
		pairs := 0.0 // of equal values, each weighted by the size of its group + 1
		for i, v := range x {
			want, same := 0.5, 0.0
			for _, w := range x {
				switch {
				case w < v:
					want++
				case w == v:
					want += 0.5
					same++
				}
			}
			pairs += (same - 1) * (same + 1)
			if got[i] != want {
				t.Fatalf("%v: rank %v of %v, want %v", x, got[i], v, want)
			}
		}
		if ties != pairs {
			t.Fatalf("%v: ties %v, want %v", x, ties, pairs)
		}
	}
}
