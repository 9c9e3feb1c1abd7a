package npy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/atomicfile"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// WriteMatrix writes x to a file in the format of Write. The file has a
// temporary name until it is complete.
func WriteMatrix(path string, x mat.Matrix) error {
	return atomicfile.Write(path, func(w io.Writer) error { return Write(w, x) })
}

// WriteInts writes a list of integers as int64.
func WriteInts(path string, values []int) error {
	return atomicfile.Write(path, func(w io.Writer) error {
		b := bufio.NewWriter(w)
		if err := header64(b, "<i8", fmt.Sprintf("(%d,)", len(values))); err != nil {
			return err
		}
		for _, v := range values {
			if err := number(b, uint64(v)); err != nil {
				return err
			}
		}
		return b.Flush()
	})
}

// Write writes a matrix in C order, as float32 if it holds float32 rows
// (bert.Embeddings), else as float64.
func Write(w io.Writer, x mat.Matrix) error {
	if x == nil {
		return errors.New("npy: no matrix to write")
	}
	n, d := x.Dims()
	b := bufio.NewWriterSize(w, 1<<16)
	if rows, ok := dense.Float32(x); ok {
		if err := WriteHeader(b, n, d); err != nil {
			return err
		}
		for i := range n {
			if err := WriteRows(b, rows.Row(i)); err != nil {
				return err
			}
		}
		return b.Flush()
	}
	if err := header64(b, "<f8", fmt.Sprintf("(%d, %d)", n, d)); err != nil {
		return err
	}
	for i := range n {
		for j := range d {
			if err := number(b, math.Float64bits(x.At(i, j))); err != nil {
				return err
			}
		}
	}
	return b.Flush()
}

func number(b *bufio.Writer, v uint64) error {
	_, err := b.Write(binary.LittleEndian.AppendUint64(b.AvailableBuffer(), v))
	return err
}

// Kind is the element type of a file, as named in its header.
type Kind string

// The kinds supported by WriteHeaderOf.
const (
	Float32 Kind = "<f4"
	Float16 Kind = "<f2"
	Int8    Kind = "|i1"
	Uint8   Kind = "|u1"
)

// WriteHeaderOf writes the header of a matrix of the given kind in C order. The
// caller must write rows*cols little-endian values after it.
func WriteHeaderOf(w io.Writer, kind Kind, rows, cols int) error {
	return header64(w, string(kind), fmt.Sprintf("(%d, %d)", rows, cols))
}

func header64(w io.Writer, kind, shape string) error {
	h := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", kind, shape)
	// The data must begin at a multiple of 64 bytes; magic, version and length
	// take 10 bytes, the newline 1.
	h += strings.Repeat(" ", (64-(10+len(h)+1)%64)%64) + "\n"
	b := append([]byte("\x93NUMPY\x01\x00"), 0, 0)
	binary.LittleEndian.PutUint16(b[8:], uint16(len(h)))
	_, err := w.Write(append(b, h...))
	return err
}
