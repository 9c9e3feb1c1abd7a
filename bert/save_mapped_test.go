package bert

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// someMap is a map [n, n] without any symmetry.
func someMap(n int) *mat.Dense {
	w := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			w.Set(i, j, float64((i*7+j*3)%11)/11-0.3)
		}
		w.Set(i, i, 2)
	}
	return w
}

// A mapped model gives the model's vectors, multiplied and of unit length,
// whatever modules and options the model has.
func TestSaveMapped(t *testing.T) {
	t.Parallel()
	plain := modelFiles(t, tiny)
	chain := sentenceModel(t, map[string]any{"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true}, "Normalize")
	texts := append(someTexts(9, 12), "the phone")
	for name, m := range map[string]*Model{
		"plain":                    mustLoadFS(t, plain, Options{}),
		"features":                 mustLoadFS(t, plain, Options{Dim: 7, Pooling: PoolMax}),
		"chain":                    mustLoadFS(t, chain, Options{}),
		"features of unit vectors": mustLoadFS(t, chain, Options{Dim: 7}),
		"static":                   mustLoadFS(t, quantisedStatic(t), Options{}),
	} {
		w := someMap(m.Dim())
		dir := filepath.Join(t.TempDir(), "model")
		if err := m.SaveMapped(dir, w); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		back, err := Load(dir, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, had := mustEmbed(t, back, texts), mat.DenseCopyOf(mustEmbed(t, m, texts))
		if back.Dim() != m.Dim() || back.Digest() == m.Digest() || !back.Normalizes() {
			t.Errorf("%s: %d features instead of %d, digest %s", name, back.Dim(), m.Dim(), back.Digest())
		}
		for i := range texts {
			want := mat.NewVecDense(m.Dim(), nil)
			want.MulVec(w, had.RowView(i))
			want.ScaleVec(1/mat.Norm(want, 2), want)
			for j := range m.Dim() {
				if d := math.Abs(got.At(i, j) - want.AtVec(j)); d > 2e-6 {
					t.Fatalf("%s: text %d, feature %d: %g from the product", name, i, j, d)
				}
			}
		}
		if err := back.Close(); err != nil {
			t.Error(err)
		}
	}
	m := mustLoadFS(t, plain, Options{})
	bad := someMap(32)
	bad.Set(3, 4, 1e300)
	dir := filepath.Join(t.TempDir(), "model")
	for name, w := range map[string]mat.Matrix{"nil": nil, "another shape": someMap(31), "not finite in float32": bad} {
		if err := m.SaveMapped(dir, w); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a refused map left a directory")
	}
}
