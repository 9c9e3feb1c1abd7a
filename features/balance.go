package features

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Balance is a rule for the scale of features beside texts.
type Balance uint8

// The rules.
const (
	// ByAxis makes the variance along the first principal axis the same in both
	// blocks, as multiple factor analysis does (Escofier and Pagès, Multiple
	// factor analysis, 1994): neither can make the first axis on its own. A
	// block of many axes, as texts are, keeps more variance in all.
	ByAxis Balance = iota
	// ByVariance makes users' mean squared distance from the mean the same in
	// both blocks. As features have few axes, they then have by far the longest
	// ones.
	ByVariance
)

// String returns the name of the rule.
func (b Balance) String() string {
	if b == ByVariance {
		return "variance"
	}
	return "axis"
}

// Factor returns the factor by which features [n, m] are to be multiplied so
// that they stand beside texts [n, k] as the rule says; 0 if either block is
// constant.
func (b Balance) Factor(texts, features mat.Matrix) float64 {
	measure := firstAxis
	if b == ByVariance {
		measure = variance
	}
	t, f := measure(texts), measure(features)
	if !(t > 0) || !(f > 0) {
		return 0
	}
	return math.Sqrt(t / f)
}

// mostRows is the number of rows on which variances are measured, evenly spread.
const mostRows = 5000

// centred returns rows of x, evenly spread, less their mean.
func centred(x mat.Matrix) *mat.Dense {
	n, dim := x.Dims()
	if n == 0 || dim == 0 {
		return nil
	}
	step := max(1, float64(n)/mostRows)
	rows := 0
	for at := 0.0; int(at) < n; at += step {
		rows++
	}
	out := mat.NewDense(rows, dim, nil)
	mean := make([]float64, dim)
	for i := range rows {
		from := min(n-1, int(float64(i)*step))
		row := out.RawRowView(i)
		for j := range row {
			row[j] = x.At(from, j)
			mean[j] += row[j] / float64(rows)
		}
	}
	for i := range rows {
		row := out.RawRowView(i)
		for j := range row {
			row[j] -= mean[j]
		}
	}
	return out
}

// variance returns the mean squared distance of the rows of x from their mean.
func variance(x mat.Matrix) float64 {
	c := centred(x)
	if c == nil {
		return 0
	}
	n, _ := c.Dims()
	norm := mat.Norm(c, 2)
	return norm * norm / float64(n)
}

// Power iteration ends when the variance grows by no more than this part, or
// after so many steps: two axes of nearly the same length have nearly the same
// variance, whichever is found.
const (
	axisTolerance = 1e-9
	axisSteps     = 300
)

// firstAxis returns the largest variance of the rows of x along any direction,
// by power iteration.
func firstAxis(x mat.Matrix) float64 {
	c := centred(x)
	if c == nil {
		return 0
	}
	n, dim := c.Dims()
	var cov mat.SymDense
	cov.SymOuterK(1/float64(n), c.T())
	// A random direction: one that is picked by the data may be an axis, but not
	// the first.
	v, next := mat.NewVecDense(dim, nil), mat.NewVecDense(dim, nil)
	random := rand.New(rand.NewPCG(1, 2))
	for j := range dim {
		v.SetVec(j, random.NormFloat64())
	}
	v.ScaleVec(1/mat.Norm(v, 2), v)
	was := 0.0
	for range axisSteps {
		next.MulVec(&cov, v)
		length := mat.Norm(next, 2)
		if length == 0 || length-length != 0 {
			return 0
		}
		next.ScaleVec(1/length, next)
		v, next = next, v
		if length-was <= axisTolerance*length {
			return length
		}
		was = length
	}
	return was
}
