package minilm

import (
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
)

// The model has its name on the hub, or that of the Options.
func TestName(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"": Name, "mine": "mine"} {
		m, err := Load(bert.Options{Name: given})
		if err != nil {
			t.Fatal(err)
		}
		if m.Name() != want {
			t.Errorf("called %q, want %q", m.Name(), want)
		}
		m.Close()
	}
}
