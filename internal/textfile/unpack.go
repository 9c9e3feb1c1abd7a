package textfile

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// Compression is how a file is compressed; "" if it is not.
type Compression string

// The supported kinds of compression.
const (
	Gzip  Compression = "gzip"
	Zstd  Compression = "zstd"
	Bzip2 Compression = "bzip2"
)

// Suffixes are the suffixes of compressed files' names.
var Suffixes = map[string]Compression{".gz": Gzip, ".zst": Zstd, ".zstd": Zstd, ".bz2": Bzip2}

// packed returns the compression that the first bytes imply.
func packed(head []byte) Compression {
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return Gzip
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return Zstd
	case len(head) >= 5 && head[0] == 0x18 && head[4]&0xf0 == 0x50, // a skippable frame comes first
		len(head) >= 4 && head[0]&0xf0 == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18:
		return Zstd
	case len(head) >= 4 && bytes.HasPrefix(head, []byte("BZh")) && '1' <= head[3] && head[3] <= '9':
		return Bzip2
	}
	return ""
}

// Unpack returns the contents of in, decompressed as the first bytes imply, so
// that a wrong or missing suffix does not matter. Gzip, zstd and bzip2 files of
// several members are read to the end. closer frees the resources of
// decompression but does not close in.
func Unpack(in io.Reader) (out io.Reader, c Compression, closer func(), err error) {
	rd := bufio.NewReaderSize(in, 2*HeadBytes)
	head, err := rd.Peek(16)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", nil, err
	}
	nothing := func() {}
	switch c = packed(head); c {
	case Gzip:
		z, err := gzip.NewReader(rd)
		if err != nil {
			return nil, c, nil, fmt.Errorf("gzip: %w", err)
		}
		return z, c, func() { z.Close() }, nil
	case Zstd:
		// One goroutine: the reader does not wait for others.
		z, err := zstd.NewReader(rd, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
		if err != nil {
			return nil, c, nil, fmt.Errorf("zstd: %w", err)
		}
		return z, c, z.Close, nil
	case Bzip2:
		return bzip2.NewReader(rd), c, nothing, nil
	}
	return rd, "", nothing, nil
}
