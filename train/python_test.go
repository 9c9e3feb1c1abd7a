package train

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// withAdapters prints the mean vectors of texts for a model with adapters that PEFT
// loads.
const withAdapters = `
import json, sys
import torch
from peft import PeftModel
from tokenizers import Tokenizer
from transformers import AutoModel
base, adapters = sys.argv[1:]
model = PeftModel.from_pretrained(AutoModel.from_pretrained(base), adapters).eval()
tokenizer = Tokenizer.from_file(base + "/tokenizer.json")
vectors = []
for text in json.load(sys.stdin):
    with torch.no_grad():
        hidden = model(input_ids=torch.tensor([tokenizer.encode(text).ids])).last_hidden_state
    vectors.append(hidden[0].mean(0).tolist())
print()
print(json.dumps(vectors))
`

// worst returns the largest difference of Python's vectors and the model's.
func worst(t *testing.T, m *bert.Model, texts []string, vectors [][]float64) (d float64) {
	t.Helper()
	e, err := m.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if len(vectors) != e.Len() {
		t.Fatalf("%d vectors of %d texts", len(vectors), e.Len())
	}
	for i, v := range vectors {
		if len(v) != e.Dim() {
			t.Fatalf("%d features, want %d", len(v), e.Dim())
		}
		for j, x := range v {
			d = max(d, math.Abs(x-e.At(i, j)))
		}
	}
	return d
}

// sentence-transformers makes the vectors of a tuned model that was saved, and
// PEFT those of saved adapters over the untrained model.
func TestPythonLoadsTuned(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	pairs, _ := topics(20)
	texts := []string{"the phone is broken", "best hotel in paris", "the slow answer is 3 and the screen is good, too"}
	o := Options{Epochs: 3, LearningRate: 1e-2, Adapters: &bert.AdapterOptions{Rank: 3, Alpha: 12}}
	adapted := mustRun(t, m, pairs, &MultipleNegatives{}, o)
	o.Adapters = nil
	whole := mustRun(t, m, pairs, &MultipleNegatives{}, o)
	temp := t.TempDir()
	dirs := []string{filepath.Join(temp, "adapted"), filepath.Join(temp, "whole")}
	adapters := filepath.Join(temp, "adapters")
	if err := adapted.Model.Save(dirs[0]); err != nil {
		t.Fatal(err)
	}
	if err := whole.Model.Save(dirs[1]); err != nil {
		t.Fatal(err)
	}
	base, err := filepath.Abs("../bert/testdata/models/bert")
	if err != nil {
		t.Fatal(err)
	}
	if err := adapted.SaveAdapter(adapters, base); err != nil {
		t.Fatal(err)
	}
	for k, vectors := range testdir.SentenceTransformers(t, texts, dirs...) {
		r := []*Result{adapted, whole}[k]
		untrained, tuned := worst(t, m, texts, vectors), worst(t, r.Model, texts, vectors)
		if t.Logf("%s: %.2g from the tuned model, %.2g from the untrained one", filepath.Base(dirs[k]), tuned, untrained); tuned > 1e-5 || untrained < 1e-2 {
			t.Errorf("%s: %g from the tuned model", dirs[k], tuned)
		}
	}
	input, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	python := testdir.Torch(t, "peft")
	c := exec.CommandContext(t.Context(), python, "-c", withAdapters, base, adapters)
	c.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	var vectors [][]float64
	if err := json.Unmarshal(lines[len(lines)-1], &vectors); err != nil {
		t.Fatal(err)
	}
	if d := worst(t, adapted.Model, texts, vectors); d > 1e-5 {
		t.Errorf("PEFT: %g from the tuned model\n%s", d, stderr.Bytes())
	} else {
		t.Logf("PEFT: %.2g from the tuned model", d)
	}
}

// Without adapters there are none to save.
func TestSaveAdapterRefused(t *testing.T) {
	t.Parallel()
	pairs, _ := topics(4)
	r := mustRun(t, tiny(t), pairs, &MultipleNegatives{}, Options{})
	dir := filepath.Join(t.TempDir(), "adapters")
	if err := r.SaveAdapter(dir, "x"); err == nil {
		t.Error("no error")
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a directory was made")
	}
}
