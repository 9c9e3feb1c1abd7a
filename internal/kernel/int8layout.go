package kernel

import "unsafe"

// int8Layout is the order of the bytes in a [PackedInt8]. It depends on the
// instruction set when weights are packed. At another level the product uses a
// set that reads the same order, or portable Go, which reads all.
type int8Layout uint8

const (
	// int8Quads has panels [groups, 16, 4]: four inputs of a channel lie in one
	// 32-bit lane.
	int8Quads int8Layout = iota
	// int8Octets has panels [groups/2, 16, 8]: eight inputs of two channels lie in
	// a vector of 128 bits.
	int8Octets
	// int8Biased is int8Quads with 128 added to each weight, for gemmInt8Narrow.
	int8Biased
)

// int8LayoutOf returns the order in which weights with that many inputs are
// packed at the active level.
func int8LayoutOf(in int) int8Layout {
	set := chosen[opInt8Gemm]
	if has(opInt8Narrow) && (set == isaNone || set == isaVNNI && in > maxPairs) {
		return int8Biased
	}
	return set.int8Layout()
}

// Int8Faster reports whether a product of bytes with that many inputs and outputs
// may be faster than one of float32 at the active level, for rows that were
// quantised before.
func Int8Faster(in, out int) bool {
	switch {
	case active == Generic:
		return false
	case int8LayoutOf(in) == int8Biased && isIntel():
		// Rows have to be narrowed first. On an Ice Lake, KMeans of 16 and 50
		// centres took longer with bytes, and of 128 less time.
		const least = 80
		return out >= least
	}
	return true
}

// int8Layout returns the order that the instruction set's product reads.
func (s isa) int8Layout() int8Layout {
	if s == isaI8MM {
		return int8Octets
	}
	return int8Quads
}

// at returns the position in a panel of the four weights of group g and channel
// c.
func (l int8Layout) at(g, c int) int {
	if l == int8Octets {
		return (g/2*panelWidth+c)*2*groupInt8 + g%2*groupInt8
	}
	return (g*panelWidth + c) * groupInt8
}

// int8Set returns the best instruction set of the active level whose product
// reads layout l, or isaNone for portable Go.
func int8Set(l int8Layout) isa {
	if s := chosen[opInt8Gemm]; s.int8Layout() == l {
		return s
	}
	for _, s := range levels[active].sets {
		if cpuSets()&written[opInt8Gemm]&(1<<s) != 0 && s.int8Layout() == l {
			return s
		}
	}
	return isaNone
}

// pack writes rows [16, groups] of four weights to a panel.
func (l int8Layout) pack(panel, rows []int8, groups int) {
	if l == int8Octets {
		for c := range panelWidth {
			for g := range groups {
				copy(panel[l.at(g, c):][:groupInt8], rows[(c*groups+g)*groupInt8:])
			}
		}
		return
	}
	// The same data movement as for float32 weights, whatever the bits mean.
	p := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(panel))), groups*panelWidth)
	w := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(rows))), groups*panelWidth)
	packPanel(p, RowMajor(w, panelWidth, groups))
	if l == int8Biased {
		flipSigns(panel)
	}
}

// dot returns the product of row q [groups·4] with channel c < 16 of a panel.
func (l int8Layout) dot(q []uint8, panel []int8, c int) int32 {
	var sum int32
	for k := 0; k+groupInt8 <= len(q); k += groupInt8 {
		at := k*panelWidth + c*groupInt8
		if l == int8Octets {
			at = l.at(k/groupInt8, c)
		}
		w := panel[at:][:groupInt8]
		x := q[k:][:groupInt8]
		if l == int8Biased {
			for i, v := range w {
				sum += int32(x[i]) * (int32(uint8(v)) - biasInt8)
			}
			continue
		}
		sum += int32(x[0])*int32(w[0]) + int32(x[1])*int32(w[1]) + int32(x[2])*int32(w[2]) + int32(x[3])*int32(w[3])
	}
	return sum
}
