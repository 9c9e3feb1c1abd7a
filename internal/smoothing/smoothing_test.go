package smoothing

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/knn"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

func rows(of ...[]float32) dense.Rows[float32] {
	x := dense.New[float32](len(of), len(of[0]))
	for i, r := range of {
		copy(x.Row(i), r)
	}
	return x
}

// The convolution is its definition, with dense matrices in float64. Neighbours
// with a cosine below 0 count for nothing.
func TestSmooth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		x    dense.Rows[float32]
		near [][]int32
	}{
		{"one way", rows([]float32{1, 0}, []float32{0.6, 0.8}, []float32{0, 1}), [][]int32{{1}, {0}, {1}}},
		{"both ways", rows([]float32{1, 0}, []float32{0.6, 0.8}, []float32{0, 1}), [][]int32{{1, 2}, {2, 0}, {1, 0}}},
		{"opposites", rows([]float32{1, 0}, []float32{-1, 0}, []float32{0.6, 0.8}), [][]int32{{2, 1}, {2, 0}, {0, 1}}},
		{"nothing but opposites", rows([]float32{1, 0}, []float32{-1, 0}), [][]int32{{1}, {0}}},
	} {
		g := &knn.Graph{Len: c.x.Len, K: len(c.near[0])}
		for i, near := range c.near {
			for _, j := range near {
				g.Index = append(g.Index, j)
				g.Dist = append(g.Dist, float32(math.Sqrt(2-2*cosine(c.x, i, int(j)))))
			}
		}
		for steps := 1; steps <= 3; steps++ {
			got, err := Smooth(t.Context(), g, c.x, steps, 1)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range slowly(c.x, c.near, steps) {
				for f, w := range want {
					if v := float64(got.Row(i)[f]); math.Abs(v-w) > 1e-6 {
						t.Errorf("%s, %d steps: point %d, feature %d: %v, want %v", c.name, steps, i, f, v, w)
					}
				}
			}
		}
	}
}

func cosine(x dense.Rows[float32], i, j int) float64 {
	sum := 0.0
	for f, v := range x.Row(i) {
		sum += float64(v) * float64(x.Row(j)[f])
	}
	return sum
}

// slowly returns the points after so many steps, in rows of length 1.
func slowly(x dense.Rows[float32], near [][]int32, steps int) [][]float64 {
	n := x.Len
	a, degree := make([][]float64, n), make([]float64, n)
	for i := range a {
		a[i] = make([]float64, n)
		a[i][i] = 1
	}
	for i, of := range near {
		for _, j := range of {
			half := max(0, cosine(x, i, int(j))) / 2
			a[i][j], a[j][i] = a[i][j]+half, a[j][i]+half
		}
	}
	y := make([][]float64, n)
	for i := range y {
		for _, v := range a[i] {
			degree[i] += v
		}
		for _, v := range x.Row(i) {
			y[i] = append(y[i], float64(v))
		}
	}
	for range steps {
		next := make([][]float64, n)
		for i := range next {
			next[i] = make([]float64, x.Dim)
			for j := range n {
				for f, v := range y[j] {
					next[i][f] += a[i][j] / math.Sqrt(degree[i]*degree[j]) * v
				}
			}
		}
		y = next
	}
	for _, row := range y {
		squares := 0.0
		for _, v := range row {
			squares += v * v
		}
		for f := range row {
			row[f] /= math.Sqrt(squares)
		}
	}
	return y
}

func TestSmoothThreads(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 8))
	x := dense.New[float32](200, 12)
	for i := range x.Len {
		row := x.Row(i)
		for j := range row {
			row[j] = float32(r.NormFloat64())
		}
		if err := vector.Unit(row, row); err != nil {
			t.Fatal(err)
		}
	}
	g, err := knn.Exact(t.Context(), x, 6, 1)
	if err != nil {
		t.Fatal(err)
	}
	one, err := Smooth(t.Context(), g, x, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	five, err := Smooth(t.Context(), g, x, 4, 5)
	if err != nil || !slices.Equal(one.Data, five.Data) {
		t.Errorf("five threads give other bits than one (%v)", err)
	}
}
