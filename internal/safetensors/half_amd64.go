//go:build !purego

package safetensors

import "golang.org/x/sys/cpu"

// hasF16C reports whether the processor has VCVTPH2PS and the system saves the
// wide registers that it writes.
var hasF16C = cpu.X86.HasAVX && cpuidF16C()

// cpuidF16C reads the F16C bit of CPUID leaf 1, which x/sys/cpu does not offer.
func cpuidF16C() bool

// cvtph2ps converts n binary16 numbers; n is a multiple of 8.
//
//go:noescape
func cvtph2ps(dst *float32, src *byte, n int)

// float16ToFloat32 converts len(dst) little-endian binary16 numbers.
func float16ToFloat32(dst []float32, src []byte) {
	src = src[:2*len(dst)]
	if n := len(dst) &^ 7; hasF16C && n > 0 {
		cvtph2ps(&dst[0], &src[0], n)
		dst, src = dst[n:], src[2*n:]
	}
	float16ToFloat32Generic(dst, src)
}
