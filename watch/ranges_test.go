package watch

import (
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestMemoRanges: remembered vectors can be stopped and ranged over again.
func TestMemoRanges(t *testing.T) {
	m, _ := remembering(&bag.Model{})
	m.begin()
	testdir.Ranges(t, "EmbedSeq", m.EmbedSeq(t.Context(), slices.Values([]string{"a", "b", "a", "c"})))
}
