package kernel

import (
	"testing"
	"unsafe"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// What is packed into a Memory equals what is packed on its own, lies in it as
// long as there is room, and elsewhere afterwards.
func TestMemory(t *testing.T) {
	const out, in = 33, 40
	w := normals(newRand(1), out*in)
	f, i := FormatFloat32.Bytes(out, in), FormatInt8.Bytes(out, in)
	for _, bytes := range []int{0, 1, f, f + i, 3 * (f + i), 5 << 20} {
		m := NewMemory(bytes)
		from := uintptr(unsafe.Pointer(unsafe.SliceData(m.free)))
		inside := func(p unsafe.Pointer, n int) bool {
			return bytes > 0 && uintptr(p) >= from && uintptr(p)+uintptr(n) <= from+uintptr(bytes)
		}
		left := bytes
		for range 4 {
			p, q := m.Pack(Matrix{w, out, in, in}), m.PackInt8(Matrix{w, out, in, in})
			for j, v := range Pack(Matrix{w, out, in, in}).data {
				if p.data[j] != v {
					t.Fatalf("%d bytes: element %d is %v, want %v", bytes, j, p.data[j], v)
				}
			}
			for j, v := range PackInt8(Matrix{w, out, in, in}).data {
				if q.data[j] != v {
					t.Fatalf("%d bytes: byte %d is %v, want %v", bytes, j, q.data[j], v)
				}
			}
			a, b := unsafe.Pointer(&p.data[0]), unsafe.Pointer(&q.data[0])
			if left >= f+i && (!inside(a, 4*len(p.data)) || !inside(b, len(q.data)) || uintptr(a)%cacheLine != 0 || uintptr(b)%cacheLine != 0) {
				t.Errorf("%d bytes: a matrix lies outside, or across cache lines", bytes)
			}
			if left -= f + i; bytes < f-cacheLine && inside(a, 1) {
				t.Errorf("%d bytes hold a matrix of %d", bytes, f)
			}
		}
	}
	if big := NewMemory(3 * hugePage); uintptr(unsafe.Pointer(&big.free[0]))%hugePage != 0 || len(big.free) != 3*hugePage {
		t.Error("a large block does not begin with a huge page")
	}
}

// TestPackInt8 compares every byte of the panels with its definition, and all
// levels with each other through it.
func TestPackInt8(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for out := 0; out < 36; out += testdir.Sized(1, 5) {
			for in := range 36 {
				ldw := in + 1
				w := normals(newRand(uint64(out*100+in)), out*ldw+1)[1:]
				p := PackInt8(Matrix{w, out, in, ldw})
				q := make([]int8, in)
				for j := range panels(out) * panelWidth {
					clear(q)
					sum := int32(0)
					if j < out && in > 0 {
						restore := Force(Generic)
						quantizeSymmetric(q, w[j*ldw:][:in])
						restore()
					}
					for i := range p.groups * groupInt8 {
						want := int8(0)
						if i < in {
							want = q[i]
						}
						sum += int32(want)
						got := p.panel(j/panelWidth, 1)[p.layout.at(i/groupInt8, j%panelWidth)+i%groupInt8]
						if p.layout == int8Biased {
							got ^= -biasInt8
						}
						if got != want {
							t.Fatalf("[%d, %d]: byte (%d, %d) is %d, want %d", out, in, j, i, got, want)
						}
					}
					if p.sums[j] != sum {
						t.Fatalf("[%d, %d]: sum %d is %d, want %d", out, in, j, p.sums[j], sum)
					}
				}
			}
		}
	})
}

func TestPairs(t *testing.T) {
	for _, sum := range []int32{0, 1, -1, 127, 128, -128, -129, 32767, -32768, maxPairs * 127, -maxPairs * 127} {
		for _, zero := range []int32{0, 1, 127, 128, 255} {
			s, z := sumPair(sum), zeroPair(zero)
			got := int32(int16(s))*int32(int16(z)) + int32(int16(s>>16))*int32(int16(z>>16))
			if got != -zero*sum {
				t.Errorf("zero %d, sum %d: %d, want %d", zero, sum, got, -zero*sum)
			}
		}
	}
}
