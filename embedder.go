package cohort

import (
	"context"
	"fmt"
	"iter"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// Embedder turns texts into vectors. *bert.Model is one.
type Embedder interface {
	// EmbedSeq yields one vector [Dim] a text, in order. It may range over the
	// texts ahead of what it has yielded, and reuse a vector's memory after
	// the next has been asked for. The first error ends it.
	EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error]
	// Dim is the length of a vector.
	Dim() int
	// Name is the model's name for people.
	Name() string
	// Digest identifies weights and configuration: hex SHA-256.
	Digest() string
}

// embedAll returns the vectors [len(texts), dim], each scaled to length 1.
func embedAll(ctx context.Context, m Embedder, texts []string) (dense.Rows[float32], error) {
	out := dense.New[float32](len(texts), m.Dim())
	i := 0
	for v, err := range m.EmbedSeq(ctx, func(yield func(string) bool) {
		for _, t := range texts {
			if !yield(t) {
				return
			}
		}
	}) {
		if err != nil {
			return out, err
		}
		if err := vector.Unit(out.Row(i), v); err != nil {
			return out, fmt.Errorf("text %d: %w", i+1, err)
		}
		i++
	}
	if i != len(texts) {
		return out, fmt.Errorf("cohort: the model gave %d vectors for %d texts", i, len(texts))
	}
	return out, ctx.Err()
}
