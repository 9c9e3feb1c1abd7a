package bert

import (
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestWords: the words of a WordPiece vocabulary, the frequent ones first,
// without pieces, signs and special tokens.
func TestWords(t *testing.T) {
	t.Parallel()
	m, err := Load(testdir.Shared(t, "models", "all-MiniLM-L6-v2"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	got := m.Words()
	the, battery := slices.Index(got, "the"), slices.Index(got, "battery")
	if len(got) < 15_000 || the < 0 || battery < the {
		t.Errorf("%d words; the at %d, battery at %d", len(got), the, battery)
	}
	for _, w := range []string{"##ing", "ing", "[CLS]", "!", "1990", "é"} {
		if slices.Contains(got, w) != (w == "ing") { // ing is a word of the vocabulary too
			t.Errorf("%s: %v", w, slices.Contains(got, w))
		}
	}
	m.tokenizer = nil
	if got := m.Words(); got != nil {
		t.Errorf("without a tokenizer: %d words", len(got))
	}
}
