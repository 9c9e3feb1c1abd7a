package kernel

import "unsafe"

// multiply computes the tile at the active level.
func (t *int8Tile) multiply() {
	set := chosen[opInt8Gemm]
	if set == isaVNNI && t.pairs == nil {
		set = isaAVX2
	}
	if set == isaNone {
		t.multiplyGeneric()
		return
	}
	params, sums := t.params, t.sums
	if set == isaVNNI {
		params, sums = t.zeros, t.pairs
	}
	tall, wide := int8GemmTile(set)
	for j := 0; j < t.cols; j += wide {
		cols := min(wide, t.cols-j)
		var panel *int8
		if t.groups > 0 {
			panel = &t.panel[j*t.groups*groupInt8]
		}
		var bias *float32
		if t.bias != nil {
			bias = &t.bias[j]
		}
		for i := 0; i < t.rows; {
			n := split(t.rows-i, tall)
			var q *uint8
			if t.groups > 0 {
				q = &t.q[i*t.ldq]
			}
			var add *float32
			if t.add != nil {
				add = &t.add[i*t.ldadd+j]
			}
			p := (*float32)(unsafe.Pointer(&params[i]))
			int8GemmAsm(set, n, &t.dst[i*t.ldd+j], t.ldd, q, t.ldq, panel, t.groups, p, &t.scale[j], &sums[j], bias, add, t.ldadd, cols)
			i += n
		}
	}
}

func rangeRows(limits []rowRange, x []float32, ldx, cols int) {
	if !has(opRangeRows) {
		rangeRowsGeneric(limits, x, ldx, cols)
		return
	}
	rangeRowsAsm((*float32)(unsafe.Pointer(&limits[0])), &x[0], ldx, len(limits), cols)
}

func quantizeRows(q []uint8, ldq int, steps []rowStep, x []float32, ldx, cols int) {
	if !has(opQuantizeRows) {
		quantizeRowsGeneric(q, ldq, steps, x, ldx, cols)
		return
	}
	quantizeRowsAsm(&q[0], ldq, (*float32)(unsafe.Pointer(&steps[0])), &x[0], ldx, len(steps), cols)
}
