package reduce

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestScales: points times a power of two are reduced alike, or are refused
// where squares of their distances are out of range.
func TestScales(t *testing.T) {
	t.Parallel()
	x, drawing := smallPoints(40, 6), smallPoints(40, 2)
	measured := func(y, drawn mat.Matrix) (string, error) {
		v, err := Trustworthiness(t.Context(), y, drawn, 5, Euclidean)
		return fmt.Sprintf("%.9f", v), err
	}
	reduced := func(r Reducer, unit float64) func(y *mat.Dense) (string, error) {
		return func(y *mat.Dense) (string, error) {
			p, err := r.Reduce(t.Context(), y)
			if err != nil {
				return "", err
			}
			z, err := p.Transform(t.Context(), y)
			if err != nil {
				return "", err
			}
			z.Scale(1/math.Pow(mat.Max(y), unit), z)
			for _, v := range z.RawMatrix().Data {
				if v-v != 0 {
					return "", fmt.Errorf("a coordinate is %v", v)
				}
			}
			if unit == 0 {
				return "", nil // thresholds of UMAP are absolute
			}
			return fmt.Sprintf("%.9f", z.RawMatrix().Data), nil
		}
	}
	for name, f := range map[string]func(y *mat.Dense) (string, error){
		"PCA":               reduced(PCA{Components: 2}, 1),
		"PCA, randomized":   reduced(PCA{Components: 2, Solver: Randomized}, 1),
		"UMAP":              reduced(UMAP{Epochs: 5}, 0),
		"UMAP, approximate": reduced(UMAP{Epochs: 5, Approximate: 1}, 0),
		"trustworthiness":   func(y *mat.Dense) (string, error) { return measured(y, drawing) },
		"of such a drawing": func(y *mat.Dense) (string, error) { z := y.Slice(0, 40, 0, 2); return measured(x, z) },
	} {
		want, err := f(x)
		if err != nil {
			t.Fatal(err)
		}
		for _, power := range []int{-1000, -540, -140, -100, -30, 30, 59, 65, 100, 120, 130, 480, 600, 1000} {
			y := mat.NewDense(40, 6, nil)
			y.Apply(func(_, _ int, v float64) float64 { return math.Ldexp(v, power) }, x)
			if got, err := f(y); err != nil {
				if usual := power > -40 && power < 40; usual || !errors.Is(err, ErrNotFinite) {
					t.Errorf("%s: 2^%d: %v", name, power, err)
				}
			} else if got != want {
				t.Errorf("%s: 2^%d: %.80s, want %.80s", name, power, got, want)
			}
		}
	}
}
