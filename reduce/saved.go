package reduce

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// UMAPState is the part of a fitted UMAP that is needed to transform new
// points. See UMAPResult.State.
type UMAPState struct {
	// Options are the options that affect Transform: Components, Neighbors,
	// Metric, Epochs, LearningRate, NegativeSamples and Seed. Threads may be set
	// before Restore.
	Options   UMAP
	A, B      float64
	Start     Init
	Points    []float32  // [n, d] row-major: centred, or of length 1 for Cosine
	Mean      []float64  // [d] subtracted from the points; nil for Cosine
	Embedding *mat.Dense // [n, k]
}

// State returns the state from which Restore makes the same result. It shares
// memory with r.
func (r *UMAPResult) State() UMAPState {
	o := r.options
	o.Threads, o.Progress = 0, nil
	return UMAPState{Options: o, A: r.A, B: r.B, Start: r.Start, Points: r.points.Data, Mean: r.mean, Embedding: r.Embedding}
}

// Restore returns the fitted UMAP with state s. It returns an ErrOption if the
// parts do not fit each other, and an ErrNotFinite if a number is not finite.
func (s UMAPState) Restore() (*UMAPResult, error) {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("UMAP: restoring: %s: %w", fmt.Sprintf(format, args...), ErrOption)
	}
	o, err := s.Options.check()
	if err != nil {
		return nil, err
	}
	if s.Embedding == nil {
		return nil, bad("no embedding")
	}
	n, k := s.Embedding.Dims()
	switch {
	case n < 3 || k != o.Components || o.Components < 1:
		return nil, bad("embedding [%d, %d], want 3 points or more and %d components", n, k, o.Components)
	case len(s.Points) == 0 || len(s.Points)%n != 0:
		return nil, bad("%d numbers for %d points", len(s.Points), n)
	case o.Neighbors > n || o.Epochs < 1:
		return nil, bad("%d neighbours of %d points, %d epochs", o.Neighbors, n, o.Epochs)
	case !(s.A > 0) || !(s.B > 0) || math.IsInf(s.A, 0) || math.IsInf(s.B, 0):
		return nil, bad("curve %v, %v, want both positive", s.A, s.B)
	}
	d := len(s.Points) / n
	if o.Metric == estimator.Cosine && s.Mean != nil || o.Metric != estimator.Cosine && len(s.Mean) != d {
		return nil, bad("mean of %d features, points of %d, %s", len(s.Mean), d, o.Metric)
	}
	for i := range n {
		for j, v := range s.Embedding.RawRowView(i) {
			if v-v != 0 {
				return nil, fmt.Errorf("UMAP: restoring: embedding: %w", &ValueError{Row: i, Col: j, Value: v, Err: ErrNotFinite})
			}
		}
	}
	for i, v := range s.Points {
		if v-v != 0 {
			return nil, fmt.Errorf("UMAP: restoring: points: %w", &ValueError{Row: i / d, Col: i % d, Value: float64(v), Err: ErrNotFinite})
		}
	}
	for j, v := range s.Mean {
		if v-v != 0 {
			return nil, fmt.Errorf("UMAP: restoring: mean: %w", &ValueError{Col: j, Value: v, Err: ErrNotFinite})
		}
	}
	return &UMAPResult{
		Embedding: s.Embedding, A: s.A, B: s.B, Start: s.Start, options: o, mean: s.Mean,
		points: dense.Rows[float32]{Data: s.Points, Len: n, Dim: d, Stride: d},
	}, nil
}

// ParseMetric returns the metric with the given name, as used by scikit-learn.
func ParseMetric(name string) (Metric, error) { return estimator.ParseMetric(name) }
