package kernel

import "unsafe"

// GemmInt8 computes dst = X·Wᵀ for quantised rows X [m, in] and weights W [out,
// in], with the epilogue applied. Products accumulate exactly in int32, for in
// up to 66,000, and are then multiplied by the two scales. dst is [m, out].
func GemmInt8(dst Matrix, x QuantMatrix, w *PackedInt8, ep Epilogue) {
	x.check(w.in)
	ep.check(dst, x.Rows, w.out)
	for i := 0; i < x.Rows; i += rowBlock {
		n := min(rowBlock, x.Rows-i)
		block, part := dst.rows(i, n), ep.rows(i, n)
		gemmInt8Block(block, x.rows(i, n), w, &part)
		part.Norm.apply(block)
	}
}

// gemmInt8Block is GemmInt8 for at most rowBlock rows, without the LayerNorm.
func gemmInt8Block(dst Matrix, x QuantMatrix, w *PackedInt8, ep *Epilogue) {
	if w.layout == int8Biased && has(opInt8Narrow) {
		gemmInt8Narrow(dst, x, w, ep)
		return
	}
	var zeros [rowBlock]QuantRow
	if w.pairs != nil {
		for r, p := range x.Params {
			zeros[r] = QuantRow{Scale: p.Scale, Zero: zeroPair(p.Zero)}
		}
	}
	for j := 0; j < w.out; j += tileWidth {
		cols := min(tileWidth, w.out-j)
		o, residual := ep.output(dst, j, cols)
		t := int8Tile{
			output: o, x: x, layout: w.layout,
			panel: w.panel(j/panelWidth, panels(cols)), groups: w.groups,
			scale: w.scale[j:], sums: w.sums[j:],
		}
		if w.pairs != nil {
			t.zeros, t.pairs = zeros[:x.Rows], w.pairs[j:]
		}
		t.multiply()
		t.finish(ep.Act, residual)
	}
}

// int8Tile is one quantised product of some rows with one or two panels: dst =
// ((Q - zero)·panel·scales + bias) + add.
type int8Tile struct {
	output
	x      QuantMatrix // [rows, 4·groups]
	layout int8Layout
	panel  []int8     // [panels(cols), groups·64] in the order of layout
	scale  []float32  // [16·panels(cols)]
	sums   []int32    // [16·panels(cols)]
	zeros  []QuantRow // [rows], with pairs in Zero; nil if pairs is
	pairs  []int32    // [16·panels(cols)], or nil
	groups int
}

// multiply computes the tile at the active level.
func (t *int8Tile) multiply() {
	set := int8Set(t.layout)
	if set == isaNone || set == isaVNNI && t.pairs == nil {
		t.multiplyGeneric()
		return
	}
	params, sums := t.x.Params, t.sums
	if set == isaVNNI {
		params, sums = t.zeros, t.pairs
	}
	tall, wide := int8GemmTile(set)
	for j := 0; j < t.dst.Cols; j += wide {
		cols := min(wide, t.dst.Cols-j)
		var panel *int8
		if t.groups > 0 {
			panel = &t.panel[j*t.groups*groupInt8]
		}
		var bias *float32
		if t.bias != nil {
			bias = &t.bias[j]
		}
		for i := 0; i < t.dst.Rows; {
			n := split(t.dst.Rows-i, tall)
			var q *uint8
			if t.groups > 0 {
				q = &t.x.Data[i*t.x.Stride]
			}
			var add *float32
			if t.add.Data != nil {
				add = &t.add.Data[i*t.add.Stride+j]
			}
			p := (*float32)(unsafe.Pointer(&params[i]))
			int8GemmAsm(set, n, &t.dst.Data[i*t.dst.Stride+j], t.dst.Stride, q, t.x.Stride, panel, t.groups, p, &t.scale[j], &sums[j], bias, add, t.add.Stride, cols)
			i += n
		}
	}
}

// multiplyGeneric computes the tile in portable Go.
func (t *int8Tile) multiplyGeneric() {
	size := t.groups * panelWidth * groupInt8
	for r, p := range t.x.Params {
		var q []uint8
		if t.groups > 0 {
			q = t.x.Data[r*t.x.Stride:][:t.groups*groupInt8]
		}
		row := t.dst.Row(r)
		for c := range row {
			sum := t.layout.dot(q, t.panel[c/panelWidth*size:], c%panelWidth)
			v := float32(sum-p.Zero*t.sums[c]) * (p.Scale * t.scale[c])
			if t.bias != nil {
				v += t.bias[c]
			}
			if t.add.Data != nil {
				v += t.add.Row(r)[c]
			}
			row[c] = v
		}
	}
}
