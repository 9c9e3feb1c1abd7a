//go:build !purego

package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// multiply computes the tile at the active level.
func (t *int8Tile) multiply() {
	switch {
	case active == AVX512 && cpu.X86.HasAVX512VNNI && t.pairs != nil:
		t.multiplyVNNI()
	case active >= AVX2:
		t.multiplyAVX2()
	default:
		t.multiplyGeneric()
	}
}

// rowPointers returns the addresses of what belongs to row i, column j.
func (t *int8Tile) rowPointers(params []QuantRow, i, j int) (dst *float32, q *uint8, p *float32, add *float32) {
	if t.groups > 0 {
		q = &t.q[i*t.ldq]
	}
	if t.add != nil {
		add = &t.add[i*t.ldadd+j]
	}
	return &t.dst[i*t.ldd+j], q, (*float32)(unsafe.Pointer(&params[i])), add
}

func (t *int8Tile) multiplyVNNI() {
	panel, bias := unsafe.SliceData(t.panel), unsafe.SliceData(t.bias)
	scale, sums := unsafe.SliceData(t.scale), unsafe.SliceData(t.pairs)
	mask := uint32(1<<t.cols - 1)
	for i := 0; i < t.rows; {
		n := split(t.rows-i, 12)
		d, q, p, add := t.rowPointers(t.zeros, i, 0)
		if t.cols <= panelWidth {
			switch n {
			case 12:
				int8Gemm12x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 11:
				int8Gemm11x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 10:
				int8Gemm10x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 9:
				int8Gemm9x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 8:
				int8Gemm8x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 7:
				int8Gemm7x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 6:
				int8Gemm6x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 5:
				int8Gemm5x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 4:
				int8Gemm4x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 3:
				int8Gemm3x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 2:
				int8Gemm2x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 1:
				int8Gemm1x16VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			}
		} else {
			switch n {
			case 12:
				int8Gemm12x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 11:
				int8Gemm11x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 10:
				int8Gemm10x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 9:
				int8Gemm9x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 8:
				int8Gemm8x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 7:
				int8Gemm7x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 6:
				int8Gemm6x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 5:
				int8Gemm5x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 4:
				int8Gemm4x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 3:
				int8Gemm3x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 2:
				int8Gemm2x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			case 1:
				int8Gemm1x32VNNI(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, mask)
			}
		}
		i += n
	}
}

func (t *int8Tile) multiplyAVX2() {
	for j := 0; j < t.cols; j += panelWidth {
		cols := min(panelWidth, t.cols-j)
		var panel *int8
		if t.groups > 0 {
			panel = &t.panel[j*t.groups*groupInt8]
		}
		var bias *float32
		if t.bias != nil {
			bias = &t.bias[j]
		}
		scale, sums := &t.scale[j], &t.sums[j]
		for i := 0; i < t.rows; {
			n := split(t.rows-i, 4)
			d, q, p, add := t.rowPointers(t.params, i, j)
			switch n {
			case 4:
				int8Gemm4x16AVX2(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, cols)
			case 3:
				int8Gemm3x16AVX2(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, cols)
			case 2:
				int8Gemm2x16AVX2(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, cols)
			case 1:
				int8Gemm1x16AVX2(d, t.ldd, q, t.ldq, panel, t.groups, p, scale, sums, bias, add, t.ldadd, cols)
			}
			i += n
		}
	}
}

func rangeRows(limits []rowRange, x []float32, ldx, cols int) {
	p := (*float32)(unsafe.Pointer(&limits[0]))
	switch active {
	case AVX512:
		rangeRowsAVX512(p, &x[0], ldx, len(limits), cols)
	case AVX2:
		rangeRowsAVX2(p, &x[0], ldx, len(limits), cols)
	default:
		rangeRowsGeneric(limits, x, ldx, cols)
	}
}

func quantizeRows(q []uint8, ldq int, steps []rowStep, x []float32, ldx, cols int) {
	p := (*float32)(unsafe.Pointer(&steps[0]))
	switch active {
	case AVX512:
		quantizeRowsAVX512(&q[0], ldq, p, &x[0], ldx, len(steps), cols)
	case AVX2:
		quantizeRowsAVX2(&q[0], ldq, p, &x[0], ldx, len(steps), cols)
	default:
		quantizeRowsGeneric(q, ldq, steps, x, ldx, cols)
	}
}
