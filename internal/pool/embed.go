package pool

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// Embedder turns texts into vectors; see cohort.Embedder.
type Embedder interface {
	EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error]
	Dim() int
}

// Embed returns the vectors [len(texts), dim], each scaled to length 1.
func Embed(ctx context.Context, m Embedder, texts []string) (dense.Rows[float32], error) {
	out := dense.New[float32](len(texts), m.Dim())
	i := 0
	for v, err := range m.EmbedSeq(ctx, slices.Values(texts)) {
		if err != nil {
			return out, err
		}
		if i == len(texts) {
			return out, fmt.Errorf("cohort: the model gave more vectors than the %d texts", len(texts))
		}
		if err := vector.Unit(out.Row(i), v); err != nil {
			return out, fmt.Errorf("text %d: %w", i+1, err)
		}
		i++
	}
	if i != len(texts) {
		return out, fmt.Errorf("cohort: the model gave %d vectors for %d texts", i, len(texts))
	}
	return out, parallel.Cause(ctx)
}

// nothing is the length below which a sum of vectors is considered rounding
// error.
const nothing = 1e-6

// Direction sets dst [dim] to the direction of sum [dim]; the two may be the
// same slice. It returns false if sum is practically zero, or not finite.
func Direction(dst, sum []float32) bool {
	if vector.Norm(sum) <= nothing {
		return false
	}
	return vector.Unit(dst, sum) == nil
}
