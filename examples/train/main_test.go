package main

import (
	"path/filepath"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/train"
)

// What was saved gives texts that share hardly a word with those learned from the
// right labels, and its encoder has them farther apart than before.
func TestLearn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "requests")
	if err := learn(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	c, err := train.LoadClassifier(dir, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Model.Close()
	predictions, err := c.Classify(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"freeze", "pin", "bill"}
	if len(predictions) != len(want) {
		t.Fatalf("%d predictions, want %d", len(predictions), len(want))
	}
	for i, p := range predictions {
		if p.Label != want[i] || p.Probability < 0.5 {
			t.Errorf("%q is %q with probability %.2f, want %q", asked[i], p.Label, p.Probability, want[i])
		}
	}
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	if before, after := contrast(t, model), contrast(t, c.Model); after < before+0.02 {
		t.Errorf("cosines within labels are above those between by %.3f, before the training by %.3f", after, before)
	} else {
		t.Logf("cosines within labels are above those between by %.3f, before the training by %.3f", after, before)
	}
}

// contrast is the mean cosine of texts of the same label less that of others.
func contrast(t *testing.T, m *bert.Model) float64 {
	texts := make([]string, len(labelled))
	for i, l := range labelled {
		texts[i] = l.Text
	}
	x, err := m.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	_, d := x.Dims()
	var sum, pairs [2]float64
	for i := range texts {
		for j := range i {
			kind := 0
			if labelled[i].Label != labelled[j].Label {
				kind = 1
			}
			pairs[kind]++
			for k := range d {
				sum[kind] += float64(x.At(i, k)) * float64(x.At(j, k))
			}
		}
	}
	return sum[0]/pairs[0] - sum[1]/pairs[1]
}
