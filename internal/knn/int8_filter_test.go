package knn

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// TestScreenRulesOutNothingNear: what bytes say is never above the truth, or a
// neighbour would be lost, and not far below it, or nothing would be ruled out.
func TestScreenRulesOutNothingNear(t *testing.T) {
	if kernel.Active() == kernel.Generic {
		t.Skip("no bytes on this machine")
	}
	r := rand.New(rand.NewPCG(4, 4))
	const d, n, m = 75, 2*panelCols + 40, 2*queryRows + 5
	shapes := map[string]func(i, j int) float32{
		"normal": func(int, int) float32 { return float32(r.NormFloat64()) },
		"steps":  func(int, int) float32 { return float32(r.IntN(3)) / 3 }, // all errors one way
		"half way": func(_, j int) float32 { // between two bytes
			if j == 0 {
				return 127
			}
			return float32(r.IntN(127)) + 0.5
		},
		"spikes": func(i, j int) float32 {
			if j == i%d {
				return 100
			}
			return float32(r.Float64())
		},
		"sizes": func(i, _ int) float32 { return float32(r.NormFloat64() * math.Pow(2, float64(i%41-20))) },
		"dust":  func(i, _ int) float32 { return float32(r.NormFloat64() * math.Pow(2, float64(-i%149))) },
		"zeros": func(i, _ int) float32 { return float32(i % 2) },
		"exact": func(int, int) float32 { return 127 },
	}
	queries := map[string]func(i, j int) float32{
		"exact": func(_, j int) float32 { // all that bytes leave out is along the points
			if j == 0 {
				return 255
			}
			return float32(r.IntN(200)) + 0.4
		},
	}
	for name, value := range shapes {
		x, q := dense.New[float32](n, d), dense.New[float32](m, d)
		for i := range n {
			for j := range d {
				x.Row(i)[j] = value(i, j)
			}
		}
		if other := queries[name]; other != nil {
			value = other
		}
		for i := range m {
			for j := range d {
				q.Row(i)[j] = value(i, j)
			}
		}
		s, err := newInt8Filter(t.Context(), x, q, 2)
		if err != nil || s == nil {
			t.Fatalf("%s: no filter: %v", name, err)
		}
		low, bias := make([]float32, queryRows*panelCols), make([]float32, panelCols)
		var gap, size float64
		for lo := 0; lo < n; lo += panelCols {
			cols := x.Slice(lo, min(lo+panelCols, n))
			s.set(cols, lo)
			for at := 0; at < m; at += queryRows {
				rows := min(queryRows, m-at)
				s.products(low, bias, at/queryRows, rows, cols.Len)
				for i := range rows {
					a := q.Row(at + i)
					for j := range cols.Len {
						b := cols.Row(j)
						want := 0.0
						for f, v := range a {
							want += float64(b[f]) * (float64(b[f])/2 - float64(v))
						}
						got := float64(low[i*cols.Len+j])
						if !(got <= want) {
							t.Fatalf("%s: query %d and point %d: %v is above %v", name, at+i, lo+j, got, want)
						}
						gap += want - got
						size += norm(a) * norm(b)
					}
				}
			}
		}
		if name == "normal" && !(gap < 0.04*size) {
			t.Errorf("%s: bytes are off by %.3g of the product of the lengths", name, gap/size)
		}
	}
}

// TestScreenKeepsAway: bytes of numbers that have no squares are not asked for.
func TestScreenKeepsAway(t *testing.T) {
	t.Parallel()
	for _, v := range []float32{float32(math.NaN()), float32(math.Inf(1)), 0x1p70} {
		x := cloud(2*panelCols+1, int8Dim, 3, 1)
		x.Row(5)[7] = v
		for _, q := range []dense.Rows[float32]{x, x.Slice(0, 10), x.Slice(20, 30)} {
			if s, err := newInt8Filter(t.Context(), x, q, 0); s != nil || err != nil {
				t.Errorf("%v: filtered (%v)", v, err)
			}
		}
	}
}
