package search

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// TestFileRoundTrip: an index mapped from its file finds the same, to the last
// bit.
func TestFileRoundTrip(t *testing.T) {
	t.Parallel()
	x, q := cloud(700, 70, 1, true), cloud(9, 70, 2, true)
	for kind := Float32; kind <= Binary; kind++ {
		for m := Cosine; m <= Euclidean; m++ {
			ix, err := New(t.Context(), x, Options{Metric: m, Kind: kind})
			if err != nil {
				t.Fatal(err)
			}
			want, err := ix.Search(t.Context(), q, Query{K: 20})
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "index")
			if err := ix.WriteFile(path); err != nil {
				t.Fatal(err)
			}
			mapped, err := Open(path, 2)
			if err != nil {
				t.Fatal(err)
			}
			got, err := mapped.Search(t.Context(), q, Query{K: 20})
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%v %v: a mapped index finds others: %v", kind, m, err)
			}
			if mapped.Len() != 700 || mapped.Dim() != 70 || mapped.Options() != (Options{m, kind, 2}) {
				t.Errorf("%d rows of %d, %+v", mapped.Len(), mapped.Dim(), mapped.Options())
			}
			var b bytes.Buffer
			if n, err := mapped.WriteTo(&b); err != nil || n != int64(b.Len()) {
				t.Errorf("wrote %d of %d bytes: %v", n, b.Len(), err)
			}
			if err := mapped.Close(); err != nil {
				t.Error(err)
			}
			file, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(file, b.Bytes()) {
				t.Errorf("%v %v: written again it is another file: %v", kind, m, err)
			}
			for _, cut := range []int{0, 7, 100, len(file) / 2, len(file) - 1} {
				if _, err := Parse(file[:cut], 0); !errors.Is(err, ErrFile) {
					t.Errorf("%v %v: cut at %d: %v", kind, m, cut, err)
				}
			}
		}
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none"), 0); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	x := cloud(3, 5, 1, true)
	for kind := Float32; kind <= Binary; kind++ {
		ix, err := New(f.Context(), x, Options{Kind: kind})
		if err != nil {
			f.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := ix.WriteTo(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ix, err := Parse(data, 1)
		if err != nil {
			return
		}
		if ix.Dim() == 5 {
			_, _ = ix.Search(t.Context(), x, Query{K: 2}) // must not panic
		}
	})
}

func TestSimilarities(t *testing.T) {
	t.Parallel()
	x, y := cloud(600, 20, 1, false), cloud(33, 20, 2, false)
	copy(y.Row(3), x.Row(400)) // at distance 0
	for m := Cosine; m <= Euclidean; m++ {
		next := 0
		err := Similarities(t.Context(), x, y, Options{Metric: m, Threads: 3}, func(first int, block *mat.Dense) error {
			if first != next {
				t.Fatalf("%v: rows %d, want %d", m, first, next)
			}
			n, w := block.Dims()
			next += n
			if w != 33 {
				t.Fatalf("%v: %d columns", m, w)
			}
			for i := range n {
				for j := range w {
					a, b := x.Row(first+i), y.Row(j)
					want, size := kernel.Dot64(a, b), math.Sqrt(kernel.Dot64(a, a)*kernel.Dot64(b, b))
					switch m {
					case Cosine:
						want /= size
						size = 1
					case Euclidean:
						want = math.Sqrt(kernel.SquaredDistance(a, b))
						size = want
					}
					if got := block.At(i, j); math.Abs(got-want) > 1e-4*size {
						t.Fatalf("%v: row %d, column %d: %v, want %v", m, first+i, j, got, want)
					}
				}
			}
			return nil
		})
		if err != nil || next != 600 {
			t.Errorf("%v: %d rows: %v", m, next, err)
		}
	}
	boom := errors.New("boom")
	if err := Similarities(t.Context(), x, y, Options{}, func(int, *mat.Dense) error { return boom }); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
	if err := Similarities(t.Context(), x, cloud(3, 21, 1, true), Options{}, nil); !errors.Is(err, ErrShape) {
		t.Errorf("got %v", err)
	}
}

func ExampleIndex_Search() {
	x := mat.NewDense(4, 2, []float64{1, 0, 0.9, 0.1, 0, 1, -1, 0})
	ix, err := New(context.Background(), x, Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	hits, err := ix.Search(context.Background(), mat.NewDense(1, 2, []float64{2, 0.1}), Query{K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, h := range hits[0] {
		fmt.Printf("row %d, cosine %.3f\n", h.Index, h.Score)
	}
	// Output:
	// row 0, cosine 0.999
	// row 1, cosine 0.998
}
