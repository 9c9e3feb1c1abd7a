package arrow

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// limited is an allocator that limits single allocations to what a file of a
// certain size can need, since a damaged file may contain any length. It panics
// with an error, which the reader recovers.
type limited struct {
	memory.Allocator
	most int
}

// newLimited returns the allocator for a file of size bytes: compression
// expands a byte to at most 255.
func newLimited(size int64) memory.Allocator {
	return limited{memory.DefaultAllocator, int(min(64<<20+256*size, 4<<30))}
}

func (l limited) check(size int) {
	if size < 0 || size > l.most {
		panic(fmt.Errorf("a buffer of %d bytes", size))
	}
}

// Allocate implements memory.Allocator.
func (l limited) Allocate(size int) []byte {
	l.check(size)
	return l.Allocator.Allocate(size)
}

// Reallocate implements memory.Allocator.
func (l limited) Reallocate(size int, b []byte) []byte {
	l.check(size)
	return l.Allocator.Reallocate(size, b)
}
