// Package npy reads and writes NumPy's .npy files of matrices and of lists of
// labels, for exchange with Python.
//
// Format:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
package npy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/sbinet/npyio"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// ErrFormat reports a file that is not a NumPy file or not of a supported kind.
var ErrFormat = errors.New("not a NumPy file of the kind wanted")

// WriteHeader writes the header of a float32 matrix in C order. The caller must
// write rows*cols little-endian values after it.
func WriteHeader(w io.Writer, rows, cols int) error { return WriteShape(w, rows, cols) }

// WriteShape is WriteHeader for any number of dimensions.
func WriteShape(w io.Writer, shape ...int) error {
	sizes := make([]string, len(shape))
	for i, n := range shape {
		sizes[i] = strconv.Itoa(n)
	}
	all := strings.Join(sizes, ", ")
	if len(shape) == 1 {
		all += ","
	}
	return header64(w, "<f4", "("+all+")")
}

// WriteRows appends float32 values to a file started by WriteHeader.
func WriteRows(w io.Writer, values []float32) error {
	var b [4096]byte
	for len(values) > 0 {
		n := min(len(values), len(b)/4)
		for i, v := range values[:n] {
			binary.LittleEndian.PutUint32(b[4*i:], math.Float32bits(v))
		}
		if _, err := w.Write(b[:4*n]); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// file is an open NumPy file, positioned after its header.
type file struct {
	f      *os.File
	rd     *bufio.Reader
	kind   string // "f2", "f4", "f8", "i4", "i8"
	order  binary.ByteOrder
	shape  []int
	column bool // the first dimension changes fastest (Fortran order)
	width  int
	values int
}

// open reads the header and checks it against the size of the file, so that no
// size in a header is trusted.
func open(path string) (*file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	fail := func(format string, args ...any) (*file, error) {
		f.Close()
		return nil, fmt.Errorf("%s: %w: %s", path, ErrFormat, fmt.Sprintf(format, args...))
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return fail("it is a directory")
	}
	magic := make([]byte, 6)
	if _, err := io.ReadFull(f, magic); err != nil || string(magic) != "\x93NUMPY" {
		return fail("it does not begin as one")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	head, err := header(f)
	if err != nil {
		return fail("%v", err)
	}
	d := head.Descr
	out := &file{column: d.Fortran, f: f, rd: bufio.NewReaderSize(f, 1<<20), order: binary.LittleEndian, shape: d.Shape, values: 1}
	out.kind = strings.TrimLeft(d.Type, "<>=|")
	if strings.HasPrefix(d.Type, ">") {
		out.order = binary.BigEndian
	}
	switch out.kind {
	case "f2":
		out.width = 2
	case "f4", "i4":
		out.width = 4
	case "f8", "i8":
		out.width = 8
	default:
		return fail("its values are %q, want float16, float32, float64, int32 or int64", d.Type)
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		f.Close()
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	have := (info.Size() - at) / int64(out.width)
	for _, n := range d.Shape {
		if n < 0 || n > 0 && int64(out.values) > have/int64(n) {
			return fail("its header promises shape %v, the file holds %d values", d.Shape, have)
		}
		out.values *= n
	}
	if (info.Size()-at)%int64(out.width) != 0 || int64(out.values) != have {
		return fail("its header promises shape %v, the file holds %d bytes", d.Shape, info.Size()-at)
	}
	return out, nil
}

// header parses the header with npyio, which panics on some malformed ones.
func header(f *os.File) (h npyio.Header, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("its header is damaged or cut short")
		}
	}()
	r, err := npyio.NewReader(f)
	if err != nil {
		return h, err
	}
	return r.Header, nil
}

// each calls put for every value.
func (f *file) each(put func(i int, v float64)) error {
	return f.raw(func(i int, b []byte) {
		switch f.kind {
		case "f2":
			put(i, half(f.order.Uint16(b)))
		case "f4":
			put(i, float64(math.Float32frombits(f.order.Uint32(b))))
		case "f8":
			put(i, math.Float64frombits(f.order.Uint64(b)))
		case "i4":
			put(i, float64(int32(f.order.Uint32(b))))
		case "i8":
			put(i, float64(int64(f.order.Uint64(b))))
		}
	})
}

// raw calls put with the bytes of each value.
func (f *file) raw(put func(i int, b []byte)) error {
	b := make([]byte, f.width)
	for i := range f.values {
		if _, err := io.ReadFull(f.rd, b); err != nil {
			return err
		}
		put(i, b)
	}
	return nil
}

// half converts an IEEE 754 binary16 number.
func half(b uint16) float64 {
	exponent, fraction := int(b>>10&0x1f), float64(b&0x3ff)
	var v float64
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 0x1f:
		if v = math.Inf(1); fraction > 0 {
			v = math.NaN()
		}
	default:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if b>>15 == 1 {
		v = -v
	}
	return v
}

// ReadMatrix reads a two-dimensional matrix in C or Fortran order. float32 and
// float16 files become a matrix of float32 rows, which the packages of this
// module use without copying; all others become a *mat.Dense.
func ReadMatrix(path string) (mat.Matrix, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.f.Close()
	if len(f.shape) != 2 {
		return nil, fmt.Errorf("%s: %w: shape is %v, want two dimensions", path, ErrFormat, f.shape)
	}
	r, c := f.shape[0], f.shape[1]
	if r == 0 || c == 0 {
		return nil, fmt.Errorf("%s: %w: shape is %v, without elements", path, ErrFormat, f.shape)
	}
	place := func(i int) int { return i }
	if f.column {
		place = func(i int) int { return i%r*c + i/r }
	}
	if f.kind == "f4" || f.kind == "f2" {
		x := dense.New[float32](r, c)
		err = f.each(func(i int, v float64) { x.Data[place(i)] = float32(v) })
		return dense.Matrix{Rows: x}, wrap(path, err)
	}
	x := make([]float64, f.values)
	err = f.each(func(i int, v float64) { x[place(i)] = v })
	return mat.NewDense(r, c, x), wrap(path, err)
}

// ReadInts reads a one-dimensional list of integers.
func ReadInts(path string) ([]int, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.f.Close()
	if len(f.shape) != 1 || f.kind[0] != 'i' {
		return nil, fmt.Errorf("%s: %w: shape is %v of %s, want one dimension of integers", path, ErrFormat, f.shape, f.kind)
	}
	out := make([]int, f.values)
	err = f.raw(func(i int, b []byte) { // not converted via float64, which has only 53 bits
		if f.width == 4 {
			out[i] = int(int32(f.order.Uint32(b)))
		} else {
			out[i] = int(f.order.Uint64(b))
		}
	})
	return out, wrap(path, err)
}

func wrap(path string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
