package bert

import (
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestRangesStop: what yields vectors stops its source when it is stopped, leaves
// no goroutine, and can be ranged over again, if the source can.
func TestRangesStop(t *testing.T) {
	m := loadTiny(t, Options{Threads: 2, BatchTokens: 16})
	texts := someTexts(50, 10)
	p, err := m.With(EmbedOptions{SpecialTokensAsText: true})
	if err != nil {
		t.Fatal(err)
	}
	source, begun, running := testdir.Watched(testdir.Values(slices.Values(texts)))
	testdir.Ranges(t, "EmbedStream", m.EmbedStream(t.Context(), source, EmbedOptions{}))
	words := testdir.Firsts(source)
	testdir.Ranges(t, "EmbedSeq", m.EmbedSeq(t.Context(), words))
	testdir.Ranges(t, "Preset.EmbedSeq", p.EmbedSeq(t.Context(), words))
	testdir.Ranges(t, "Rows", testdir.Values(testdir.Firsts(mustEmbed(t, m, texts).Rows())))
	if n, left := begun.Load(), running.Load(); n != 3*7 || left != 0 {
		t.Errorf("the sources were ranged over %d times, want 21, of which %d go on", n, left)
	}
}
