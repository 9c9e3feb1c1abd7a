package kernel

import (
	"encoding/binary"
	"math/bits"
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
// 128·255 = 32,640. The excess is
// added in separate steps of two times four activations; in sentence encoders
// about one octet in ten has some. So the product is exact for all
// activations and weights, which affect only its time.

// narrowed is a set of rows of quantised activations prepared for a product.
type narrowed struct {
	a      []int8             // [rows, stride]
	stride int                // bytes of a row: its inputs rounded up to 16
	rows   []narrowRow        // [rows]
	params []narrowRow        // the same, those with equally many steps side by side
	tiles  []restRows         // the rows of params by tiles
	rest   []narrowStep       // the excess: [count, rows] for each tile
	steps  [][]narrowStep     // [rows]
	excess []int8             // of one row: see narrowRowAVX2
	most   []uint8            // of one row: see narrowRowAVX2
	norms  []float32          // of the weights: see narrowNormsAVX2
	last   [narrowBlock]uint8 // the end of a row, padded
}

// narrowRow is what the assembly needs of a row.
type narrowRow struct {
	scale float32
	sum   int32 // -128·Σ a, added to the row's sums
	shift int32 // c - zero, by which the sums of weights are multiplied before they are added
	row   int32 // its number
}

// narrowStep has twice a place in a panel, in bytes, and four activations.
type narrowStep [2]struct{ at, quad int32 }

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
	n.a, n.excess = grow(n.a, x.Rows*n.stride), grow(n.excess, n.stride)
	quads := n.stride / groupInt8
	n.most = grow(n.most, (quads+7)&^7) // in words of eight
	clear(n.most[quads:])
	n.rows = grow(n.rows, x.Rows)
	for len(n.steps) < x.Rows {
		n.steps = append(n.steps, nil)
	}
	for i := range x.Rows {
		n.narrow(x, i)
	}
	n.sort(x.Rows)
	n.tiles, n.rest = n.tiles[:0], n.rest[:0]
	for i := 0; i < x.Rows; {
		rows := split(x.Rows-i, tall)
		t := restRows{first: i, rows: rows, from: len(n.rest)}
		for _, p := range n.params[i : i+rows] {
			t.count = max(t.count, len(n.steps[p.row]))
		}
		n.rest = slices.Grow(n.rest, t.count*rows)[:t.from+t.count*rows]
		rest := n.rest[t.from:]
		for r, p := range n.params[i : i+rows] {
			steps := n.steps[p.row]
			for k := range t.count {
				step := &rest[k*rows+r]
				if k < len(steps) {
					*step = steps[k]
				} else {
					*step = narrowStep{}
				}
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
	for _, s := range n.steps[:rows] {
		after[min(len(s), most)+1]++
	}
	for k := range most {
		after[k+1] += after[k]
	}
	n.params = grow(n.params, rows)
	for i, s := range n.steps[:rows] {
		k := min(len(s), most)
		n.params[after[k]] = n.rows[i]
		after[k]++
	}
}

// narrow narrows row r and sets its steps.
func (n *narrowed) narrow(x QuantMatrix, r int) {
	p := x.Params[r]
	n.rows[r] = narrowRow{scale: p.Scale, row: int32(r)}
	n.steps[r] = n.steps[r][:0]
	if x.Cols == 0 {
		return
	}
	a, q := n.a[r*n.stride:(r+1)*n.stride], x.Data[r*x.Stride:][:x.Cols]
	center := p.Zero
	sum := n.subtract(a, q, center)
	if mean := sum / int32(len(q)); mean < -farOff || mean > farOff {
		center += mean
		sum = n.subtract(a, q, center)
	}
	n.rows[r].sum, n.rows[r].shift = -biasInt8*sum, center-p.Zero
	l := stepList{steps: n.steps[r]}
	excess := unsafe.Slice((*uint8)(unsafe.Pointer(unsafe.SliceData(n.excess))), n.stride)
	for k := 0; k < len(n.most); k += 8 {
		for word := binary.LittleEndian.Uint64(n.most[k:]); word != 0; {
			bit := bits.TrailingZeros64(word) &^ 7
			most := int(uint8(word >> bit))
			word &^= 255 << bit
			quad := k + bit/8
			if most <= above {
				l.add(quad, binary.LittleEndian.Uint32(excess[quad*groupInt8:]), most)
				continue
			}
			// What was saturated is computed again.
			var left [groupInt8]int32
			for i := range left {
				if c := quad*groupInt8 + i; c < len(q) {
					left[i] = int32(q[c]) - center - int32(a[c])
				}
			}
			l.addAll(quad, left)
		}
	}
	n.steps[r] = l.steps
}

// subtract sets a to what is kept of q - center, padded with zeros, and n.excess
// and n.most, and returns the sum of the differences.
func (n *narrowed) subtract(a []int8, q []uint8, center int32) (sum int32) {
	whole := len(q) / narrowBlock
	if whole > 0 {
		sum = narrowRowAsm(&a[0], &n.excess[0], &n.most[0], &q[0], center, &n.norms[0], whole)
	}
	if rest := q[narrowBlock*whole:]; len(rest) > 0 {
		copy(n.last[:], rest)
		for i := len(rest); i < len(n.last); i++ {
			n.last[i] = uint8(center)
		}
		at := narrowBlock * whole
		sum += narrowRowAsm(&a[at], &n.excess[at], &n.most[at/groupInt8], &n.last[0], center, &n.norms[at/narrowBlock*narrowNorms], 1)
	}
	return sum
}

const (
	// narrowBlock is the number of inputs that narrowRow processes at once.
	narrowBlock = 16
	// narrowNorms is the number of norms for these.
	narrowNorms = 8
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

// stepList is the steps of a row.
type stepList struct {
	steps []narrowStep
	room  int // what a second quad of the last step may add up to; negative: nothing
}

// add appends the excess of a quad whose pairs add up to at most most, above 0 or
// below.
func (l *stepList) add(quad int, bytes uint32, most int) {
	at := int32(quad * quadBytes)
	if k := len(l.steps); k > 0 && most <= l.room {
		l.steps[k-1][1].at, l.steps[k-1][1].quad = at, int32(bytes)
		l.room = -1
		return
	}
	l.steps = append(l.steps, narrowStep{{at: at, quad: int32(bytes)}})
	l.room = above - most
}

// addAll appends the excess of a quad in as many steps as it takes.
func (l *stepList) addAll(quad int, left [groupInt8]int32) {
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
		l.add(quad, binary.LittleEndian.Uint32(step[:]), above) // alone
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
			rest = &n.rest[t.from][0].at
		}
		p := (*float32)(unsafe.Pointer(&n.params[t.first]))
		int8NarrowAsm(set, t.rows, count, &t.first, dst, o.dst.Stride, a, n.stride, panel, octets, rest, p, &w.scale[j], &w.sums[j], bias, add, o.add.Stride, next, step, o.dst.Cols)
		next += uintptr(2 * step * octets * count)
		i += count
	}
}
