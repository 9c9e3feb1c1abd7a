package kernel

import "unsafe"

// multiply computes the tile at the active level.
func (t *tile) multiply() {
	set := chosen[opGemm]
	if set == isaNone {
		t.multiplyGeneric()
		return
	}
	tall, wide := gemmTile(set)
	for j := 0; j < t.cols; j += wide {
		cols := min(wide, t.cols-j)
		var panel, bias *float32
		if t.in > 0 {
			panel = &t.panel[j*t.in]
		}
		if t.bias != nil {
			bias = &t.bias[j]
		}
		for i := 0; i < t.rows; {
			n := split(t.rows-i, tall)
			var a, add *float32
			if t.in > 0 {
				a = unsafe.SliceData(t.a[i*t.lda:])
			}
			if t.add != nil {
				add = &t.add[i*t.ldadd+j]
			}
			gemmAsm(set, n, &t.dst[i*t.ldd+j], t.ldd, a, t.lda, panel, t.in, bias, add, t.ldadd, cols)
			i += n
		}
	}
}
