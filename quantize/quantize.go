package quantize

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// ErrRanges: ranges do not fit the vectors, or cannot be.
var ErrRanges = errors.New("quantize: bad ranges")

// Ranges are the smallest and the greatest value of each feature, [dim] each:
// what the 256 levels of a byte are spread over.
type Ranges struct{ Min, Max []float32 }

// RangesOf returns the ranges of vectors x [n, dim]; a hundred or more, like those
// that are to be quantised. No vectors are an estimator.ErrEmpty, NaN and
// infinities an estimator.ErrNotFinite.
func RangesOf(x mat.Matrix) (Ranges, error) {
	n, d := x.Dims()
	if n == 0 || d == 0 {
		return Ranges{}, fmt.Errorf("quantize: %w: vectors are [%d, %d]", estimator.ErrEmpty, n, d)
	}
	r := Ranges{make([]float32, d), make([]float32, d)}
	for j := range d {
		r.Min[j], r.Max[j] = float32(math.Inf(1)), float32(math.Inf(-1))
	}
	return r, r.Add(x)
}

// Add widens r to vectors x [n, dim], for vectors that come in parts.
func (r *Ranges) Add(x mat.Matrix) error {
	rows, err := finite(x)
	if err != nil {
		return err
	}
	if rows.Dim != len(r.Min) || rows.Dim != len(r.Max) {
		return fmt.Errorf("%w: of %d and %d features, the vectors have %d", ErrRanges, len(r.Min), len(r.Max), rows.Dim)
	}
	for i := range rows.Len {
		for j, v := range rows.Row(i) {
			r.Min[j], r.Max[j] = min(r.Min[j], v), max(r.Max[j], v)
		}
	}
	return nil
}

// check tells whether r fits vectors of dim features.
func (r *Ranges) check(dim int) error {
	if len(r.Min) != dim || len(r.Max) != dim {
		return fmt.Errorf("%w: of %d and %d features, the vectors have %d", ErrRanges, len(r.Min), len(r.Max), dim)
	}
	for j := range dim {
		if lo, hi := r.Min[j], r.Max[j]; !(lo <= hi) || math.IsInf(float64(hi)-float64(lo), 0) {
			return fmt.Errorf("%w: feature %d is from %g to %g", ErrRanges, j, lo, hi)
		}
	}
	return nil
}

// Uint8 returns the level, 0 to 255, of every value of x [n, dim] within its
// feature's range, row by row: (x-min)/((max-min)/255) without its fraction, in
// float32. Values outside the range get its ends, and a feature without a range 0;
// the reference leaves both undefined.
func Uint8(x mat.Matrix, r Ranges) ([]uint8, error) {
	return levels(x, r, func(level float32) uint8 { return uint8(min(max(level, 0), 255)) })
}

// Int8 is Uint8 less 128, without the fraction of that: levels from -128 to 127.
func Int8(x mat.Matrix, r Ranges) ([]int8, error) {
	return levels(x, r, func(level float32) int8 { return int8(min(max(level-128, -128), 127)) })
}

func levels[T int8 | uint8](x mat.Matrix, r Ranges, code func(level float32) T) ([]T, error) {
	rows, err := finite(x)
	if err != nil {
		return nil, err
	}
	if err := r.check(rows.Dim); err != nil {
		return nil, err
	}
	steps := make([]float32, rows.Dim)
	for j := range steps {
		steps[j] = (r.Max[j] - r.Min[j]) / 255
	}
	out := make([]T, 0, rows.Len*rows.Dim)
	for i := range rows.Len {
		for j, v := range rows.Row(i) {
			level := float32(0)
			if steps[j] > 0 {
				level = (v - r.Min[j]) / steps[j]
			}
			out = append(out, code(level))
		}
	}
	return out, nil
}

// Binary returns a bit for every value of x [n, dim], set where it is above 0:
// rows of (dim+7)/8 bytes, the first feature in the highest bit, padded with zeros.
func Binary(x mat.Matrix) ([]uint8, error) {
	rows, err := finite(x)
	if err != nil {
		return nil, err
	}
	width := (rows.Dim + 7) / 8
	out := make([]uint8, rows.Len*width)
	for i := range rows.Len {
		row := out[i*width : (i+1)*width]
		for j, v := range rows.Row(i) {
			if v > 0 {
				row[j/8] |= 0x80 >> (j % 8)
			}
		}
	}
	return out, nil
}

// SignedBinary returns the bytes of Binary less 128, which the reference calls
// "binary" (and those of Binary "ubinary").
func SignedBinary(x mat.Matrix) ([]int8, error) {
	bits, err := Binary(x)
	if err != nil {
		return nil, err
	}
	out := make([]int8, len(bits))
	for i, b := range bits {
		out[i] = int8(int(b) - 128)
	}
	return out, nil
}

// finite returns x as float32 rows, or an error where it holds NaN or infinities.
func finite(x mat.Matrix) (dense.Rows[float32], error) {
	rows, ok := dense.Float32(x)
	if !ok {
		rows = dense.Narrow(x)
	}
	for i := range rows.Len {
		for j, v := range rows.Row(i) {
			if v-v != 0 {
				return rows, fmt.Errorf("quantize: %w: row %d, feature %d", estimator.ErrNotFinite, i, j)
			}
		}
	}
	return rows, nil
}
