package group

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
)

// Join puts users' features beside the vectors of their texts.
type Join struct {
	Features int       // m
	Factor   float64   // of the features
	Mean     []float32 // [k - m] of users with texts: where users without stand
}

// newJoin sets the scale of features [n, m] beside vectors y [n, k - m].
func newJoin(y mat.Matrix, beside dense.Rows[float32], c Config) *Join {
	f := c.Balance.Factor(y, dense.Matrix{Rows: beside})
	if f == 0 { // the texts are all the same, or the features are
		f = 1
	}
	rows := narrow(y)
	all := make([]int, rows.Len)
	for r := range all {
		all[r] = r
	}
	return &Join{Features: beside.Dim, Factor: f * math.Sqrt(c.Weight), Mean: mean(rows, all)}
}

// rows joins y [n, k - m] and features [n, m] to points [n, k].
func (j *Join) rows(y, beside dense.Rows[float32]) dense.Rows[float32] {
	out := dense.New[float32](y.Len, y.Dim+j.Features)
	for r := range y.Len {
		row := out.Row(r)
		copy(row, y.Row(r))
		if beside.Len > 0 { // else where users of whom nothing is known stand
			j.put(row[y.Dim:], beside.Row(r))
		}
	}
	return out
}

func (j *Join) put(dst, features []float32) {
	for i, v := range features {
		dst[i] = float32(j.Factor * float64(v))
	}
}

// Quiet returns the places [len(beside), k] of users without texts, with these
// features [n, m]: at the mean of the texts.
func (j *Join) Quiet(beside dense.Rows[float32]) dense.Rows[float32] {
	y := dense.New[float32](beside.Len, len(j.Mean))
	for r := range y.Len {
		copy(y.Row(r), j.Mean)
	}
	return j.rows(y, beside)
}

// Joined returns the users' vectors [rows, dim + m] with their features at the
// scale of the space, but without its reduction: the vectors themselves if there
// are no features.
func (s Space) Joined(u *pool.Users) dense.Rows[float32] {
	if s.Join == nil {
		return u.Vectors
	}
	return s.Join.rows(u.Vectors, u.Features)
}
