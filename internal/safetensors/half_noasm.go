package safetensors

func float16ToFloat32(dst []float32, src []byte) { float16ToFloat32Generic(dst, src) }
