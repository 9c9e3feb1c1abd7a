package refine

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// slowTransport is Sinkhorn's algorithm in the domain of logarithms (Cuturi 2013;
// Peyré & Cuturi 2019), in float64: potentials f [n] and g [k] in turn.
func slowTransport(scores [][]float64, size []float64, turns int) [][]float64 {
	g := make([]float64, len(size))
	logSum := func(n int, at func(int) float64) float64 {
		top := math.Inf(-1)
		for i := range n {
			top = max(top, at(i))
		}
		sum := 0.0
		for i := range n {
			sum += math.Exp(at(i) - top)
		}
		return top + math.Log(sum)
	}
	f := make([]float64, len(scores))
	rows := func() {
		for i := range scores {
			f[i] = -logSum(len(size), func(c int) float64 { return scores[i][c] + g[c] })
		}
	}
	rows()
	for range turns {
		for c := range size {
			g[c] = math.Log(size[c]) - logSum(len(scores), func(i int) float64 { return scores[i][c] + f[i] })
		}
		rows()
	}
	out := make([][]float64, len(scores))
	for i := range out {
		for c := range size {
			out[i] = append(out[i], math.Exp(scores[i][c]+f[i]+g[c]))
		}
	}
	return out
}

func TestTransport(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	for _, c := range []struct{ n, k int }{{1, 2}, {7, 2}, {50, 3}, {200, 9}} {
		scores, slow := dense.New[float32](c.n, c.k), make([][]float64, c.n)
		for i := range c.n {
			for j := range c.k {
				v := float32(3*r.NormFloat64() + 1000*float64(i%3)) // rows may be far from 0
				scores.Row(i)[j] = v
				slow[i] = append(slow[i], float64(v))
			}
		}
		size, left := make([]float64, c.k), float64(c.n)
		for j := range c.k {
			size[j] = left * 0.4
			left -= size[j]
		}
		size[c.k-1] += left
		if err := transport(t.Context(), scores, size, 3); err != nil {
			t.Fatal(err)
		}
		want := slowTransport(slow, size, rounds)
		sums := make([]float64, c.k)
		for i := range c.n {
			row := 0.0
			for j, v := range scores.Row(i) {
				if math.Abs(float64(v)-want[i][j]) > 1e-4 {
					t.Fatalf("%d x %d: row %d, column %d: %g, want %g", c.n, c.k, i, j, v, want[i][j])
				}
				row, sums[j] = row+float64(v), sums[j]+float64(v)
			}
			if math.Abs(row-1) > 1e-5 {
				t.Fatalf("row %d sums to %g", i, row)
			}
		}
		for j := range sums { // nearly: the rounds are few
			if math.Abs(sums[j]-size[j]) > 0.05*float64(c.n) {
				t.Errorf("%d x %d: column %d sums to %g, want %g", c.n, c.k, j, sums[j], size[j])
			}
		}
	}
}

// Any finite scores give rows of finite numbers that sum to 1.
func FuzzTransport(f *testing.F) {
	f.Add(1.0, -2.0, 3e30, 0.5)
	f.Add(0.0, 0.0, 0.0, 0.0)
	f.Add(-1e38, 1e38, 5.0, 1.0)
	f.Fuzz(func(t *testing.T, a, b, c, share float64) {
		scores := dense.New[float32](3, 2)
		for i, v := range []float64{a, b, c, a - b, b * c, share} {
			v = max(-math.MaxFloat32, min(math.MaxFloat32, v))
			if v != v {
				v = 0
			}
			scores.Data[i] = float32(v)
		}
		if !(share > 0 && share < 1) {
			share = 0.5
		}
		if err := transport(t.Context(), scores, []float64{3 * share, 3 - 3*share}, 1); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			if sum := float64(scores.Row(i)[0]) + float64(scores.Row(i)[1]); !(math.Abs(sum-1) < 1e-5) {
				t.Errorf("row %d: %v", i, scores.Row(i))
			}
		}
	})
}
