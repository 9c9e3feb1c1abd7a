package score

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// The functions below choose the kernel for an element type. All sums are
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

// squaredTo returns |x-c|² in float64.
func squaredTo[T dense.Float](x []T, c []float64) float64 {
	c = c[:len(x)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a, b := x[i:i+4:i+4], c[i:i+4:i+4]
		d0, d1, d2, d3 := float64(a[0])-b[0], float64(a[1])-b[1], float64(a[2])-b[2], float64(a[3])-b[3]
		s0 += d0 * d0
		s1 += d1 * d1
		s2 += d2 * d2
		s3 += d3 * d3
	}
	for ; i < len(x); i++ {
		d := float64(x[i]) - c[i]
		s0 += d * d
	}
	return (s0 + s1) + (s2 + s3)
}

func squared64(x, y []float64) float64 { return squaredTo(x, y) }

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
