package profile

import (
	"context"
	"fmt"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/sentiment"
)

// Sentiment scores the sentiment of texts; see cohort.Sentiment.
type Sentiment interface {
	Feelings(ctx context.Context, texts []string, vectors mat.Matrix) ([]sentiment.Feeling, error)
}

// tally collects texts in blocks, scores their sentiment and sums it by
// segment.
type tally struct {
	dim     int
	texts   []string
	groups  []int
	users   []int
	times   []time.Time
	vectors []float32 // [len(texts), dim]
	sums    []moments // [k]
	byUser  *byUser
	extra   []float64 // [k] sum of the squares of the scorer's own standard errors
	classes []result.Feelings
}

const tallyBlock = 256

func newTally(k, dim, users int) *tally {
	return &tally{dim: dim, byUser: newByUser(users), sums: make([]moments, k), extra: make([]float64, k), classes: make([]result.Feelings, k)}
}

// add adds a text of group i with its vector v [dim], and reports whether there
// are enough texts to score.
func (t *tally) add(i int, x *reading.Item, v []float32) bool {
	t.texts = append(t.texts, x.Mended)
	t.groups = append(t.groups, i)
	t.users = append(t.users, x.User)
	t.times = append(t.times, x.Time)
	t.vectors = append(t.vectors, v...)
	return len(t.texts) == tallyBlock
}

// score scores the texts of the tally, and empties it.
func (p *profiler) score(ctx context.Context) error {
	t := p.tally
	if t == nil || len(t.texts) == 0 {
		return nil
	}
	n := len(t.texts)
	x := dense.Matrix{Rows: dense.Rows[float32]{Data: t.vectors, Len: n, Dim: t.dim, Stride: t.dim}}
	scores, err := p.c.Sentiment.Feelings(ctx, t.texts, x)
	if err != nil {
		return fmt.Errorf("scoring sentiment: %w", err)
	}
	if len(scores) != n {
		return fmt.Errorf("cohort: sentiment gave %d scores for %d texts", len(scores), n)
	}
	for j, s := range scores {
		if s.Unknown {
			continue
		}
		p.rows.score(j, s)
		i := t.groups[j]
		t.class(i, s)
		t.sums[i].add(s.Value)
		t.byUser.add(t.users[j], s.Value)
		t.extra[i] += s.StdErr * s.StdErr
		p.trend.addSentiment(i, t.times[j], s.Value)
	}
	t.texts, t.groups, t.users, t.times, t.vectors = t.texts[:0], t.groups[:0], t.users[:0], t.times[:0], t.vectors[:0]
	return p.rows.tell()
}

// class counts a text of group i by its class.
func (t *tally) class(i int, f sentiment.Feeling) {
	c := &t.classes[i]
	switch f.Class() {
	case sentiment.Negative:
		c.Negative++
	case sentiment.Neutral:
		c.Neutral++
	case sentiment.Positive:
		c.Positive++
	default:
		return
	}
	if f.Novelty > sentiment.NovelAbove {
		c.Novel++
	}
}

// feelings returns the counts of group i, or nil if no class is known.
func (t *tally) feelings(i int) *result.Feelings {
	if t.classes[i].Texts() == 0 {
		return nil
	}
	return &t.classes[i]
}

func (t *tally) estimate(i int) *result.Estimate {
	if t.sums[i].n == 0 {
		return nil
	}
	return within(t.sums[i].estimate(t.extra[i]/t.sums[i].n), -1, 1)
}
