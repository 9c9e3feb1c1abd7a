package kernel

import "unsafe"

// Memory is a block from which several packed matrices are allocated, such as
// those of one layer, so that the large ones lie in huge pages if the system
// has them: a product reads all of its weights for every few rows, and in small
// pages they exceed the translation buffers. With a nil or exhausted Memory,
// each matrix is allocated separately.
type Memory struct {
	free []byte
}

const (
	hugePage  = 2 << 20
	cacheLine = 64
)

// NewMemory returns a block of that many bytes.
func NewMemory(bytes int) *Memory {
	if bytes < 2*hugePage {
		return &Memory{free: make([]byte, bytes)}
	}
	// Pages are only allocated when written to, so the part before the first
	// huge page costs nothing.
	b := make([]byte, bytes+hugePage)
	skip := -uintptr(unsafe.Pointer(&b[0])) & (hugePage - 1)
	b = b[skip:][:bytes]
	adviseHuge(b[: bytes&^(hugePage-1) : bytes])
	return &Memory{free: b}
}

// cut returns the next n bytes, aligned to a cache line.
func (m *Memory) cut(n int) []byte {
	if m == nil || n == 0 {
		return make([]byte, n)
	}
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(m.free))) & (cacheLine - 1))
	if skip+n > len(m.free) {
		return make([]byte, n)
	}
	b := m.free[skip:][:n:n]
	m.free = m.free[skip+n:]
	return b
}

// Floats returns the next n float32.
func (m *Memory) Floats(n int) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(m.cut(4*n)))), n)
}

// Bytes returns the next n signed bytes.
func (m *Memory) Bytes(n int) []int8 {
	b := m.cut(n)
	return unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(b))), len(b))
}

// Pack is the function [Pack] with the panels in m.
func (m *Memory) Pack(w Matrix) *Packed {
	w.check("w", w.Rows, w.Cols)
	p := new(Packed)
	if m != nil {
		n := panels(w.Rows) * w.Cols * panelWidth
		p.data = m.Floats(n)[:0:n]
	}
	p.Reset(w)
	return p
}

// PackInt8 is the function [PackInt8] with the panels in m.
func (m *Memory) PackInt8(w Matrix) *PackedInt8 {
	w.check("w", w.Rows, w.Cols)
	return packInt8(m.Bytes(panels(w.Rows)*panelWidth*QuantStride(w.Cols)), w)
}
