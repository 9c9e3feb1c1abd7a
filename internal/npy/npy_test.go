package npy

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
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

func TestBadFiles(t *testing.T) {
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
