package kernel

import "unsafe"

// Memory is a block that several packed matrices are cut from, such as those of
// one layer, so that the large ones lie in huge pages where the system has them:
// a product reads all of its weights for every few rows, and they take more
// small pages than translation buffers hold. A nil Memory, or one that is used
// up, gives each matrix memory of its own.
type Memory struct {
	free []byte
}

const (
	hugePage  = 2 << 20
	cacheLine = 64
)

// NewMemory returns a block of so many bytes.
func NewMemory(bytes int) *Memory {
	if bytes < 2*hugePage {
		return &Memory{free: make([]byte, bytes)}
	}
	// Pages are only taken when they are written to, so the part before the
	// first huge page costs nothing.
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

// Pack is the function [Pack] with the panels in m.
func (m *Memory) Pack(w []float32, out, in, ldw int) *Packed {
	checkMatrix("w", w, out, in, ldw)
	p := new(Packed)
	if m != nil {
		n := panels(out) * in * panelWidth
		p.data = m.Floats(n)[:0:n]
	}
	p.Reset(w, out, in, ldw)
	return p
}

// PackInt8 is the function [PackInt8] with the panels in m.
func (m *Memory) PackInt8(w []float32, out, in, ldw int) *PackedInt8 {
	checkMatrix("w", w, out, in, ldw)
	b := m.cut(panels(out) * panelWidth * Int8LD(in))
	return packInt8(unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(b))), len(b)), w, out, in, ldw)
}

// PackedBytes returns the memory that the panels of a [out, in] matrix take in
// float32 and in int8.
func PackedBytes(out, in int) (float32s, int8s int) {
	n := panels(out) * panelWidth
	return 4*n*in + cacheLine, n*Int8LD(in) + cacheLine
}
