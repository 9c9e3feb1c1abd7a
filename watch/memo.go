package watch

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/seed-56ee9438/cohort"
)

// memo is a model that remembers the vectors of the open window's texts: each is
// encoded once, to place its row, and not again to place its user.
type memo struct {
	cohort.Embedder
	vectors map[string][]float32
	asked   []string // texts of the last sequence
}

// remembering returns m with a memory, and what the Segmenter is given, which
// says whether a text is legible if m does.
func remembering(m cohort.Embedder) (*memo, cohort.Embedder) {
	k := &memo{Embedder: m}
	if l, ok := m.(legible); ok {
		return k, &legibleMemo{k, l}
	}
	return k, k
}

type legible interface{ Legible(text string) bool }

type legibleMemo struct {
	*memo
	legible
}

// EmbedSeq implements cohort.Embedder. It reads all texts before it answers;
// there are no more than those of a window.
func (m *memo) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		m.asked = m.asked[:0]
		var unknown []string
		for t := range texts {
			m.asked = append(m.asked, t)
			if _, ok := m.vectors[t]; !ok {
				m.vectors[t] = nil
				unknown = append(unknown, t)
			}
		}
		n := 0
		for v, err := range m.Embedder.EmbedSeq(ctx, slices.Values(unknown)) {
			if err == nil && n == len(unknown) {
				err = fmt.Errorf("watch: the model gave more vectors than the %d texts", n)
			}
			if err != nil {
				m.forget(unknown[n:])
				yield(nil, err)
				return
			}
			m.vectors[unknown[n]] = slices.Clone(v)
			n++
		}
		m.forget(unknown[n:]) // as when ctx is done
		for _, t := range m.asked {
			v, ok := m.vectors[t]
			if !ok || !yield(v, nil) {
				return
			}
		}
	}
}

// forget removes texts that have no vector.
func (m *memo) forget(texts []string) {
	for _, t := range texts {
		delete(m.vectors, t)
	}
}

// begin forgets everything.
func (m *memo) begin() { m.vectors = map[string][]float32{} }
