package int8dot

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestDots(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, steps := range []int{1, 2, 3, 12, 2048} {
		for _, n := range []int{1, 2, 5} {
			rows, q := make([]int8, n*steps*Step), make([]int16, steps*Step)
			for i := range rows {
				rows[i] = int8(r.IntN(255) - 127)
			}
			for i := range q {
				q[i] = int16(r.IntN(255) - 127)
			}
			if n == 2 { // the largest sums
				for i := range rows {
					rows[i] = -127
				}
				for i := range q {
					q[i] = 127
				}
			}
			got, want := make([]int32, n), make([]int32, n)
			Dots(got, rows, q)
			dotsGeneric(want, rows, q)
			if !slices.Equal(got, want) {
				t.Errorf("%d rows of %d steps: %v, want %v", n, steps, got, want)
			}
		}
	}
	Dots(nil, nil, make([]int16, Step))
}
