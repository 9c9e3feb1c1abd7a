package main

import "testing"

// Texts that share hardly a word with those learned from get the right labels,
// by a classifier that was saved and loaded.
func TestClassify(t *testing.T) {
	predictions, err := classify(t.Context())
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
}
