//go:build !purego

package safetensors

// float16ToFloat32 converts len(dst) little-endian binary16 numbers.
func float16ToFloat32(dst []float32, src []byte) {
	src = src[:2*len(dst)]
	if n := len(dst) &^ 7; n > 0 {
		float16NEON(&dst[0], &src[0], n)
		dst, src = dst[n:], src[2*n:]
	}
	float16ToFloat32Generic(dst, src)
}
