package surface

import (
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/pii"
)

func TestPlaceholder(t *testing.T) {
	const s = "write to jane.roe@example.com or call 415-555-2671 [sic: a-b] note:abcdefghijklmnopabcd] [x"
	want := []string{"write", "to", "or", "call", "sic", "a-b", "note", "abcdefghijklmnopabcd", "x"}
	for _, p := range []pii.Policy{{}, {Action: pii.Hash}, {Action: pii.Pseudonym, Key: []byte("0123456789abcdef")}} {
		d, err := pii.New(pii.Options{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := pii.NewMasker(d, p)
		if err != nil {
			t.Fatal(err)
		}
		masked, err := m.Mask(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if len(masked.Spans) != 2 {
			t.Fatalf("%q: %d spans, want 2", masked.Text, len(masked.Spans))
		}
		var got []string
		for _, k := range text.Tokens(masked.Text) {
			if k.Kind == text.Word && !Placeholder(masked.Text, k) {
				got = append(got, k.Text)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: words %q, want %q", masked.Text, got, want)
		}
	}
}
