package kernel

import (
	"encoding/binary"
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
// row's mean. If the four activations whose products are added in 16 bits (two
// neighbours, and the two that are four places further, whose results are added
// first) have a positive sum of at most 127 and a negative sum of at least
// -128, no sum overflows 16 bits: 128·255 = 32,640. Rows are narrowed until
// that holds. The excess is added in separate steps of four activations: in
// sentence encoders a tenth of the octets need one. So the product is exact for
// all activations and weights, which affect only its time.

// narrowed is a set of rows of quantised activations prepared for a product.
type narrowed struct {
	a      []int8             // [rows, stride]
	stride int                // bytes of a row: its inputs rounded up to 16
	params []narrowRow        // [rows]
	tiles  []restRows         // the rows by tiles
	rest   []int32            // the excess: for each tile [count, rows] places in a panel and four activations
	over   []uint8            // of one row: see narrowRowAVX2
	lists  [][]int32          // of the rows of one tile, before they are interleaved
	last   [narrowBlock]uint8 // the end of a row, padded
}

// narrowRow is what the assembly needs of a row.
type narrowRow struct {
	scale float32
	sum   int32 // -128·Σ a, added to the row's sums
	shift int32 // c - zero, by which the sums of weights are multiplied before they are added
	_     int32
}

// restRows is a tile of rows and their excess.
type restRows struct {
	row, rows   int
	from, count int // in rest: the first element; steps
}

// narrowedPool recycles the working memory of products.
var narrowedPool = sync.Pool{New: func() any { return new(narrowed) }}

// set narrows the rows of x, in tiles of at most tall rows.
func (n *narrowed) set(x QuantMatrix, tall int) {
	n.stride = (x.Cols + narrowBlock - 1) / narrowBlock * narrowBlock
	n.a, n.params = grow(n.a, x.Rows*n.stride), grow(n.params, x.Rows)
	n.over = grow(n.over, n.stride/narrowBlock*2)
	n.tiles, n.rest = n.tiles[:0], n.rest[:0]
	for len(n.lists) < tall {
		n.lists = append(n.lists, nil)
	}
	for i := 0; i < x.Rows; {
		rows := split(x.Rows-i, tall)
		count := 0
		for r := range rows {
			n.narrow(x, i+r, n.lists[r][:0], &n.lists[r])
			count = max(count, len(n.lists[r])/2)
		}
		n.tiles = append(n.tiles, restRows{row: i, rows: rows, from: len(n.rest), count: count})
		for k := range count {
			for r := range rows {
				step := [2]int32{}
				copy(step[:], n.lists[r][min(2*k, len(n.lists[r])):])
				n.rest = append(n.rest, step[:]...)
			}
		}
		i += rows
	}
}

// narrow narrows row r and appends the steps that it takes to list.
func (n *narrowed) narrow(x QuantMatrix, r int, list []int32, result *[]int32) {
	p := x.Params[r]
	n.params[r] = narrowRow{scale: p.Scale}
	if x.Cols == 0 {
		*result = list
		return
	}
	a, q := n.a[r*n.stride:(r+1)*n.stride], x.Data[r*x.Stride:][:x.Cols]
	center := p.Zero
	sum := n.subtract(a, q, center)
	if mean := sum / int32(len(q)); mean < -farOff || mean > farOff {
		center += mean
		sum = n.subtract(a, q, center)
	}
	n.params[r].sum, n.params[r].shift = -biasInt8*sum, center-p.Zero
	for b := 0; b < len(n.over); b += 2 {
		for h, together, alone := 0, n.over[b], n.over[b+1]; together != 0; h, together, alone = h+1, together>>4, alone>>4 {
			if together&15 == 0 {
				continue
			}
			octet := b + h
			narrow := (*[8]int8)(a[8*octet:])
			if alone&15 == 0 {
				// Each quad fits by itself: the second one becomes a step.
				bytes := unsafe.Slice((*uint8)(unsafe.Pointer(&narrow[4])), 4)
				list = append(list, int32(2*octet+1)*quadBytes, int32(binary.LittleEndian.Uint32(bytes)))
				clear(narrow[4:])
				continue
			}
			var values [8]int32 // a before saturation
			for i := range values {
				if k := 8*octet + i; k < len(q) {
					values[i] = int32(q[k]) - center
				}
			}
			list = takeOff(list, narrow, &values, octet)
		}
	}
	*result = list
}

// subtract writes a = q - center, saturated and padded with zeros, and n.over,
// and returns the sum of the differences.
func (n *narrowed) subtract(a []int8, q []uint8, center int32) (sum int32) {
	whole := len(q) / narrowBlock
	if whole > 0 {
		sum = narrowRowAsm(&a[0], &n.over[0], &q[0], center, whole)
	}
	if rest := q[narrowBlock*whole:]; len(rest) > 0 {
		copy(n.last[:], rest)
		for i := len(rest); i < len(n.last); i++ {
			n.last[i] = uint8(center)
		}
		sum += narrowRowAsm(&a[narrowBlock*whole], &n.over[2*whole], &n.last[0], center, 1)
	}
	return sum
}

const (
	// narrowBlock is the number of inputs that narrowRow processes at once.
	narrowBlock = 16
	// farOff is the distance between a row's mean and its zero point from which
	// the mean is subtracted instead.
	farOff = 16
	// quadBytes is the size of four inputs of a panel.
	quadBytes = groupInt8 * panelWidth
	// biasInt8 is added to weights to make them positive.
	biasInt8 = 128
)

// takeOff writes to narrow as much of an octet's values as fits and appends the
// rest to list, in as many steps as it takes.
func takeOff(list []int32, narrow *[8]int8, values *[8]int32, octet int) []int32 {
	const above, below = 127, -128
	// take moves as much of a value as there is room for.
	take := func(value, most, least *int32) int8 {
		v := min(max(*value, *least), *most)
		if v > 0 {
			*most -= v
		} else {
			*least -= v
		}
		*value -= v
		return int8(v)
	}
	for pair := 0; pair < 4; pair += 2 {
		most, least := int32(above), int32(below)
		for _, i := range [...]int{pair, pair + 1, pair + 4, pair + 5} {
			narrow[i] = take(&values[i], &most, &least)
		}
	}
	for quad := range 2 {
		v := values[4*quad : 4*quad+4]
		for v[0]|v[1]|v[2]|v[3] != 0 {
			var step [4]uint8
			for pair := 0; pair < 4; pair += 2 {
				most, least := int32(above), int32(below)
				step[pair] = uint8(take(&v[pair], &most, &least))
				step[pair+1] = uint8(take(&v[pair+1], &most, &least))
			}
			list = append(list, int32(2*octet+quad)*quadBytes, int32(binary.LittleEndian.Uint32(step[:])))
		}
	}
	return list
}

// gemmInt8Narrow is gemmInt8Block for panels of weights + 128.
func gemmInt8Narrow(dst Matrix, x QuantMatrix, w *PackedInt8, ep *Epilogue) {
	set := chosen[opInt8Narrow]
	tall, _ := int8NarrowTile(set)
	n := narrowedPool.Get().(*narrowed)
	defer narrowedPool.Put(n)
	n.set(x, tall)
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
	for _, t := range n.tiles {
		var a *int8
		if octets > 0 {
			a = &n.a[t.row*n.stride]
		}
		var rest *int32
		if t.count > 0 {
			rest = &n.rest[t.from]
		}
		var add *float32
		if o.add.Data != nil {
			add = &o.add.Data[t.row*o.add.Stride]
		}
		p := (*float32)(unsafe.Pointer(&n.params[t.row]))
		int8NarrowAsm(set, t.rows, &o.dst.Data[t.row*o.dst.Stride], o.dst.Stride, a, n.stride, panel, octets, rest, t.count, p, &w.scale[j], &w.sums[j], bias, add, o.add.Stride, next, step, o.dst.Cols)
		next += uintptr(2 * step * octets)
	}
}
