package ablate

import (
	"testing"

	"github.com/seed-56ee9438/cohort/text"
)

// TestMaskedIsNotLeftOut checks that what stands for personal data is no word to
// leave out.
func TestMaskedIsNotLeftOut(t *testing.T) {
	t.Parallel()
	if words, _ := withoutWords("write to [email] tomorrow", text.Splitter{}, nil, 40); len(words) != 3 {
		t.Errorf("words to leave out: %q", words)
	}
}
