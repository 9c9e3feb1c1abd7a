package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sbinet/npyio"
	"gonum.org/v1/gonum/mat"
)

func write(t testing.TB, data []byte) string {
	path := filepath.Join(t.TempDir(), "a.npy")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func float32File(t testing.TB, rows, cols int, v []float32) []byte {
	var b bytes.Buffer
	if err := WriteHeader(&b, rows, cols); err != nil {
		t.Fatal(err)
	}
	if b.Len()%64 != 0 {
		t.Errorf("data begins at %d", b.Len())
	}
	if err := WriteRows(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFloat32ComesBackToo(t *testing.T) {
	t.Parallel()
	v := make([]float32, 2100)
	for i := range v {
		v[i] = float32(i) / 7
	}
	data := float32File(t, 300, 7, v)
	x, err := ReadMatrix(write(t, data))
	if err != nil {
		t.Fatal(err)
	}
	for i := range v {
		if float32(x.At(i/7, i%7)) != v[i] {
			t.Fatalf("value %d is %v, want %v", i, x.At(i/7, i%7), v[i])
		}
	}
	// An independent reader reads it as well.
	r, err := npyio.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float32, len(v))
	if err := r.Read(&got); err != nil || got[2099] != v[2099] {
		t.Error(err, got[2099])
	}
}

func TestOtherKinds(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := npyio.Write(&b, mat.NewDense(2, 2, []float64{1, 2, 3, 4.5})); err != nil {
		t.Fatal(err)
	}
	x, err := ReadMatrix(write(t, b.Bytes()))
	if err != nil || x.At(1, 1) != 4.5 {
		t.Error(err, x)
	}
	b.Reset()
	if err := npyio.Write(&b, []int64{3, -1, 1 << 40}); err != nil {
		t.Fatal(err)
	}
	l, err := ReadInts(write(t, b.Bytes()))
	if err != nil || len(l) != 3 || l[1] != -1 || l[2] != 1<<40 {
		t.Error(err, l)
	}
	if _, err := ReadMatrix(write(t, b.Bytes())); !errors.Is(err, ErrFormat) {
		t.Errorf("read a list as a matrix: %v", err)
	}
}

// TestColumnsFirst: NumPy writes a transposed matrix, or the values of a data
// frame, column after column.
func TestColumnsFirst(t *testing.T) {
	t.Parallel()
	data := float32File(t, 3, 2, []float32{1, 3, 5, 2, 4, 6})
	columnsFirst := func(data []byte) []byte {
		data = bytes.Replace(data, []byte("False"), []byte("True"), 1)
		return bytes.Replace(data, []byte("\n"), []byte(" \n"), 1) // the length stays
	}
	x, err := ReadMatrix(write(t, columnsFirst(data)))
	if err != nil || !mat.Equal(x, mat.NewDense(3, 2, []float64{1, 2, 3, 4, 5, 6})) {
		t.Errorf("%v, %v", x, err)
	}
	var b bytes.Buffer
	if err := npyio.Write(&b, mat.NewDense(2, 2, []float64{1, 2, 3, 4})); err != nil {
		t.Fatal(err)
	}
	if x, err = ReadMatrix(write(t, columnsFirst(b.Bytes()))); err != nil || !mat.Equal(x, mat.NewDense(2, 2, []float64{1, 3, 2, 4})) {
		t.Errorf("%v, %v", x, err)
	}
}

// TestHalf: numbers of 16 bits, of both signs, normal, subnormal and not finite;
// the values are those of numpy.float16.
func TestHalf(t *testing.T) {
	t.Parallel()
	h := "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 4), }"
	h += strings.Repeat(" ", 117-len(h)) + "\n"
	data := append([]byte("\x93NUMPY\x01\x00\x76\x00"), h...)
	for _, v := range []uint16{0x3c00, 0xc500, 0x3555, 0x7bff, 0x0001, 0x83ff, 0x7c00, 0x8000} {
		data = binary.LittleEndian.AppendUint16(data, v)
	}
	x, err := ReadMatrix(write(t, data))
	if err != nil {
		t.Fatal(err)
	}
	want := mat.NewDense(2, 4, []float64{1, -5, 0.333251953125, 65504, 0x1p-24, -1023 * 0x1p-24, math.Inf(1), 0})
	if !mat.Equal(x, want) {
		t.Errorf("%v, want %v", mat.Formatted(x), mat.Formatted(want))
	}
	if v := half(0x7e00); !math.IsNaN(v) {
		t.Errorf("NaN is read as %v", v)
	}
}

func TestBadFiles(t *testing.T) {
	t.Parallel()
	good := float32File(t, 3, 2, []float32{1, 2, 3, 4, 5, 6})
	huge := bytes.Replace(good, []byte("(3, 2)"), []byte("(99999999999, 99999999999)"), 1)
	for name, data := range map[string][]byte{
		"empty": {}, "text": []byte("1,2\n3,4\n"), "magic only": good[:6], "half a header": good[:30],
		"cut": good[:len(good)-1], "longer": append(bytes.Clone(good), 0, 0, 0, 0), "huge": huge, "no rows": float32File(t, 0, 2, nil),
	} {
		if _, err := ReadMatrix(write(t, data)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadMatrix(f *testing.F) {
	f.Add(float32File(f, 1, 2, []float32{1, 2}))
	f.Fuzz(func(t *testing.T, data []byte) {
		ReadMatrix(write(t, data))
		ReadInts(filepath.Join(t.TempDir(), "none"))
	})
}
