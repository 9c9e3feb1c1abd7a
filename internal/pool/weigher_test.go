package pool

import (
	"testing"
	"time"
)

func TestSumForgetsWithAge(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2024, 1, n, 0, 0, 0, 0, time.UTC) }
	w := Weigher{24 * time.Hour}
	a, b := []float32{1, 0}, []float32{0, 1}
	for _, order := range [][]int{{0, 1}, {1, 0}} { // the order of reading must not matter
		var p Sum
		for _, i := range order {
			if i == 0 {
				p.Add(w, a, 1, day(1))
			} else {
				p.Add(w, b, 1, day(3))
			}
		}
		if v := p.Vector(); v[0] != 0.25 || v[1] != 1 || p.weight != 1.25 {
			t.Errorf("order %v: sum %v, weight %v, want [0.25 1], 1.25", order, v, p.weight)
		}
	}
}
