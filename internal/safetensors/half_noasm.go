//go:build (!amd64 && !arm64) || purego

package safetensors

// float16ToFloat32 converts len(dst) little-endian binary16 numbers.
func float16ToFloat32(dst []float32, src []byte) { float16ToFloat32Generic(dst, src) }
