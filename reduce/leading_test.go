package reduce

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// withEigenvalues returns a symmetric matrix [d, d] of the eigenvalues given, d
// of them, along random directions.
func withEigenvalues(values []float64) *mat.SymDense {
	d := len(values)
	r := rand.New(rand.NewPCG(uint64(d), 9))
	q := dense.New[float64](d, d)
	for i := range q.Data {
		q.Data[i] = r.NormFloat64()
	}
	orthonormal(q)
	s := mat.NewSymDense(d, nil)
	for i, v := range values {
		s.SymRankOne(s, v, mat.NewVecDense(d, q.Row(i)))
	}
	return s
}

// TestLeadingEigenvectors looks at what makes eigenvectors right: residuals and
// right angles of the size of rounding. Single vectors cannot be compared where
// eigenvalues are equal or nearly so. The values are compared with gonum's.
func TestLeadingEigenvectors(t *testing.T) {
	t.Parallel()
	of := func(d int, f func(i int) float64) []float64 {
		v := make([]float64, d)
		for i := range v {
			v[i] = f(i)
		}
		return v
	}
	diagonal := func(values []float64) *mat.SymDense {
		s := mat.NewSymDense(len(values), nil)
		for i, v := range values {
			s.SetSym(i, i, v)
		}
		return s
	}
	// Wilkinson's W21+, whose pairs of large eigenvalues agree to 14 digits
	// though no entry beside the diagonal is small; and 20 of it, glued.
	wilkinson := func(times int) *mat.SymDense {
		s := mat.NewSymDense(21*times, nil)
		for i := range 21 * times {
			s.SetSym(i, i, math.Abs(float64(i%21)-10))
			if i > 0 {
				s.SetSym(i-1, i, 1)
				if i%21 == 0 {
					s.SetSym(i-1, i, 1e-8)
				}
			}
		}
		return s
	}
	slow := of(300, func(i int) float64 { return math.Pow(float64(i+1), -0.5) })
	scaled := func(by float64) *mat.SymDense {
		s := withEigenvalues(slow[:60])
		s.ScaleSym(by, s)
		return s
	}
	cases := map[string]*mat.SymDense{
		"one":              diagonal([]float64{3}),
		"two":              withEigenvalues([]float64{3, -1}),
		"zero":             mat.NewSymDense(7, nil),
		"identity":         diagonal(of(90, func(int) float64 { return 1 })),
		"diagonal":         diagonal(of(70, func(i int) float64 { return float64(i * 7 % 70) })),
		"repeated":         withEigenvalues(of(150, func(i int) float64 { return float64(5 - i/30) })),
		"low rank":         withEigenvalues(of(200, func(i int) float64 { return max(0, float64(12-i)) })),
		"nearly equal":     withEigenvalues(of(100, func(i int) float64 { return 1 + 1e-13*float64(i%10) })),
		"slow fall":        withEigenvalues(slow),
		"graded":           withEigenvalues(of(80, func(i int) float64 { return math.Pow(10, -float64(i)/4) })),
		"both signs":       withEigenvalues(of(80, func(i int) float64 { return math.Sin(float64(i)) })),
		"wilkinson":        wilkinson(1),
		"wilkinson, glued": wilkinson(20),
		"at the upper end": scaled(1e300),
		"at the lower end": scaled(1e-290),
		"a block of tiny entries": func() *mat.SymDense {
			s := diagonal([]float64{1, 2e-200, 3e-200, 0, 0})
			s.SetSym(1, 2, 1e-200)
			return s
		}(),
		"last row separate": func() *mat.SymDense { s := diagonal(slow[:40]); s.SetSym(3, 9, 0.25); return s }(),
	}
	for name, s := range cases {
		d := s.SymmetricDim()
		size := maxAbs(s)
		by := 1.0 // a power of two: gonum does not take what is near the ends of float64
		if size > 0 {
			by = math.Ldexp(1, -math.Ilogb(size))
		}
		var unit mat.SymDense
		unit.ScaleSym(by, s)
		var eig mat.EigenSym
		if name == "a block of tiny entries" {
			unit = *diagonal([]float64{1, 0, 0, 0, 0})
		}
		if !eig.Factorize(&unit, false) {
			t.Fatal(name)
		}
		want := eig.Values(nil) // of unit, ascending
		norm := max(math.Abs(want[0]), math.Abs(want[d-1]))
		for _, k := range []int{1, (d + 3) / 4, d} {
			t.Run(fmt.Sprintf("%s, %d of %d", name, k, d), func(t *testing.T) {
				v, values, err := leading(t.Context(), s, k, 2)
				if err != nil {
					t.Fatal(err)
				}
				for i, got := range values {
					if w := want[d-1-i]; math.Abs(got*by-w) > 1e-13*norm {
						t.Errorf("eigenvalue %d: %v, want %v", i, got*by, w)
					}
				}
				var gram mat.Dense
				gram.Mul(v, v.T())
				for i := range k {
					gram.Set(i, i, gram.At(i, i)-1)
				}
				if e := maxAbs(&gram); !(e < 1e-12) {
					t.Errorf("orthonormal but for %.2g", e)
				}
				var left mat.Dense
				left.Mul(v, &unit)
				for i := range k {
					for j := range d {
						left.Set(i, j, left.At(i, j)-values[i]*by*v.At(i, j))
					}
				}
				if e := maxAbs(&left); !(e <= 1e-13*norm) {
					t.Errorf("residuals of %.2g, of a matrix of norm %.2g", e, norm)
				}
			})
		}
	}
	broken := mat.NewSymDense(3, nil)
	broken.SetSym(1, 2, math.Inf(1))
	if _, _, err := leading(t.Context(), broken, 1, 1); !errors.Is(err, ErrNotFinite) {
		t.Errorf("got %v", err)
	}
	broken.SetSym(1, 2, math.NaN())
	if _, _, err := leading(t.Context(), broken, 1, 1); !errors.Is(err, ErrNotFinite) {
		t.Errorf("got %v", err)
	}
}
