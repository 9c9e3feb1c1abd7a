package search

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Lengths and their products between which float32 products and bytes are as
// precise as their bounds say. Beyond them rows are compared in float64.
const (
	leastLength = 0x1p-100 // about 1e-30
	mostLength  = 0x1p100
)

// rangeError is the Err of finite values that float32 cannot stand for.
type rangeError string

const (
	errLong  rangeError = "too large for float32, want values and a length of at most 3e38"
	errShort rangeError = "the row is too short for float32, want a length of at least 1e-37; scale all vectors, or compare by cosine"
	errCodes rangeError = "the row is too short for bytes, want a length of at least 1e-30; scale all vectors, or compare by cosine"
)

func (e rangeError) Error() string { return string(e) }

// Unwrap makes it an ErrNotFinite.
func (rangeError) Unwrap() error { return ErrNotFinite }

// view returns x as float32 rows, without copying those that it holds, of which it
// does not examine the values.
func view(what string, x mat.Matrix, m Metric) (dense.Rows[float32], error) {
	if x == nil {
		return dense.Rows[float32]{}, fmt.Errorf("search: %s: nil matrix: %w", what, ErrEmpty)
	}
	n, d := x.Dims()
	if n == 0 || d == 0 {
		return dense.Rows[float32]{}, fmt.Errorf("search: %s: %d rows of %d features: %w", what, n, d, ErrEmpty)
	}
	if rows, ok := dense.Float32(x); ok {
		return rows, nil
	}
	out := dense.New[float32](n, d)
	for i := range n {
		if err := narrow(out.Row(i), what, x, i, m); err != nil {
			return out, err
		}
	}
	return out, nil
}

// narrow writes row i of x to dst [d] as float32 numbers, under Cosine times a
// power of two that keeps them in range, as its direction is all that counts.
func narrow(dst []float32, what string, x mat.Matrix, i int, m Metric) error {
	if m == Cosine {
		dense.NarrowRow(dst, x, i)
		return nil
	}
	at := 0
	for j := range dst {
		v := x.At(i, j)
		if dst[j] = dense.Single(v); v-v == 0 && math.IsInf(float64(dst[j]), 0) {
			return &estimator.ValueError{Estimator: "search", Input: what, Row: i, Col: j, Value: v, Err: errLong}
		}
		if math.Abs(v) > math.Abs(x.At(i, at)) {
			at = j
		}
	}
	if v := x.At(i, at); v != 0 && math.Abs(v) < dense.LeastNormal {
		return &estimator.ValueError{Estimator: "search", Input: what, Row: i, Col: at, Value: v, Err: errShort}
	}
	return nil
}

// normOf returns |x|, which must be finite and, under Cosine, above 0. Under other
// metrics it must be in float32's range.
func normOf(what string, x []float32, i int, m Metric) (float64, error) {
	norm := math.Sqrt(kernel.Dot64(x, x))
	for j := 0; norm-norm != 0 && j < len(x); j++ {
		if v := x[j]; v-v != 0 {
			return 0, &estimator.ValueError{Estimator: "search", Input: what, Row: i, Col: j, Value: float64(v), Err: ErrNotFinite}
		}
	}
	if m != Cosine && norm > math.MaxFloat32 {
		return 0, &estimator.ValueError{Estimator: "search", Input: what, Row: i, Col: -1, Err: errLong}
	}
	if norm == 0 && m == Cosine {
		return 0, &estimator.ValueError{Estimator: "search", Input: what, Row: i, Col: -1, Err: ErrZeroRow}
	}
	return norm, nil
}

// single returns a length as a float32, the largest if it is beyond its range: it
// says that the row is to be compared in float64.
func single(norm float64) float32 { return float32(min(norm, math.MaxFloat32)) }

// coded returns row i and its length norm as bytes can stand for them, since an
// Int8 index keeps nothing else. Under Cosine that is a copy of another length, if
// need be; under other metrics a row may be too short.
func (ix *Index) coded(what string, row []float32, norm float64, i int) ([]float32, float64, error) {
	switch {
	case norm >= leastLength && norm <= mostLength || norm == 0:
		return row, norm, nil
	case ix.o.Metric == Cosine:
		scaled := make([]float32, len(row))
		dense.NarrowRow(scaled, dense.Matrix{Rows: dense.Rows[float32]{Data: row, Len: 1, Dim: len(row), Stride: len(row)}}, 0)
		return scaled, math.Sqrt(kernel.Dot64(scaled, scaled)), nil
	case norm < leastLength:
		return row, norm, &estimator.ValueError{Estimator: "search", Input: what, Row: i, Col: -1, Err: errCodes}
	}
	return row, norm, nil
}

// lengths returns the lengths of rows between which float32 products with the
// query are as precise as their bounds say; none if low is infinite.
func (q *asked) lengths() (low, high float64) {
	switch {
	case q.norm == 0:
		return 0, math.Inf(1)
	case q.norm < leastLength:
		return math.Inf(1), 0
	}
	return max(leastLength, leastLength/q.norm), mostLength / q.norm
}
