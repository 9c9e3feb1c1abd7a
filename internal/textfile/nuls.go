package textfile

import (
	"bytes"
	"io"
)

// withoutNULs reads a text without its NULs.
type withoutNULs struct {
	in   io.Reader
	left int // NULs that were left out
}

// Read implements io.Reader.
func (r *withoutNULs) Read(p []byte) (int, error) {
	for {
		n, err := r.in.Read(p)
		if bytes.IndexByte(p[:n], 0) < 0 {
			return n, err
		}
		kept := 0
		for _, b := range p[:n] {
			if b != 0 {
				p[kept] = b
				kept++
			}
		}
		r.left += n - kept
		if kept > 0 || err != nil {
			return kept, err
		}
	}
}

// NULs returns the number of NULs left out so far.
func (f *File) NULs() int {
	if f.nuls == nil {
		return 0
	}
	return f.nuls.left
}

// Blank reports whether a line has nothing but white space and NULs.
func Blank(line []byte) bool {
	return len(bytes.Trim(bytes.TrimSpace(line), "\x00")) == 0
}
