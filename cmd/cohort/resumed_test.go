package main

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/journal"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// bagEmbedder is a bag as the command has models.
type bagEmbedder struct{ bag.Model }

func (*bagEmbedder) Legible(string) bool { return true }
func (*bagEmbedder) Words() []string     { return nil }

// TestResumedRanges: the vectors of a journal's model can be stopped and ranged
// over again; only the first range over them is kept.
func TestResumedRanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	texts, begun, running := testdir.Watched(testdir.Values(slices.Values([]string{"a", "b", "c"})))
	settings := []journal.Setting{{Name: "input", Value: "x"}}
	open := func() *checkpoint {
		j, err := journal.Open(path, settings)
		if err != nil {
			t.Fatal(err)
		}
		return &checkpoint{j: j, settings: settings, release: func() {}, block: 1}
	}
	c := open()
	m := &resumedModel{embedder: &bagEmbedder{}, c: c}
	testdir.Ranges(t, "EmbedSeq", m.EmbedSeq(t.Context(), testdir.Firsts(texts)))
	c.close()
	if running.Load() != 0 {
		t.Errorf("%d of %d ranges over the texts go on", running.Load(), begun.Load())
	}
	again, n := open(), 0
	defer again.close()
	for {
		e, err := again.peek()
		if err != nil {
			t.Fatal(err)
		}
		if e == nil {
			break
		}
		n += e.Texts
		again.next = nil
	}
	if n != 3 {
		t.Errorf("%d texts are kept, want 3", n)
	}
}
