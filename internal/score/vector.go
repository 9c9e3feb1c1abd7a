package score

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// The functions below select the kernel for an element type. All sums are
// float64.

// add adds src to dst.
func add[T dense.Float](dst []float64, src []T) {
	switch s := any(src).(type) {
	case []float32:
		kernel.AddTo(dst, s)
	case []float64:
		kernel.AxpyF64(1, s, dst)
	}
}

// widen returns x in float64: x itself if it is float64, else a copy in dst.
func widen[T dense.Float](dst []float64, x []T) []float64 {
	switch x := any(x).(type) {
	case []float32:
		clear(dst)
		kernel.AddTo(dst, x)
		return dst
	case []float64:
		return x
	}
	panic("unreachable")
}

// squared returns |x-y|² in float64.
func squared[T dense.Float](x, y []T) float64 {
	switch x := any(x).(type) {
	case []float32:
		return kernel.SquaredDistance(x, any(y).([]float32))
	case []float64:
		return kernel.SquaredDistanceF64(x, any(y).([]float64))
	}
	panic("unreachable")
}

// manhattan returns sum |x-y| in float64.
func manhattan[T dense.Float](x, y []T) float64 {
	switch x := any(x).(type) {
	case []float32:
		return kernel.L1Distance(x, any(y).([]float32))
	case []float64:
		return kernel.L1DistanceF64(x, any(y).([]float64))
	}
	panic("unreachable")
}

// chebyshev returns max |x-y| in float64.
func chebyshev[T dense.Float](x, y []T) float64 {
	y = y[:len(x)]
	var m float64
	for i, v := range x {
		m = max(m, math.Abs(float64(v)-float64(y[i])))
	}
	return m
}
