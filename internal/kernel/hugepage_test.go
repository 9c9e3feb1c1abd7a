package kernel

import "testing"

// Advice changes nothing in the memory, whatever its size and place.
func TestAdviseHuge(t *testing.T) {
	b := make([]byte, 3*hugePage)
	for i := range b {
		b[i] = byte(i * 13)
	}
	for _, part := range [][]byte{nil, b[:0], b[:1], b[5:100], b} {
		adviseHuge(part)
	}
	for i, v := range b {
		if v != byte(i*13) {
			t.Fatalf("byte %d changed", i)
		}
	}
}
