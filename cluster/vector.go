package cluster

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// The loops below keep four running sums so that additions need not wait for
// each other. The order of the additions is fixed.

// sumSquares returns sum x².
func sumSquares[T dense.Float](x []T) float64 {
	if f, ok := any(x).([]float32); ok {
		return kernel.Dot64(f, f)
	}
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a := x[i : i+4 : i+4]
		v0, v1, v2, v3 := float64(a[0]), float64(a[1]), float64(a[2]), float64(a[3])
		s0 += v0 * v0
		s1 += v1 * v1
		s2 += v2 * v2
		s3 += v3 * v3
	}
	for ; i < len(x); i++ {
		s0 += float64(x[i]) * float64(x[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// squaredDistance returns sum (sx·x - sy·y)² in float64. With sx = 1 and sy = 1
// this is the squared Euclidean distance; with the inverse norms it is twice
// the cosine distance, without the cancellation of 1 - cos.
func squaredDistance[X, Y dense.Float](x []X, sx float64, y []Y, sy float64) float64 {
	y = y[:len(x)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a, b := x[i:i+4:i+4], y[i:i+4:i+4]
		d0 := float64(float64(a[0])*sx) - float64(float64(b[0])*sy)
		d1 := float64(float64(a[1])*sx) - float64(float64(b[1])*sy)
		d2 := float64(float64(a[2])*sx) - float64(float64(b[2])*sy)
		d3 := float64(float64(a[3])*sx) - float64(float64(b[3])*sy)
		s0 += d0 * d0
		s1 += d1 * d1
		s2 += d2 * d2
		s3 += d3 * d3
	}
	for ; i < len(x); i++ {
		d := float64(float64(x[i])*sx) - float64(float64(y[i])*sy)
		s0 += d * d
	}
	return (s0 + s1) + (s2 + s3)
}

// manhattan returns sum |x-y| in float64.
func manhattan[X, Y dense.Float](x []X, y []Y) float64 {
	y = y[:len(x)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a, b := x[i:i+4:i+4], y[i:i+4:i+4]
		s0 += math.Abs(float64(a[0]) - float64(b[0]))
		s1 += math.Abs(float64(a[1]) - float64(b[1]))
		s2 += math.Abs(float64(a[2]) - float64(b[2]))
		s3 += math.Abs(float64(a[3]) - float64(b[3]))
	}
	for ; i < len(x); i++ {
		s0 += math.Abs(float64(x[i]) - float64(y[i]))
	}
	return (s0 + s1) + (s2 + s3)
}

// chebyshev returns max |x-y| in float64.
func chebyshev[X, Y dense.Float](x []X, y []Y) float64 {
	y = y[:len(x)]
	var m float64
	for i, v := range x {
		m = max(m, math.Abs(float64(v)-float64(y[i])))
	}
	return m
}

// addScaled adds w·x to dst.
func addScaled[T dense.Float](dst []float64, x []T, w float64) {
	switch x := any(x).(type) {
	case []float32:
		if w == 1 {
			kernel.AddTo(dst, x)
		} else {
			kernel.AddScaledTo(dst, w, x)
		}
	case []float64:
		kernel.AxpyF64(w, x, dst)
	}
}
