package arrow

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The library allocates slices as long as a file's metadata says, so a damaged
// length would end the process. Lengths are therefore checked here first, in
// the flatbuffers of the schema (Arrow's File.fbs, Message.fbs and Schema.fbs).

// flat is a flatbuffer. Reading beyond its end panics, which the caller
// recovers.
type flat []byte

// root returns the position of the root table.
func (b flat) root() int { return int(binary.LittleEndian.Uint32(b)) }

// field returns the position of field n of a table, or 0 if it is omitted.
func (b flat) field(table, n int) int {
	vtable := table - int(int32(binary.LittleEndian.Uint32(b[table:])))
	size := int(binary.LittleEndian.Uint16(b[vtable:]))
	if 4+2*n+2 > size {
		return 0
	}
	offset := int(binary.LittleEndian.Uint16(b[vtable+4+2*n:]))
	if offset == 0 {
		return 0
	}
	return table + offset
}

// follow returns the target of the offset at a position.
func (b flat) follow(at int) int { return at + int(binary.LittleEndian.Uint32(b[at:])) }

// vector returns the position and number of the elements, 4 bytes each, of the
// vector at a position.
func (b flat) vector(at int) (start, n int) {
	start = b.follow(at)
	n = int(binary.LittleEndian.Uint32(b[start:]))
	if n > (len(b)-start-4)/4 {
		panic(fmt.Errorf("a vector of %d elements in %d bytes", n, len(b)))
	}
	return start + 4, n
}

// checkSchema checks the lengths in a Schema table.
func (b flat) checkSchema(table int) {
	budget := len(b) // a table takes at least a byte
	if at := b.field(table, 1); at > 0 {
		b.checkFields(at, 0, &budget)
	}
	if at := b.field(table, 2); at > 0 {
		b.vector(at)
	}
}

// checkFields checks the lengths in a vector of Field tables.
func (b flat) checkFields(at, depth int, budget *int) {
	start, n := b.vector(at)
	if *budget -= n; depth > 64 || *budget < 0 {
		panic(errors.New("fields within fields without end"))
	}
	for i := range n {
		table := b.follow(start + 4*i)
		if children := b.field(table, 5); children > 0 {
			b.checkFields(children, depth+1, budget)
		}
		if meta := b.field(table, 6); meta > 0 {
			b.vector(meta)
		}
	}
}

// verify checks the schema of a file, or the first message of a stream.
func verify(f io.ReaderAt, size int64, stream bool) error {
	if stream {
		head := make([]byte, 8)
		if _, err := f.ReadAt(head, 0); err != nil {
			return err
		}
		at, n := int64(8), int64(binary.LittleEndian.Uint32(head[4:]))
		if binary.LittleEndian.Uint32(head) != 0xffffffff { // as before version 0.15
			at, n = 4, int64(binary.LittleEndian.Uint32(head))
		}
		b, err := piece(f, at, n, size)
		if err != nil {
			return err
		}
		if header := b.field(b.root(), 2); header > 0 {
			b.checkSchema(b.follow(header))
		}
		return nil
	}
	tail := make([]byte, 10)
	if size < 20 {
		return io.ErrUnexpectedEOF
	}
	if _, err := f.ReadAt(tail, size-10); err != nil {
		return err
	}
	n := int64(binary.LittleEndian.Uint32(tail))
	b, err := piece(f, size-10-n, n, size)
	if err != nil {
		return err
	}
	if schema := b.field(b.root(), 1); schema > 0 {
		b.checkSchema(b.follow(schema))
	}
	return nil
}

// piece reads n bytes.
func piece(f io.ReaderAt, at, n, size int64) (flat, error) {
	if at < 0 || n < 4 || at+n > size {
		return nil, io.ErrUnexpectedEOF
	}
	b := make(flat, n)
	_, err := f.ReadAt(b, at)
	return b, err
}
