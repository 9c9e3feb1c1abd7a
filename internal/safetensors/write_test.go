package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWriteRoundTrip(t *testing.T) {
	t.Parallel()
	of := func(tensor Tensor, err error) Tensor {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return tensor
	}
	tensors := []Tensor{
		of(Of("u8", []int{3}, []uint8{1, 2, 3})),
		of(Of("z.f64", nil, []float64{math.Pi})),
		of(OfFloat16("f16", []int{3}, []float32{1, -0.5, 65504})),
		of(Of("a.f32", []int{2, 2}, []float32{1, 2, 3, 4})),
		of(Of("b.f32", []int{0, 7}, []float32{})),
		of(Of("i64 \"quoted\" <é>\x00", []int{1}, []int64{-1})),
		of(OfBFloat16("bf16", []int{1}, []float32{3})),
	}
	meta := map[string]string{"format": "pt", "b": "<&>\n", "a": "é"}
	var first bytes.Buffer
	if err := Write(&first, tensors, meta); err != nil {
		t.Fatal(err)
	}
	// The order of the arguments does not matter.
	slices.Reverse(tensors)
	var second bytes.Buffer
	if err := Write(&second, tensors, meta); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the bytes depend on the order of the tensors")
	}
	if n := binary.LittleEndian.Uint64(first.Bytes()); n%8 != 0 {
		t.Errorf("the header takes %d bytes: the data is not aligned", n)
	}
	f, err := Parse("m", first.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Metadata()) != 3 || f.Metadata()["b"] != "<&>\n" || f.Metadata()["a"] != "é" {
		t.Errorf("metadata %q", f.Metadata())
	}
	if f.Len() != len(tensors) {
		t.Errorf("%d tensors, want %d", f.Len(), len(tensors))
	}
	for _, want := range tensors {
		got, ok := f.Lookup(want.Name)
		if !ok || got.DType != want.DType || !slices.Equal(got.Shape, want.Shape) || !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("%q: got %v %v, want %v %v", want.Name, got.DType, got.Shape, want.DType, want.Shape)
		}
	}
	// Largest types first, so that nothing needs a copy to be read.
	for _, name := range []string{"a.f32", "z.f64"} {
		x, _ := f.Lookup(name)
		if off := bytes.Index(first.Bytes(), x.Bytes()); off%(x.DType.Bits()/8) != 0 {
			t.Errorf("%s lies at byte %d", name, off)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		make func() (Tensor, error)
		kind error
	}{
		"too few bytes":        {func() (Tensor, error) { return New("w", F32, []int{2}, zeros(7)) }, ErrShape},
		"too many values":      {func() (Tensor, error) { return Of("w", []int{2}, []float32{1, 2, 3}) }, ErrShape},
		"negative dimension":   {func() (Tensor, error) { return New("w", U8, []int{-1}, zeros(1)) }, ErrShape},
		"overflow":             {func() (Tensor, error) { return New("w", U8, []int{1 << 40, 1 << 40}, nil) }, ErrShape},
		"no type":              {func() (Tensor, error) { return New("w", Invalid, nil, zeros(1)) }, ErrDType},
		"unknown type":         {func() (Tensor, error) { return New("w", numDTypes, nil, zeros(1)) }, ErrDType},
		"beyond float16":       {func() (Tensor, error) { return OfFloat16("w", []int{2}, []float32{1, 65520}) }, ErrNotFinite},
		"-beyond float16":      {func() (Tensor, error) { return OfFloat16("w", []int{1}, []float32{-1e30}) }, ErrNotFinite},
		"half of wrong shape":  {func() (Tensor, error) { return OfFloat16("w", []int{3}, []float32{1}) }, ErrShape},
		"brain of wrong shape": {func() (Tensor, error) { return OfBFloat16("w", []int{3}, []float32{1}) }, ErrShape},
	} {
		if _, err := c.make(); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), `"w"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := OfFloat16("w", []int{2}, []float32{float32(math.Inf(1)), float32(math.NaN())}); err != nil {
		t.Errorf("an infinity is not made here: %v", err)
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	named := func(name string) Tensor {
		tensor, err := Of(name, []int{1}, []float32{1})
		if err != nil {
			t.Fatal(err)
		}
		return tensor
	}
	for name, c := range map[string]struct {
		tensors []Tensor
		meta    map[string]string
		kind    error
	}{
		"same name twice":    {[]Tensor{named("a"), named("a")}, nil, ErrDuplicate},
		"reserved name":      {[]Tensor{named("__metadata__")}, nil, ErrHeader},
		"name not UTF-8":     {[]Tensor{named("\xff")}, nil, ErrHeader},
		"metadata not UTF-8": {nil, map[string]string{"a": "\xff"}, ErrHeader},
		"zero Tensor":        {[]Tensor{{Name: "a"}}, nil, ErrDType},
	} {
		var b bytes.Buffer
		if err := Write(&b, c.tensors, c.meta); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
		if b.Len() != 0 {
			t.Errorf("%s: %d bytes written", name, b.Len())
		}
	}
}

type failAfter struct{ n int }

func (w *failAfter) Write(p []byte) (int, error) {
	if w.n -= len(p); w.n < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestWriteError(t *testing.T) {
	t.Parallel()
	tensor, err := Of("a", []int{100}, make([]float32, 100))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 8, 100, 400} {
		if err := Write(&failAfter{n}, []Tensor{tensor}, nil); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

func TestWriteFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "m.safetensors")
	tensor, err := Of("a", []int{1}, []float32{1})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // new, then replaced
		if err := WriteFile(path, []Tensor{tensor}, nil); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	// A failure leaves what was there, and nothing beside it.
	if err := WriteFile(path, []Tensor{tensor, tensor}, nil); !errors.Is(err, ErrDuplicate) {
		t.Errorf("got %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "m.safetensors" {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if _, err := Open(path); err != nil {
		t.Error(err)
	}
}

// TestWriteFileFollowsLinks: where path is a link, what it points to is
// replaced, as the command's other outputs are.
func TestWriteFileFollowsLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	tensor, err := Of("a", []int{1}, []float32{1})
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(link, []Tensor{tensor}, nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v", err)
	}
	f, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
}
