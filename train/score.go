package train

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/rank"
)

// unitVectors embeds texts and scales the vectors to length 1.
func unitVectors(ctx context.Context, m *bert.Model, texts []string) (*bert.Embeddings, error) {
	e, err := m.Embed(ctx, texts)
	if err != nil {
		return nil, err
	}
	for i := range e.Len() {
		kernel.Scale(e.Row(i), float32(1/length(e.Row(i))))
	}
	return e, nil
}

// PairAccuracy returns a score for [Options]: the share of pairs whose positive
// text is closer to the anchor than all other pairs' positives are, by cosine.
func PairAccuracy(pairs []Pair) func(context.Context, *bert.Model) (float64, error) {
	return func(ctx context.Context, m *bert.Model) (float64, error) {
		var texts []string
		for _, p := range pairs {
			texts = append(texts, p.Anchor, p.Positive)
		}
		e, err := unitVectors(ctx, m, texts)
		if err != nil {
			return 0, err
		}
		right := 0
		for i, p := range pairs {
			own, best := kernel.Dot64(e.Row(2*i), e.Row(2*i+1)), math.Inf(-1)
			for j, q := range pairs {
				if q.Positive != p.Positive {
					best = max(best, kernel.Dot64(e.Row(2*i), e.Row(2*j+1)))
				}
			}
			if own > best {
				right++
			}
		}
		return float64(right) / float64(len(pairs)), nil
	}
}

// TripletAccuracy returns a score for [Options]: the share of triplets whose
// positive text is closer to the anchor than the negative one, by cosine.
func TripletAccuracy(triplets []Triplet) func(context.Context, *bert.Model) (float64, error) {
	return func(ctx context.Context, m *bert.Model) (float64, error) {
		var texts []string
		for _, t := range triplets {
			texts = append(texts, t.Anchor, t.Positive, t.Negative)
		}
		e, err := unitVectors(ctx, m, texts)
		if err != nil {
			return 0, err
		}
		right := 0
		for i := range triplets {
			if kernel.Dot64(e.Row(3*i), e.Row(3*i+1)) > kernel.Dot64(e.Row(3*i), e.Row(3*i+2)) {
				right++
			}
		}
		return float64(right) / float64(len(triplets)), nil
	}
}

// Spearman returns a score for [Options]: the rank correlation of cosines and
// scores.
func Spearman(scored []Scored) func(context.Context, *bert.Model) (float64, error) {
	return func(ctx context.Context, m *bert.Model) (float64, error) {
		var texts []string
		for _, s := range scored {
			texts = append(texts, s.A, s.B)
		}
		e, err := unitVectors(ctx, m, texts)
		if err != nil {
			return 0, err
		}
		cosines, scores := make([]float64, len(scored)), make([]float64, len(scored))
		for i, s := range scored {
			cosines[i], scores[i] = kernel.Dot64(e.Row(2*i), e.Row(2*i+1)), s.Score
		}
		x, _ := rank.Mean(cosines)
		y, _ := rank.Mean(scores)
		return correlation(x, y), nil
	}
}

// NeighborAccuracy returns a score for [Options]: the share of texts whose
// nearest other text, by cosine, has the same label.
func NeighborAccuracy(examples []Labelled) func(context.Context, *bert.Model) (float64, error) {
	return func(ctx context.Context, m *bert.Model) (float64, error) {
		var texts []string
		for _, x := range examples {
			texts = append(texts, x.Text)
		}
		e, err := unitVectors(ctx, m, texts)
		if err != nil {
			return 0, err
		}
		right := 0
		for i := range examples {
			nearest, best := -1, math.Inf(-1)
			for j := range examples {
				if c := kernel.Dot64(e.Row(i), e.Row(j)); j != i && c > best {
					nearest, best = j, c
				}
			}
			if nearest >= 0 && examples[nearest].Label == examples[i].Label {
				right++
			}
		}
		return float64(right) / float64(len(examples)), nil
	}
}

// correlation returns Pearson's correlation, 0 if x or y does not vary.
func correlation(x, y []float64) float64 {
	var mx, my, xx, yy, xy float64
	for i := range x {
		mx += x[i] / float64(len(x))
		my += y[i] / float64(len(x))
	}
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}
