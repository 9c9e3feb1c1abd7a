package kernel

import (
	"encoding/binary"
	"slices"
	"sync"
	"unsafe"
)

// This file is the int8 product for CPUs whose only instruction for bytes
// (VPMADDUBSW) adds the products of two neighbours in 16 bits and saturates
// sums beyond 32,767. With weights w + 128, 1 to 255, and activations a = q -
// c,
//
//	Σ (q - zero)·w = Σ a·(w + 128) - 128·Σ a + (c - zero)·Σ w
//
// and activations close to c are small where their weights may be large. c is
// the zero point, around which a network's activations lie, or otherwise the
// row's mean. The products of four activations are added in 16 bits: two
// neighbours, and the two that are four places further, whose results are added
// first. With their sum S and norm |a|, and |w| the largest norm of a channel's
// weights there, this is at most 128·|S| + |a|·|w| (Cauchy and Schwarz), which
// rarely exceeds 32,767. Two neighbours, whose products are added first, fit with
// any weights if their sum is a byte. Where that is not so, the four are narrowed,
// so that those above 0 add up to at most 127, and those below to at least -128:
// 128·255 = 32,640. The excess is added in separate steps of four activations; in
// sentence encoders about one octet in ten has some. So the product is exact for all
// activations and weights, which affect only its time.

// narrowed is a set of rows of quantised activations prepared for a product.
type narrowed struct {
	a      []int8       // [rows, stride]
	stride int          // bytes of a row: its inputs rounded up to 16
	rows   []narrowRow  // [rows]
	params []narrowRow  // the same, those with equally many steps side by side
	tiles  []restRows   // the rows of params by tiles
	rest   []narrowStep // the excess: [count, rows] for each tile
	steps  []narrowStep // the same, row by row
	own    []stepRange  // [rows]: those of each row
	norms  []float32    // of the weights: see narrowNormsAVX2
	// Of one row: see narrowFindAVX2 and narrowRowAVX2.
	row    []uint8 // padded
	work   []uint8
	found  int
	large  []int32
	counts [2]int // of steps and large
}

// stepRange is the steps of a row: those from first on.
type stepRange struct{ first, count int }

// narrowRow is what the assembly needs of a row.
type narrowRow struct {
	scale float32
	sum   int32 // -128·Σ a, added to the row's sums
	shift int32 // c - zero, by which the sums of weights are multiplied before they are added
	row   int32 // its number
}

// narrowStep is what is left over of four activations, as bytes, with their place in
// a panel, in bytes.
type narrowStep struct{ at, quad int32 }

// restRows is a tile of rows and their excess, as the assembly reads it.
type restRows struct {
	first, rows int // in narrowed.params
	from, count int // in narrowed.rest: the first element; steps of each row
}

// narrowedPool recycles the working memory of products.
var narrowedPool = sync.Pool{New: func() any { return new(narrowed) }}

// set narrows the rows of x, in tiles of at most tall rows, for weights with those
// norms.
func (n *narrowed) set(x QuantMatrix, tall int, norms []float32) {
	n.norms = norms
	n.stride = (x.Cols + narrowBlock - 1) / narrowBlock * narrowBlock
	n.a = grow(n.a, x.Rows*n.stride)
	quads := n.stride / groupInt8
	n.large = grow(n.large, quads+1)
	n.work = grow(n.work, (n.stride/narrowBlock+1)*narrowWork)
	n.rows, n.own = grow(n.rows, x.Rows), grow(n.own, x.Rows)
	n.steps = n.steps[:0]
	for i := range x.Rows {
		n.narrow(x, i)
	}
	n.sort(x.Rows)
	n.tiles, n.rest = n.tiles[:0], n.rest[:0]
	for i := 0; i < x.Rows; {
		rows := split(x.Rows-i, tall)
		t := restRows{first: i, rows: rows, from: len(n.rest)}
		for _, p := range n.params[i : i+rows] {
			t.count = max(t.count, n.own[p.row].count)
		}
		n.rest = slices.Grow(n.rest, t.count*rows)[:t.from+t.count*rows]
		rest := n.rest[t.from:]
		clear(rest)
		for r, p := range n.params[i : i+rows] {
			own := n.own[p.row]
			for k, step := range n.steps[own.first:][:own.count] {
				rest[k*rows+r] = step
			}
		}
		n.tiles = append(n.tiles, t)
		i += rows
	}
}

// sort sets params to the rows in the order of their steps: all rows of a tile
// take as many as the one with the most. The sort is by counting.
func (n *narrowed) sort(rows int) {
	const most = 127 // more count as that many
	var after [most + 2]int
	for _, s := range n.own[:rows] {
		after[min(s.count, most)+1]++
	}
	for k := range most {
		after[k+1] += after[k]
	}
	n.params = grow(n.params, rows)
	for i, s := range n.own[:rows] {
		k := min(s.count, most)
		n.params[after[k]] = n.rows[i]
		after[k]++
	}
}

// narrow narrows row r and sets its steps.
func (n *narrowed) narrow(x QuantMatrix, r int) {
	p := x.Params[r]
	n.rows[r] = narrowRow{scale: p.Scale, row: int32(r)}
	first := len(n.steps)
	n.own[r] = stepRange{first: first}
	if x.Cols == 0 {
		return
	}
	a, q := n.a[r*n.stride:(r+1)*n.stride], x.Data[r*x.Stride:][:x.Cols]
	center := p.Zero
	q, sum := n.subtract(a, q, center)
	if mean := sum / int32(x.Cols); mean < -farOff || mean > farOff {
		center += mean
		q, sum = n.subtract(a, q[:x.Cols], center)
	}
	n.rows[r].sum, n.rows[r].shift = -biasInt8*sum, center-p.Zero
	if n.found > 0 {
		n.takeOff(a, q, center)
	}
	n.own[r].count = len(n.steps) - first
}

// subtract sets a to q - center, and n.found and n.work to what has to be narrowed.
// It returns q, padded so that the differences are zeros, and their sum.
func (n *narrowed) subtract(a []int8, q []uint8, center int32) (padded []uint8, sum int32) {
	if len(q) < len(a) {
		n.row = append(n.row[:0], q...)
		for len(n.row) < len(a) {
			n.row = append(n.row, uint8(center))
		}
		q = n.row
	}
	return q, narrowFindAsm(&a[0], &q[0], center, &n.norms[0], len(q)/narrowBlock, &n.work[0], &n.found)
}

// takeOff narrows what subtract has found, and appends the steps of what is not kept.
func (n *narrowed) takeOff(a []int8, q []uint8, center int32) {
	from := len(n.steps)
	n.steps = slices.Grow(n.steps, len(q)/groupInt8+1)
	steps := n.steps[:cap(n.steps)]
	narrowRowAsm(&a[0], &q[0], center, &n.work[0], n.found, &steps[from].at, &n.large[0], &n.counts[0])
	n.steps = steps[:from+n.counts[0]]
	for _, quad := range n.large[:n.counts[1]] {
		var left [groupInt8]int32
		for i := range left {
			c := int(quad)*groupInt8 + i
			left[i] = int32(q[c]) - center - int32(a[c])
		}
		n.addAll(quad, left)
	}
}

const (
	// narrowBlock is the number of inputs that narrowRow processes at once.
	narrowBlock = 16
	// narrowNorms is the number of norms for these, and narrowWork of bytes that it
	// works in.
	narrowNorms = 8
	narrowWork  = 64
	// farOff is the distance between a row's mean and its zero point from which
	// the mean is subtracted instead.
	farOff = 16
	// quadBytes is the size of four inputs of a panel.
	quadBytes = groupInt8 * panelWidth
	// biasInt8 is added to weights to make them positive.
	biasInt8 = 128
	// above and below are what activations whose products meet in 16 bits may add
	// up to, those above 0 and those below, whatever the weights.
	above, below = 127, -128
)

// addAll appends the excess of a quad in as many steps as it takes.
func (n *narrowed) addAll(quad int32, left [groupInt8]int32) {
	for left != [groupInt8]int32{} {
		var step [groupInt8]uint8
		for i := range left {
			// The products of two neighbours meet.
			if i%2 == 0 {
				v := min(max(left[i], below), above)
				left[i] -= v
				step[i] = uint8(v)
				continue
			}
			most, least := int32(above), int32(below)
			if first := int32(int8(step[i-1])); first > 0 {
				most -= first
			} else {
				least -= first
			}
			v := min(max(left[i], least), most)
			left[i] -= v
			step[i] = uint8(v)
		}
		n.steps = append(n.steps, narrowStep{quad * quadBytes, int32(binary.LittleEndian.Uint32(step[:]))})
	}
}

// gemmInt8Narrow is gemmInt8Block for panels of weights + 128.
func gemmInt8Narrow(dst Matrix, x QuantMatrix, w *PackedInt8, ep *Epilogue) {
	set := chosen[opInt8Narrow]
	tall, _ := int8NarrowTile(set)
	n := narrowedPool.Get().(*narrowed)
	defer narrowedPool.Put(n)
	n.set(x, tall, w.norms)
	for j := 0; j < w.out; j += tileWidth {
		cols := min(tileWidth, w.out-j)
		o, residual := ep.output(dst, j, cols)
		for c := 0; c < cols; c += panelWidth {
			n.multiply(set, o.columns(c, min(panelWidth, cols-c)), w, j+c)
		}
		o.finish(ep.Act, residual)
	}
}

// multiply computes the columns of a panel that begins with column j of w.
func (n *narrowed) multiply(set isa, o output, w *PackedInt8, j int) {
	octets := w.groups / 2
	panel := unsafe.SliceData(w.panel(j/panelWidth, 1))
	// Each tile prefetches its share of the next panel.
	next := uintptr(unsafe.Pointer(panel)) + uintptr(2*quadBytes*octets)
	step := (quadBytes + len(n.tiles) - 1) / max(1, len(n.tiles))
	var bias *float32
	if o.bias != nil {
		bias = &o.bias[0]
	}
	var a *int8
	if octets > 0 {
		a = &n.a[0]
	}
	dst, add := unsafe.SliceData(o.dst.Data), unsafe.SliceData(o.add.Data)
	for i := 0; i < len(n.tiles); {
		t := &n.tiles[i]
		count := 1 // of tiles that are as high
		for i+count < len(n.tiles) && n.tiles[i+count].rows == t.rows {
			count++
		}
		var rest *int32
		if t.from < len(n.rest) {
			rest = &n.rest[t.from].at
		}
		p := (*float32)(unsafe.Pointer(&n.params[t.first]))
		int8NarrowAsm(set, t.rows, count, &t.first, dst, o.dst.Stride, a, n.stride, panel, octets, rest, p, &w.scale[j], &w.sums[j], bias, add, o.add.Stride, next, step, o.dst.Cols)
		next += uintptr(2 * step * octets * count)
		i += count
	}
}
