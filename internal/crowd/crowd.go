// Package crowd draws points that have the mean and the covariance of given ones
// but form a single group, to compare what is found in the given ones with.
package crowd

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// Crowd makes sets of points that form one group: they are drawn from the
// normal distribution with the mean and the covariance of given points, and
// scaled to length 1 as users' vectors are. This is the null hypothesis of Liu,
// Hayes, Nobel and Marron, Statistical significance of clustering for
// high-dimension, low-sample size data, 2008: whatever clusters a method finds
// in such points are cuts through one cloud.
type Crowd struct {
	mean []float64  // [dim]
	root *mat.Dense // [r, dim]: root' root is the covariance
	n    int
	unit int // number of leading features that are scaled to length 1
}

// New returns a crowd like the rows of x [n, dim], of which there are two
// or more.
func New(x dense.Rows[float32]) *Crowd {
	c := &Crowd{mean: make([]float64, x.Dim), n: x.Len, unit: x.Dim}
	for i := range x.Len {
		for j, v := range x.Row(i) {
			c.mean[j] += float64(v) / float64(x.Len)
		}
	}
	scale := 1 / math.Sqrt(float64(x.Len-1))
	centred := mat.NewDense(x.Len, x.Dim, nil)
	for i := range x.Len {
		row := centred.RawRowView(i)
		for j, v := range x.Row(i) {
			row[j] = (float64(v) - c.mean[j]) * scale
		}
	}
	c.root = centred
	if x.Len > x.Dim { // the triangular factor is as good a root, and smaller
		var qr mat.QR
		qr.Factorize(centred)
		var r mat.Dense
		qr.RTo(&r)
		c.root = mat.DenseCopyOf(r.Slice(0, x.Dim, 0, x.Dim))
	}
	return c
}

// Length1 makes Draw scale only the first features of each point to length 1, in
// place of all of it, and returns c.
func (c *Crowd) Length1(features int) *Crowd {
	c.unit = features
	return c
}

// Draw returns set number of the crowd, [n, dim]. The same number and seed give
// the same points.
func (c *Crowd) Draw(seed, number uint64) dense.Rows[float32] {
	random := rand.New(rand.NewPCG(seed, 0xc20d<<32|number))
	r, dim := c.root.Dims()
	normal := mat.NewDense(c.n, r, nil)
	for i := range c.n {
		row := normal.RawRowView(i)
		for j := range row {
			row[j] = random.NormFloat64()
		}
	}
	var points mat.Dense
	points.Mul(normal, c.root)
	out := dense.New[float32](c.n, dim)
	v := make([]float32, dim)
	for i := range c.n {
		for j, p := range points.RawRowView(i) {
			v[j] = float32(p + c.mean[j])
		}
		row := out.Row(i)
		copy(row, v)
		if vector.Unit(row[:c.unit], v[:c.unit]) != nil { // of length 0: as good as never
			row[0] = 1
		}
	}
	return out
}
