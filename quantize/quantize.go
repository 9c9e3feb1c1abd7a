package quantize

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// ErrRanges reports ranges that are invalid or do not fit the vectors.
var ErrRanges = errors.New("quantize: bad ranges")

// Ranges holds the minimum and the maximum of each feature, [dim] each, over
// which the 256 levels of a byte are spread.
type Ranges struct{ Min, Max []float32 }

// RangesOf returns the ranges of vectors x [n, dim]. Use a hundred or more
// vectors that resemble those to be quantized. It returns an estimator.ErrEmpty
// for no vectors, and an estimator.ErrNotFinite for NaN and infinities.
func RangesOf(x mat.Matrix) (Ranges, error) {
	if x == nil {
		return Ranges{}, fmt.Errorf("quantize: %w", estimator.ErrEmpty)
	}
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

// Add extends r to include vectors x [n, dim], for vectors that come in parts.
func (r *Ranges) Add(x mat.Matrix) error {
	rows, err := finite(x)
	if err != nil {
		return err
	}
	if rows.Dim != len(r.Min) || rows.Dim != len(r.Max) {
		return fmt.Errorf("%w: %d and %d features, the vectors have %d", ErrRanges, len(r.Min), len(r.Max), rows.Dim)
	}
	for i := range rows.Len {
		for j, v := range rows.Row(i) {
			r.Min[j], r.Max[j] = min(r.Min[j], v), max(r.Max[j], v)
		}
	}
	return nil
}

// check checks that r fits vectors of dim features.
func (r *Ranges) check(dim int) error {
	if len(r.Min) != dim || len(r.Max) != dim {
		return fmt.Errorf("%w: %d and %d features, the vectors have %d", ErrRanges, len(r.Min), len(r.Max), dim)
	}
	for j := range dim {
		if lo, hi := r.Min[j], r.Max[j]; !(lo <= hi) || math.IsInf(float64(hi)-float64(lo), 0) {
			return fmt.Errorf("%w: feature %d is from %g to %g", ErrRanges, j, lo, hi)
		}
	}
	return nil
}

// Uint8 returns the level, 0 to 255, of every value of x [n, dim] within its
// feature's range, in row-major order: (x-min)/((max-min)/255), truncated, in
// float32. Values outside the range get the nearest level, and features without
// a range get 0; the reference implementation leaves both undefined.
func Uint8(x mat.Matrix, r Ranges) ([]uint8, error) {
	return levels(x, r, func(level float32) uint8 { return uint8(min(max(level, 0), 255)) })
}

// Int8 is like Uint8 but subtracts 128 before truncation: levels range from
// -128 to 127.
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

// Binary returns a bit for every value of x [n, dim], set if it is positive, in
// rows of (dim+7)/8 bytes with the first feature in the highest bit, padded
// with zeros.
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

// SignedBinary returns the bytes of Binary minus 128. The reference
// implementation calls these "binary", and those of Binary "ubinary".
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

// finite returns x as float32 rows, or an error if it contains NaN or
// infinities.
func finite(x mat.Matrix) (dense.Rows[float32], error) {
	if x == nil {
		return dense.Rows[float32]{}, fmt.Errorf("quantize: %w", estimator.ErrEmpty)
	}
	rows, ok := dense.Float32(x)
	if !ok {
		n, d := x.Dims()
		rows = dense.New[float32](n, d)
		for i := range n {
			for j := range d {
				rows.Row(i)[j] = dense.Single(x.At(i, j)) // a bit for each sign
			}
		}
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
