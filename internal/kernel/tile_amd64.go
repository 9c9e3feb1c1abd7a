//go:build !purego

package kernel

import "unsafe"

// multiply computes the tile at the active level.
func (t *tile) multiply() {
	switch active {
	case AVX512:
		t.multiplyAVX512()
	case AVX2:
		t.multiplyAVX2()
	default:
		t.multiplyGeneric()
	}
}

func (t *tile) multiplyAVX512() {
	panel, bias := unsafe.SliceData(t.panel), unsafe.SliceData(t.bias)
	mask := uint32(1<<t.cols - 1)
	for i := 0; i < t.rows; {
		n := split(t.rows-i, 12)
		d := unsafe.SliceData(t.dst[i*t.ldd:])
		var a, add *float32
		if t.in > 0 {
			a = unsafe.SliceData(t.a[i*t.lda:])
		}
		if t.add != nil {
			add = unsafe.SliceData(t.add[i*t.ldadd:])
		}
		if t.cols <= panelWidth {
			switch n {
			case 12:
				gemm12x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 11:
				gemm11x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 10:
				gemm10x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 9:
				gemm9x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 8:
				gemm8x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 7:
				gemm7x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 6:
				gemm6x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 5:
				gemm5x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 4:
				gemm4x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 3:
				gemm3x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 2:
				gemm2x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 1:
				gemm1x16AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			}
		} else {
			switch n {
			case 12:
				gemm12x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 11:
				gemm11x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 10:
				gemm10x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 9:
				gemm9x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 8:
				gemm8x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 7:
				gemm7x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 6:
				gemm6x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 5:
				gemm5x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 4:
				gemm4x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 3:
				gemm3x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 2:
				gemm2x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			case 1:
				gemm1x32AVX512(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, mask)
			}
		}
		i += n
	}
}

func (t *tile) multiplyAVX2() {
	for j := 0; j < t.cols; j += 16 {
		cols := min(16, t.cols-j)
		var panel, bias *float32
		if t.in > 0 {
			panel = &t.panel[j*t.in]
		}
		if t.bias != nil {
			bias = &t.bias[j]
		}
		for i := 0; i < t.rows; {
			n := split(t.rows-i, 6)
			d := &t.dst[i*t.ldd+j]
			var a, add *float32
			if t.in > 0 {
				a = &t.a[i*t.lda]
			}
			if t.add != nil {
				add = &t.add[i*t.ldadd+j]
			}
			switch n {
			case 6:
				gemm6x16AVX2(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, cols)
			case 5:
				gemm5x16AVX2(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, cols)
			case 4:
				gemm4x16AVX2(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, cols)
			case 3:
				gemm3x16AVX2(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, cols)
			case 2:
				gemm2x16AVX2(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, cols)
			case 1:
				gemm1x16AVX2(d, t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, cols)
			}
			i += n
		}
	}
}
