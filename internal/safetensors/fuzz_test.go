package safetensors

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// FuzzParse feeds any bytes to the reader: it must not panic, must answer with
// an *Error, must not allocate more than the limits allow, must see the same
// thing whether a file is in memory or read in pieces; and what it accepts must
// be wholly readable and survive being written again.
func FuzzParse(f *testing.F) {
	for _, c := range refusals {
		if len(c.file) < 1<<14 {
			f.Add(c.file)
		}
	}
	for _, c := range accepted {
		f.Add(c.file)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var file *File
		var err error
		if got := testdir.Allocated(func() { file, err = Parse("m", data) }); got > 64<<20 {
			t.Errorf("%d MB allocated for a file of %d bytes", got>>20, len(data))
		}
		pieces, err2 := OpenFS(fstest.MapFS{"m": {Data: data}}, "m")
		if (err == nil) != (err2 == nil) || err != nil && err.Error() != err2.Error() {
			t.Fatalf("in memory: %v; in pieces: %v", err, err2)
		}
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.File != "m" || e.Err == nil {
				t.Fatalf("not an *Error: %v", err)
			}
			return
		}
		if !slices.Equal(file.Names(), pieces.Names()) {
			t.Fatalf("in memory: %q; in pieces: %q", file.Names(), pieces.Names())
		}
		total := 0
		var tensors []Tensor
		for _, name := range file.Names() {
			tensor, ok := file.Lookup(name)
			if !ok {
				t.Fatalf("no tensor %q", name)
			}
			total += len(tensor.Bytes())
			tensors = append(tensors, tensor)
			if v, err := tensor.Float32(); err == nil && len(v) != tensor.Len() || err != nil && !errors.Is(err, ErrDType) {
				t.Fatalf("%q: %d values, %v", name, len(v), err)
			}
			if err := tensor.CheckFinite(); err != nil && !errors.Is(err, ErrNotFinite) {
				t.Fatal(err)
			}
		}
		if total > len(data) {
			t.Fatalf("%d bytes of tensors in a file of %d", total, len(data))
		}
		var b bytes.Buffer
		if err := Write(&b, tensors, file.Metadata()); err != nil {
			t.Fatal(err)
		}
		again, err := Parse("again", b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range tensors {
			got, ok := again.Lookup(want.Name)
			if !ok || got.DType != want.DType || !slices.Equal(got.Shape, want.Shape) || !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Fatalf("%q changed when written again", want.Name)
			}
		}
	})
}

// FuzzIndex feeds any bytes to the index reader, over one real shard.
func FuzzIndex(f *testing.F) {
	for _, c := range indexRefusals {
		f.Add([]byte(c.index))
	}
	f.Add([]byte(`{"metadata":{"total_size":4},"weight_map":{"a":"s.safetensors"}}`))
	weights := shard(f, map[string]float32{"a": 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		fsys := fstest.MapFS{IndexName: {Data: data}, "s.safetensors": {Data: weights}}
		file, err := OpenIndexFS(fsys, IndexName)
		if err != nil {
			if !strings.HasPrefix(err.Error(), IndexName) {
				t.Fatalf("%q does not name the index", err)
			}
			return
		}
		if names := file.Names(); !slices.Equal(names, []string{"a"}) {
			t.Fatalf("names %q", names)
		}
	})
}
