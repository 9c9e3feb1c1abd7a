package npy

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

func TestWriteRoundTrip(t *testing.T) {
	t.Parallel()
	wide := mat.NewDense(3, 2, []float64{1, -2.5, math.Pi, 1e300, 0, math.Inf(1)})
	single := dense.Matrix{Rows: dense.Narrow(mat.NewDense(3, 2, []float64{1, -2.5, math.Pi, 1e30, 0, 7}))}
	dir := t.TempDir()
	for name, x := range map[string]mat.Matrix{"float64": wide, "float32": single, "a part": wide.Slice(1, 3, 0, 1)} {
		path := filepath.Join(dir, "x.npy")
		if err := WriteMatrix(path, x); err != nil {
			t.Fatal(err)
		}
		got, err := ReadMatrix(path)
		if err != nil || !mat.Equal(got, x) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		_, isSingle := dense.Float32(x)
		if _, ok := dense.Float32(got); ok != isSingle {
			t.Errorf("%s: came back as %T", name, got)
		}
	}
	path := filepath.Join(dir, "labels.npy")
	want := []int{3, -1, 0, math.MaxInt}
	if err := WriteInts(path, want); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadInts(path); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}
