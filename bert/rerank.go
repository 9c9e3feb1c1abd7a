package bert

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Ranked is a document and how well it answers a query.
type Ranked struct {
	Index int     // of the document among those given
	Score float64 // after the activation that the directory names, or a sigmoid
	// Truncated reports that query and document together exceeded the model's
	// length.
	Truncated bool
}

// Rerank scores documents by how well they answer a query, using a
// cross-encoder that reads both together, and returns them best first; ties
// keep the given order. A model without a sequence head gives ErrNoHead, one
// with more than one label an ErrInput.
func (m *Model) Rerank(ctx context.Context, query string, documents []string) ([]Ranked, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if m.heads.sequence == nil {
		return nil, m.noHead(TaskClassify)
	}
	if n := m.heads.sequence.out.Out; n != 1 {
		return nil, fmt.Errorf("%w: model %s has %d labels, a reranker has one", ErrInput, m.name, n)
	}
	pairs := make([][2]string, len(documents))
	for i, d := range documents {
		pairs[i] = [2]string{query, d}
	}
	classes, err := m.ClassifyPairs(ctx, pairs)
	if err != nil {
		return nil, err
	}
	out := make([]Ranked, len(classes))
	for i, c := range classes {
		out[i] = Ranked{Index: i, Score: c.Scores[0], Truncated: c.Truncated}
	}
	slices.SortStableFunc(out, func(a, b Ranked) int { return cmp.Compare(b.Score, a.Score) })
	return out, nil
}
