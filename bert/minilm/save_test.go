package minilm_test

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// The embedded model, saved to a directory, makes the same vectors there, and
// about the same ones in Python.
func TestSave(t *testing.T) {
	texts := []string{"The battery of this phone lasts two days.", "", "La batería dura poco 🙂", "room service"}
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "model")
	if err := model.Save(dir); err != nil {
		t.Fatal(err)
	}
	back, err := bert.Load(dir, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	want, err := model.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	got, err := back.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	for i := range texts {
		if !slices.Equal(got.Row(i), want.Row(i)) {
			t.Errorf("the vector of %q differs after saving", texts[i])
		}
	}
	for i, v := range testdir.SentenceTransformers(t, texts, dir)[0] {
		for j, x := range v {
			if d := math.Abs(x - want.At(i, j)); !(d <= 1e-6) {
				t.Fatalf("text %d, feature %d: Python has %g, want %g", i, j, x, want.At(i, j))
			}
		}
	}
}
