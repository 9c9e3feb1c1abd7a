package corpus

import (
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestRangesStop: sequences of texts can be stopped and ranged over again, and stop
// what they range over.
func TestRangesStop(t *testing.T) {
	texts := Slice([]Text{{User: "a", Text: "x"}, {User: "b", Text: "y"}, {User: "a", Text: "z"}})
	testdir.Ranges(t, "Slice", texts)
	watched, begun, running := testdir.Watched(texts)
	testdir.Ranges(t, "PrivacyPreparer.Texts", PrivacyPreparer{}.Texts(t.Context(), watched))
	if n, left := begun.Load(), running.Load(); n != 7 || left != 0 {
		t.Errorf("the texts were ranged over %d times, want 7, of which %d go on", n, left)
	}
}
