package engine

import "math"

// relativeMaxDistance is the default distance at which the buckets of relative
// positions end.
const relativeMaxDistance = 128

// RelativeBucket returns the bucket of a key that lies distance tokens after
// the query (before it, if negative). Half of the buckets are for keys after
// the query; of each half, the first half holds one distance each and the rest
// grow logarithmically up to most tokens (T5's scheme, Raffel et al.
// 2020, arXiv:1910.10683). The logarithms are float32, as in the reference.
func RelativeBucket(distance, buckets, most int) int {
	half := buckets / 2
	base := 0
	if distance > 0 {
		base = half
	} else {
		distance = -distance
	}
	exact := half / 2
	if distance < exact {
		return base + distance
	}
	log := float32(math.Log(float64(float32(distance) / float32(exact))))
	span := float32(math.Log(float64(most) / float64(exact)))
	return base + min(exact+int(log/span*float32(half-exact)), half-1)
}
