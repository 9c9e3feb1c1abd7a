package beam

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// ErrTooFewUsers: there are fewer users than clusters.
var ErrTooFewUsers = errors.New("cohort/beam: too few users")

// Centers are the centres of KMeans after some rounds.
type Centers struct {
	Data  []float64 // [K, Dim]
	K     int
	Dim   int
	Users int // number of users; 0 before they were counted
	// Round is the number of rounds that have moved the centres.
	Round int
	// Done is set when another round would not change anything, or not by more
	// than KMeansOptions.Tol.
	Done bool
	// Moved is the sum of the squared movements of the centres in the last round.
	Moved float64
	// Variance is the mean variance of the features.
	Variance float64

	Labels [32]byte // digest of the users' labels in the last round
}

// NewCenters returns centres to start from, [k, dim].
func NewCenters(x mat.Matrix) Centers {
	k, d := x.Dims()
	c := Centers{K: k, Dim: d}
	for i := range k {
		for j := range d {
			c.Data = append(c.Data, x.At(i, j))
		}
	}
	return c
}

// Matrix returns the centres, [K, Dim].
func (c *Centers) Matrix() *mat.Dense { return mat.NewDense(c.K, c.Dim, c.Data) }

func (c *Centers) row(j int) []float64 { return c.Data[j*c.Dim : (j+1)*c.Dim : (j+1)*c.Dim] }

// enough returns an error unless there is a centre for each cluster.
func (c *Centers) enough() error {
	if len(c.Data) < c.K*c.Dim {
		return fmt.Errorf("%w: %d for %d clusters", ErrTooFewUsers, c.Users, c.K)
	}
	return nil
}

// labels returns the nearest centre of each user of a block.
func (c *Centers) labels(ctx context.Context, b *Block) ([]int, error) {
	if len(b.Users) == 0 {
		return nil, nil
	}
	if err := c.enough(); err != nil {
		return nil, err
	}
	if b.Dim != c.Dim {
		return nil, fmt.Errorf("cohort/beam: users' vectors have %d features, the centres %d", b.Dim, c.Dim)
	}
	r := cluster.KMeansResult{Centers: c.Matrix()}
	return r.Predict(ctx, dense.Matrix{Rows: b.rows()})
}

// squared returns the squared distance between x and y.
func squared(x []float32, y []float64) float64 {
	s := 0.0
	for i, v := range x {
		d := float64(v) - y[i]
		s += d * d
	}
	return s
}
