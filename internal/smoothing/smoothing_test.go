package smoothing

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/knn"
)

func rows(of ...[]float32) dense.Rows[float32] {
	x := dense.New[float32](len(of), len(of[0]))
	for i, r := range of {
		copy(x.Row(i), r)
	}
	return x
}

// What is computed by hand: of three points, the first two are neighbours of one
// another at a cosine of 0.6, and the third has the second for one, at 0.8.
func TestSmooth(t *testing.T) {
	t.Parallel()
	x := rows([]float32{1, 0}, []float32{0.6, 0.8}, []float32{0, 1})
	g := &knn.Graph{Len: 3, K: 1, Index: []int32{1, 0, 1}, Dist: []float32{float32(math.Sqrt(2 - 1.2)), float32(math.Sqrt(2 - 1.2)), float32(math.Sqrt(2 - 1.6))}}
	a := [3][3]float64{{1, 0.6, 0}, {0.6, 1, 0.4}, {0, 0.4, 1}} // I + (A + Aᵀ)/2
	degree := [3]float64{1.6, 2, 1.4}
	for steps := 1; steps <= 3; steps++ {
		want := [3][2]float64{{1, 0}, {0.6, 0.8}, {0, 1}}
		for range steps {
			var next [3][2]float64
			for i := range a {
				for j := range a {
					for f := range 2 {
						next[i][f] += a[i][j] / math.Sqrt(degree[i]*degree[j]) * want[j][f]
					}
				}
			}
			want = next
		}
		got, err := Smooth(t.Context(), g, x, steps, 1)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			l := math.Hypot(w[0], w[1])
			for f := range w {
				if v := float64(got.Row(i)[f]); math.Abs(v-w[f]/l) > 1e-6 {
					t.Errorf("%d steps: point %d, feature %d: %v, want %v", steps, i, f, v, w[f]/l)
				}
			}
		}
	}
}

// Opposite neighbours count for nothing, and the points are as they were.
func TestSmoothOpposites(t *testing.T) {
	t.Parallel()
	x := rows([]float32{1, 0}, []float32{-1, 0})
	got, err := Smooth(t.Context(), &knn.Graph{Len: 2, K: 1, Index: []int32{1, 0}, Dist: []float32{2, 2}}, x, 4, 1)
	if err != nil || !slices.Equal(got.Data, x.Data) {
		t.Errorf("%v, %v", got.Data, err)
	}
}

func TestSmoothThreads(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 8))
	x := dense.New[float32](200, 12)
	for i := range x.Len {
		sum := 0.0
		for j := range x.Dim {
			x.Row(i)[j] = float32(r.NormFloat64())
			sum += float64(x.Row(i)[j]) * float64(x.Row(i)[j])
		}
		for j := range x.Dim {
			x.Row(i)[j] /= float32(math.Sqrt(sum))
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
