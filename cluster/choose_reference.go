package cluster

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// maxFrame is the largest number of principal axes computed for the frame of
// the reference points. The time to compute them grows with its cube.
const maxFrame = 512

// referencePoints returns count sets of points without clusters, each with as
// many points as x, [n, d]. They are uniform in the box around x along its
// principal axes, so that correlated features do not pass for clusters; this is
// the second method of Tibshirani, Walther and Hastie (2001). With more than
// maxFrame axes the box is aligned with the features, their first method.
func referencePoints(x mat.Matrix, count int, seed uint64) []mat.Matrix {
	y := inFrame(x)
	n, d := y.Dims()
	low, high := make([]float64, d), make([]float64, d)
	for j := range d {
		low[j], high[j] = math.Inf(1), math.Inf(-1)
	}
	for i := range n {
		for j, v := range y.RawRowView(i) {
			low[j], high[j] = min(low[j], v), max(high[j], v)
		}
	}
	sets := make([]mat.Matrix, count)
	for b := range sets {
		rng := rand.New(rand.NewPCG(seed, 100+uint64(b)))
		flat := mat.NewDense(n, d, nil)
		for i := range n {
			row := flat.RawRowView(i)
			for j := range row {
				row[j] = low[j] + rng.Float64()*(high[j]-low[j])
			}
		}
		sets[b] = flat
	}
	return sets
}

// inFrame returns the rows of x, [n, d], centred and expressed in coordinates
// along the principal axes, which preserves all distances. With fewer points
// than features there are n axes. If there are too many axes, it returns the
// rows unchanged.
func inFrame(x mat.Matrix) *mat.Dense {
	c := mat.DenseCopyOf(x)
	n, d := c.Dims()
	if min(n, d) > maxFrame {
		return c
	}
	mean := make([]float64, d)
	top := 0.0 // the largest difference from the first point
	for i := range n {
		for j, v := range c.RawRowView(i) {
			mean[j] += (v - x.At(0, j)) / float64(n)
			top = max(top, math.Abs(v-x.At(0, j)))
		}
	}
	if top == 0 || math.IsInf(top, 1) {
		return c
	}
	scale := math.Ldexp(1, -math.Ilogb(top)) // keeps squares in range
	for i := range n {
		row := c.RawRowView(i)
		for j := range row {
			row[j] = (row[j] - x.At(0, j) - mean[j]) * scale
		}
	}
	var sym mat.SymDense
	if n < d {
		sym.SymOuterK(1, c) // [n, n]: the coordinates are its eigenvectors times the singular values
	} else {
		sym.SymOuterK(1, c.T()) // [d, d]
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(&sym, true) {
		return c
	}
	var v, y mat.Dense
	eigen.VectorsTo(&v)
	if n >= d {
		y.Mul(c, &v)
	} else {
		y.CloneFrom(&v)
		for j, e := range eigen.Values(nil) {
			s := math.Sqrt(max(0, e))
			for i := range n {
				y.Set(i, j, y.At(i, j)*s)
			}
		}
	}
	y.Scale(1/scale, &y)
	return &y
}
