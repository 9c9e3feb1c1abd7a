package bert

import (
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestLegible: what the vocabulary lacks is told from what it has.
func TestLegible(t *testing.T) {
	t.Parallel()
	m, err := Load(testdir.Shared(t, "models", "all-MiniLM-L6-v2"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for text, want := range map[string]bool{
		"": true, "a good lens": true, "👍": false, "😡😡 🪨": false, "ᚠᚢᚦᚬᚱᚴ": false, "thumbs up": true, "good 👍": true, "3.5": true,
	} {
		if got := m.Legible(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
