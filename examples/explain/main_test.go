package main

import (
	"math"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
)

// The word that a reader would name decides, words are where the text has them,
// and values add up to the margin within 1 %.
func TestExplain(t *testing.T) {
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	found, err := explain(t.Context(), model)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"battery", "package"}
	if len(found) != len(want) {
		t.Fatalf("%d explanations, want %d", len(found), len(want))
	}
	for i, x := range found {
		if top := strongest(x, 1); len(top) != 1 || top[0].Word != want[i] {
			t.Errorf("%q: the strongest word is %v, want %q", asked[i].Text, top, want[i])
		}
		for _, w := range x.Words {
			if got := asked[i].Text[w.Start:w.End]; got != w.Word {
				t.Errorf("%q has %q at %d, want %q", asked[i].Text, got, w.Start, w.Word)
			}
		}
		whole := x.Margin - *x.Baseline
		if gap := math.Abs(sum(x) - whole); gap > 0.01*math.Abs(whole) {
			t.Errorf("%q: the words add up to %g, want %g", asked[i].Text, sum(x), whole)
		}
	}
}
