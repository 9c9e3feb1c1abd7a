package cohort

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
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
		if err := unit(out.Row(i), v); err != nil {
			return out, fmt.Errorf("text %d: %w", i+1, err)
		}
		i++
	}
	if i != len(texts) {
		return out, fmt.Errorf("cohort: the model gave %d vectors for %d texts", i, len(texts))
	}
	return out, ctx.Err()
}

// unit sets dst [d] to v [d] scaled to length 1; a zero vector stays zero.
func unit(dst, v []float32) error {
	if len(v) != len(dst) {
		return fmt.Errorf("cohort: the model gave a vector of %d numbers, want %d", len(v), len(dst))
	}
	n := norm(v)
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return ErrNotFinite
	}
	if n == 0 {
		clear(dst)
		return nil
	}
	for i, x := range v {
		dst[i] = float32(float64(x) / n)
	}
	return nil
}

// norm returns the Euclidean length of v.
func norm(v []float32) float64 {
	var s float64
	for _, x := range v {
		s += float64(x) * float64(x)
	}
	return math.Sqrt(s)
}

// distance returns the Euclidean distance of a [d] and b [d].
func distance(a, b []float32) float64 {
	var s float64
	for i, x := range a {
		d := float64(x) - float64(b[i])
		s += d * d
	}
	return math.Sqrt(s)
}

// cosine returns the cosine of the angle between a and b, 0 where one is zero.
func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i, x := range a {
		y := float64(b[i])
		ab += float64(x) * y
		aa += float64(x) * float64(x)
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}
