package cluster

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// blobs are n points around k centres, each feature with the given deviation.
func blobs(rng *rand.Rand, n, d, k int, deviation float64) *mat.Dense {
	c := mat.NewDense(k, d, nil)
	for i := range k {
		for j := range d {
			c.Set(i, j, rng.NormFloat64()*2)
		}
	}
	x := mat.NewDense(n, d, nil)
	for i := range n {
		row := c.RawRowView(rng.IntN(k))
		for j := range d {
			x.Set(i, j, row[j]+deviation*rng.NormFloat64())
		}
	}
	return x
}

func sized(full, short int) int { return testdir.Sized(full, short) }

// threadCounts are the numbers of threads that have to give the same bytes, one
// of them twice for what changes from run to run.
func threadCounts() []int {
	if testing.Short() {
		return []int{1, 5}
	}
	return []int{1, 2, 5, 1}
}

// sphere is like blobs, on the unit sphere, as sentence embeddings are.
func sphere(rng *rand.Rand, n, d, k int, deviation float64) *mat.Dense {
	x := blobs(rng, n, d, k, deviation)
	for i := range n {
		row := x.RawRowView(i)
		s := 0.0
		for _, v := range row {
			s += v * v
		}
		s = 1 / math.Sqrt(s)
		for j := range row {
			row[j] *= s
		}
	}
	return x
}

// withRow returns a copy of x with the first values of a row changed.
func withRow(x mat.Matrix, row int, values ...float64) *mat.Dense {
	y := mat.DenseCopyOf(x)
	for j, v := range values {
		y.Set(row, j, v)
	}
	return y
}
