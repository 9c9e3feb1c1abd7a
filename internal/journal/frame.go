package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Layout of a file: magic, the frame of the head, the frames of the blocks. A
// frame is its length, a checksum and so many bytes; numbers are little-endian.
const (
	magic       = "cohort journal 1\n"
	frameHeader = 8       // uint32 length, uint32 CRC-32C of the length and the bytes
	maxFrame    = 1 << 30 // larger lengths are garbage
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errCut: a frame is incomplete or damaged.
var errCut = errors.New("the block is incomplete or damaged")

// checksum returns the CRC-32C of a frame's length and bytes. The length is part
// of it so that a run of zeros is no valid frame.
func checksum(length [4]byte, data []byte) uint32 {
	return crc32.Update(crc32.Checksum(length[:], castagnoli), castagnoli, data)
}

// appendFrame appends the frame of data to dst.
func appendFrame(dst, data []byte) []byte {
	var length [4]byte
	binary.LittleEndian.PutUint32(length[:], uint32(len(data)))
	dst = append(dst, length[:]...)
	dst = binary.LittleEndian.AppendUint32(dst, checksum(length, data))
	return append(dst, data...)
}

// readFrame reads the frame at offset off of a file of the given size. It
// returns the frame's bytes, in buf if they fit, and the offset of the next
// frame. The error is io.EOF at the end of the file, errCut if the frame is
// damaged, and otherwise the reader's.
func readFrame(r io.ReaderAt, off, size int64, buf []byte) (data []byte, next int64, err error) {
	if off == size {
		return nil, off, io.EOF
	}
	var head [frameHeader]byte
	if size-off < frameHeader {
		return nil, off, errCut
	}
	if err := readAt(r, head[:], off); err != nil {
		return nil, off, err
	}
	n := int64(binary.LittleEndian.Uint32(head[:4]))
	if n > maxFrame || n > size-off-frameHeader {
		return nil, off, errCut
	}
	if int64(cap(buf)) < n {
		buf = make([]byte, n)
	}
	data = buf[:n]
	if err := readAt(r, data, off+frameHeader); err != nil {
		return nil, off, err
	}
	if checksum([4]byte(head[:4]), data) != binary.LittleEndian.Uint32(head[4:]) {
		return nil, off, errCut
	}
	return data, off + frameHeader + n, nil
}

// readAt fills p; a file that has become shorter is an error.
func readAt(r io.ReaderAt, p []byte, off int64) error {
	n, err := r.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: the file became shorter while it was read", io.ErrUnexpectedEOF)
	}
	return err
}
