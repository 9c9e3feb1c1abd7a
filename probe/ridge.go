package probe

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Rated is a data set for a regression: rows X [n, d] and their values Y [n].
type Rated struct {
	X mat.Matrix
	Y []float64
	// Group [n] numbers rows that must stay together in cross-validation, such as
	// the sentences of one review; nil: every row is its own group.
	Group []int
	// Weight is the weight of its rows relative to those of other sets; 0: 1.
	Weight float64
}

// RidgeOptions configures [FitRidge].
type RidgeOptions struct {
	Penalties []float64 // candidates; nil: 0.1 to 100 in steps of about 3
	Folds     int       // of the cross-validation, 2 or more, at most one a row; 0: 5
}

// Ridge is a ridge regression (Hoerl and Kennard 1970). Once fitted it is immutable
// and safe for concurrent use.
type Ridge struct {
	Weights []float64 `json:"weights"` // [dim]
	Bias    float64   `json:"bias"`
	Penalty float64   `json:"penalty"`
	// Residual is the root mean square error on rows left out of the fit.
	Residual float64 `json:"residual"`
}

// FitRidge fits a ridge regression to all sets: one weight vector, and one bias
// per set, of which it keeps the first. The penalty is the one with the least
// squared error on the first set in cross-validation by group, whose root mean
// square error becomes the Residual. Errors wrap ErrData, or are ctx's.
func FitRidge(ctx context.Context, sets []Rated, o RidgeOptions) (*Ridge, error) {
	if len(sets) == 0 {
		return nil, dataError("no data set")
	}
	if o.Penalties == nil {
		o.Penalties = []float64{0.1, 0.3, 1, 3, 10, 30, 100}
	}
	if o.Folds == 0 {
		o.Folds = 5
	}
	n, d := sets[0].X.Dims()
	folds, err := foldsOf(o.Folds, n, o.Penalties)
	if err != nil {
		return nil, err
	}
	o.Folds = folds
	rows, err := finiteRows(sets)
	if err != nil {
		return nil, err
	}
	errorOf := make([]float64, len(o.Penalties))
	tested := 0
	for fold := range o.Folds {
		if err := parallel.Cause(ctx); err != nil {
			return nil, err
		}
		inFold := func(row int) bool { return sets[0].group(row)%o.Folds == fold }
		eq := newNormal(d)
		for i, s := range sets {
			eq.add(rows[i], s, func(row int) bool { return i != 0 || !inFold(row) })
		}
		if eq.first == 0 {
			continue
		}
		for r := range rows[0].Len {
			if inFold(r) {
				tested++
			}
		}
		for p, penalty := range o.Penalties {
			w, b, ok := eq.solve(penalty)
			if !ok {
				errorOf[p] = math.Inf(1)
				continue
			}
			for r := range rows[0].Len {
				if inFold(r) {
					e := dot(w, rows[0].Row(r)) + b - sets[0].Y[r]
					errorOf[p] += e * e
				}
			}
		}
	}
	if tested == 0 {
		return nil, dataError("the first set has too few groups for %d folds", o.Folds)
	}
	best := 0
	for p := range errorOf {
		if errorOf[p] < errorOf[best] {
			best = p
		}
	}
	eq := newNormal(d)
	for i, s := range sets {
		eq.add(rows[i], s, func(int) bool { return true })
	}
	w, b, ok := eq.solve(o.Penalties[best])
	if !ok {
		return nil, dataError("the normal equations are singular")
	}
	return &Ridge{Weights: w, Bias: b, Residual: math.Sqrt(errorOf[best] / float64(tested)), Penalty: o.Penalties[best]}, nil
}

// finiteRows returns the vectors of sets, [rows, features] each, and an error if
// their shapes disagree or something is not finite.
func finiteRows(sets []Rated) ([]dense.Rows[float64], error) {
	_, d := sets[0].X.Dims()
	rows := make([]dense.Rows[float64], len(sets))
	for i, s := range sets {
		n, dd := s.X.Dims()
		if n == 0 || n != len(s.Y) || dd != d || s.Group != nil && len(s.Group) != n {
			return nil, dataError("set %d has vectors [%d, %d], %d values and %d groups, want as many of each and length %d", i, n, dd, len(s.Y), len(s.Group), d)
		}
		if !(s.Weight >= 0 && s.Weight <= mostPenalty) {
			return nil, dataError("set %d has the weight %v, want 0 to %v", i, s.Weight, mostPenalty)
		}
		rows[i] = dense.Float64(s.X)
		for r := range n {
			for _, v := range append(rows[i].Row(r), s.Y[r]) {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return nil, dataError("set %d, row %d is not finite", i, r)
				}
			}
		}
	}
	return rows, nil
}

func (s Rated) group(row int) int {
	if s.Group == nil {
		return row
	}
	return s.Group[row]
}

// normal accumulates the normal equations of several sets, each centred on its
// own mean.
type normal struct {
	d      int
	gram   []float64 // [d, d], upper triangle
	rhs    []float64 // [d]
	meanX  []float64 // [d], of the first set
	meanY  float64   // of the first set
	first  int       // number of rows of the first set
	filled bool
}

func newNormal(d int) *normal {
	return &normal{d: d, gram: make([]float64, d*d), rhs: make([]float64, d)}
}

func (q *normal) add(x dense.Rows[float64], s Rated, use func(row int) bool) {
	weight := s.Weight
	if weight == 0 {
		weight = 1
	}
	mean := make([]float64, q.d)
	meanY, n := 0.0, 0
	for r := range x.Len {
		if use(r) {
			n++
			meanY += s.Y[r]
			for j, v := range x.Row(r) {
				mean[j] += v
			}
		}
	}
	if !q.filled {
		q.filled, q.first = true, n
	}
	if n == 0 {
		return
	}
	meanY /= float64(n)
	for j := range mean {
		mean[j] /= float64(n)
	}
	if q.meanX == nil {
		q.meanX, q.meanY = mean, meanY
	}
	// Rows are centred in blocks, so that the Gram matrix is a product of
	// matrices instead of n outer products.
	const block = 512
	centred := mat.NewDense(block, q.d, nil) // [block, d]
	target := make([]float64, block)
	gram := mat.NewSymDense(q.d, q.gram)
	fill := 0
	flush := func() {
		if fill == 0 {
			return
		}
		c := centred.Slice(0, fill, 0, q.d).(*mat.Dense)
		gram.SymRankK(gram, weight, c.T())
		for r := range fill {
			t := weight * target[r]
			for j, v := range c.RawRowView(r) {
				q.rhs[j] += t * v
			}
		}
		fill = 0
	}
	for r := range x.Len {
		if !use(r) {
			continue
		}
		row := centred.RawRowView(fill)
		for j, v := range x.Row(r) {
			row[j] = v - mean[j]
		}
		target[fill] = s.Y[r] - meanY
		if fill++; fill == block {
			flush()
		}
	}
	flush()
}

// solve returns the weights for a penalty and the bias of the first set.
func (q *normal) solve(penalty float64) (w []float64, bias float64, ok bool) {
	a := mat.NewSymDense(q.d, append([]float64(nil), q.gram...))
	for j := range q.d {
		a.SetSym(j, j, a.At(j, j)+penalty)
	}
	var c mat.Cholesky
	if !c.Factorize(a) {
		return nil, 0, false
	}
	v := mat.NewVecDense(q.d, nil)
	if err := c.SolveVecTo(v, mat.NewVecDense(q.d, q.rhs)); err != nil {
		return nil, 0, false
	}
	w = v.RawVector().Data
	return w, q.meanY - dot(w, q.meanX), true
}

// Predict returns the value of each row of x [n, d]. Vectors of another length are
// an ErrDim.
func (r *Ridge) Predict(x mat.Matrix) ([]float64, error) {
	if x == nil {
		return nil, fmt.Errorf("%w: no vectors", ErrDim)
	}
	n, d := x.Dims()
	if d != len(r.Weights) {
		return nil, fmt.Errorf("%w: got %d, want %d", ErrDim, d, len(r.Weights))
	}
	rows := dense.Float64(x)
	out := make([]float64, n)
	for i := range out {
		out[i] = dot(r.Weights, rows.Row(i)) + r.Bias
	}
	return out, nil
}
