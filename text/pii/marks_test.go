package pii_test

import (
	"testing"

	"github.com/seed-56ee9438/cohort/text/marks"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// TestPlaceholdersAreMarks: package marks knows whatever a Masker writes for
// personal data, and nothing else.
func TestPlaceholdersAreMarks(t *testing.T) {
	t.Parallel()
	for _, typ := range append(pii.DefaultTypes(), pii.Address, pii.Person) {
		if got := marks.Remove("ask [" + string(typ) + "] now"); got != "ask now" {
			t.Errorf("%s: %q", typ, got)
		}
	}
	const s = "write to jane.roe@example.com or call 415-555-2671 [sic: a-b] note:abcdefghijklmnopabcd] [x"
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
		if got, want := marks.Remove(masked.Text), "write to or call [sic: a-b] note:abcdefghijklmnopabcd] [x"; len(masked.Spans) != 2 || got != want {
			t.Errorf("%q: %q, want %q", masked.Text, got, want)
		}
	}
}
