package train

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/estimator"
)

// A classifier that is saved and loaded predicts the same, to the last bit; a file
// that is damaged, or that lies beside another model, is refused.
func TestClassifierIsSaved(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	_, some := topics(90)
	c, err := FewLabels(t.Context(), m, some[:30], FewLabelsOptions{NoTuning: true})
	if err != nil {
		t.Fatal(err)
	}
	want := mustClassify(t, c, some)
	dir := filepath.Join(t.TempDir(), "classifier")
	if err := c.Save(dir); err != nil {
		t.Fatal(err)
	}
	if err := c.Save(dir); !errors.Is(err, fs.ErrExist) {
		t.Errorf("saved twice: %v", err)
	}
	back, err := LoadClassifier(dir, bert.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer back.Model.Close()
	if d := cmp.Diff(want, mustClassify(t, back, some)); d != "" {
		t.Errorf("read back it predicts otherwise: %s", d)
	}
	file := filepath.Join(dir, ClassifierFile)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(b []byte) {
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < len(data); i += 1 + len(data)/23 {
		bad := append([]byte(nil), data...)
		bad[i] ^= 0x41
		write(bad)
		if _, err := LoadClassifier(dir, bert.Options{}); !errors.Is(err, ErrSaved) {
			t.Errorf("damage at byte %d of %d: %v", i, len(data), err)
		}
	}
	write(data)
	if _, err := LoadClassifier(dir, bert.Options{Dim: 2}); !errors.Is(err, ErrOptions) {
		t.Errorf("fewer features: %v", err)
	}
	other := filepath.Join(t.TempDir(), "other")
	if err := (&Classifier{Model: mustRun(t, m, some[:30], &Contrast{}, Options{MaxSteps: 3, BatchSize: 30, Epochs: 3, LearningRate: 1e-2}).Model, Head: c.Head, Labels: c.Labels}).Save(other); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, ClassifierFile), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadClassifier(other, bert.Options{}); !errors.Is(err, ErrSaved) {
		t.Errorf("beside another model: %v", err)
	}
	if _, err := LoadClassifier(t.TempDir(), bert.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty directory: %v", err)
	}
	for name, bad := range map[string]*Classifier{
		"nil": nil, "empty": {}, "no head": {Model: m}, "labels": {Model: m, Head: c.Head, Labels: c.Labels[:2]}, "not UTF-8": {Model: m, Head: c.Head, Labels: []string{"a", "b", "\xff"}},
	} {
		none := filepath.Join(t.TempDir(), "none")
		if err := bad.Save(none); !errors.Is(err, estimator.ErrNotFitted) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(none); err == nil {
			t.Errorf("%s: something is left", name)
		}
	}
}
