package main

import (
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
)

// Before, segments are the products; afterwards, what people asked for, also of
// the users of whom nobody spoke.
func TestRun(t *testing.T) {
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	r, err := run(t.Context(), model)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.users) != len(texts) {
		t.Fatalf("%d users, want %d", len(r.users), len(texts))
	}
	of := map[bool]int{} // segment of phones, and of hotels
	unspoken := 0
	for i, u := range r.users {
		phone := strings.Contains(strings.ToLower(texts[i].Text), "phone")
		if of[phone] == 0 {
			of[phone] = r.before[i]
		}
		if r.before[i] != of[phone] {
			t.Errorf("%s was in segment %d, want that of the product, %d", u, r.before[i], of[phone])
		}
		want := []string{"happy", "in need of help"}[i%2] // they alternate
		if got := r.segments[r.after[i]]; got != want {
			t.Errorf("%s is in segment %q, want %q", u, got, want)
		}
		if !strings.Contains(said, `"`+u+`"`) {
			unspoken++
		}
	}
	if of[true] == of[false] {
		t.Errorf("both products were in segment %d", of[true])
	}
	if unspoken < 6 {
		t.Errorf("nobody spoke of %d users, want some who show what was learned", unspoken)
	}
	if !r.tuned.Above(r.constrained) {
		t.Errorf("the metric satisfies %.2f of what was held out, without it %.2f", r.tuned.Share(), r.constrained.Share())
	}
}
