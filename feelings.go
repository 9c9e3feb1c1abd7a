package cohort

import (
	"context"
	"fmt"
	"time"
)

// feelings gathers texts into blocks, has them scored and sums up by segment.
type feelings struct {
	dim     int
	texts   []string
	groups  []int
	users   []int
	times   []time.Time
	vectors []float32 // [len(texts), dim]
	sums    []moments // [k]
	byUser  *byUser
	extra   []float64 // [k] sum of the squares of the scorer's own standard errors
}

const (
	feelingBlock = 256
	unhappyBelow = -0.1 // on the scale of Feeling.Value
)

func newFeelings(k, dim, users int) *feelings {
	return &feelings{dim: dim, byUser: newByUser(users), sums: make([]moments, k), extra: make([]float64, k)}
}

func (f *feelings) add(ctx context.Context, e *evidence, i, u int, at time.Time, s string, v []float32) error {
	f.texts = append(f.texts, s)
	f.groups = append(f.groups, i)
	f.users = append(f.users, u)
	f.times = append(f.times, at)
	f.vectors = append(f.vectors, v...)
	if len(f.texts) == feelingBlock {
		return f.flush(ctx, e)
	}
	return nil
}

func (f *feelings) flush(ctx context.Context, e *evidence) error {
	if len(f.texts) == 0 {
		return nil
	}
	scores, err := e.o.Sentiment.Feelings(ctx, f.texts, rows(f.vectors, len(f.texts), f.dim))
	if err != nil {
		return fmt.Errorf("scoring sentiment: %w", err)
	}
	if len(scores) != len(f.texts) {
		return fmt.Errorf("cohort: sentiment gave %d scores for %d texts", len(scores), len(f.texts))
	}
	for n, s := range scores {
		f.sums[f.groups[n]].add(s.Value)
		f.byUser.add(f.users[n], s.Value)
		f.extra[f.groups[n]] += s.StdErr * s.StdErr
		e.countUnhappy(f.groups[n], f.users[n], f.texts[n], s.Value < unhappyBelow)
		e.trend.feel(f.groups[n], f.times[n], s.Value)
	}
	f.texts, f.groups, f.users, f.times, f.vectors = f.texts[:0], f.groups[:0], f.users[:0], f.times[:0], f.vectors[:0]
	return nil
}

func (f *feelings) estimate(i int) *Estimate {
	if f.sums[i].n == 0 {
		return nil
	}
	return f.sums[i].estimate(f.extra[i] / f.sums[i].n)
}
