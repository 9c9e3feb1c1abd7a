package group

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/reduce"
)

// Slopes is a Space as an affine map: how a point moves in the space when its
// vector moves.
type Slopes struct{ by *mat.Dense } // [k, dim]; nil: the identity

// Slopes returns those of the space; ok is false if it is not affine, as UMAP's,
// or if features stand beside the vectors.
func (s Space) Slopes(ctx context.Context) (m Slopes, ok bool, err error) {
	if s.Join != nil {
		return Slopes{}, false, nil
	}
	switch s.By.(type) {
	case nil:
		return Slopes{}, true, nil
	case *reduce.PCAResult, *reduce.RandomProjectionResult:
	default:
		return Slopes{}, false, nil
	}
	// The images of zero and the unit vectors, less that of zero.
	d, k := s.By.Dims()
	units := mat.NewDense(d+1, d, nil)
	for j := range d {
		units.Set(j+1, j, 1)
	}
	y, err := s.By.Transform(ctx, units)
	if err != nil {
		return Slopes{}, false, fmt.Errorf("reducing unit vectors: %w", err)
	}
	by := mat.NewDense(k, d, nil)
	for c := range k {
		for j := range d {
			by.Set(c, j, y.At(j+1, c)-y.At(0, c))
		}
	}
	return Slopes{by}, true, nil
}

// Back returns the gradient with respect to a vector [dim] of what has the
// gradient g [k] with respect to its point.
func (m Slopes) Back(g []float64) []float64 {
	if m.by == nil {
		return g
	}
	_, d := m.by.Dims()
	out := mat.NewVecDense(d, nil)
	out.MulVec(m.by.T(), mat.NewVecDense(len(g), g))
	return out.RawVector().Data
}

// MarginGradient is Margin with its gradient with respect to v, [k]. Where
// another centre becomes the best other one, it is the gradient of one side.
func (c Centres) MarginGradient(v []float32, i int) (m float64, gradient []float64) {
	m, other := c.Margin(v, i)
	gradient = make([]float64, len(v))
	if other < 0 {
		return m, gradient
	}
	own, best := vector.Distance(v, c[i].Anchor), vector.Distance(v, c[other].Anchor)
	// With the larger of the distances below: 1 - own/best, or best/own - 1.
	byOwn, byBest := -1/best, own/(best*best)
	if own > best {
		byOwn, byBest = -best/(own*own), 1/own
	}
	for j, x := range v {
		if own > 0 {
			gradient[j] += byOwn * (float64(x) - float64(c[i].Anchor[j])) / own
		}
		if best > 0 {
			gradient[j] += byBest * (float64(x) - float64(c[other].Anchor[j])) / best
		}
	}
	return m, gradient
}
