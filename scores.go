package cohort

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// score scores the segments on the users' vectors, unassigned users left out.
func score(ctx context.Context, g *gathered, gr *groups, o *Options) (Scores, error) {
	var kept []int
	agree := 0
	for r, i := range gr.of {
		if i < 0 {
			continue
		}
		kept = append(kept, r)
		if gr.locate(gr.placed.Row(r)).nearest == i {
			agree++
		}
	}
	s := Scores{NoiseShare: float64(g.vectors.Len-len(kept)) / float64(g.vectors.Len)}
	if len(kept) == 0 {
		return s, nil
	}
	s.CentreAgreement = float64(agree) / float64(len(kept))
	x := take(g.vectors, kept)
	l := make([]int, len(kept))
	for n, r := range kept {
		l[n] = gr.of[r]
	}
	scorer := eval.Scorer{Threads: o.Threads}
	var err error
	if s.CalinskiHarabasz, err = scorer.CalinskiHarabasz(ctx, x, l); err != nil {
		if errors.Is(err, eval.ErrLabelCount) { // one segment, or as many as users
			return s, nil
		}
		return s, fmt.Errorf("scoring: %w", err)
	}
	if s.DaviesBouldin, err = scorer.DaviesBouldin(ctx, x, l); err != nil {
		return s, fmt.Errorf("scoring: %w", err)
	}
	if s.Silhouette, err = scorer.Silhouette(ctx, x, l); err != nil {
		return s, fmt.Errorf("scoring: %w", err)
	}
	s.Defined = true
	return s, ctx.Err()
}

// take returns some rows of x; x itself where it is all of them.
func take(x dense.Rows[float32], rows []int) dense.Matrix {
	if len(rows) == x.Len {
		return dense.Matrix{Rows: x}
	}
	out := dense.New[float32](len(rows), x.Dim)
	for n, r := range rows {
		copy(out.Row(n), x.Row(r))
	}
	return dense.Matrix{Rows: out}
}

func verdict(s *Segmentation) Verdict {
	sc := &s.Scores
	unstable := sc.Resampled != nil && sc.Resampled.Mean < 0.5
	switch {
	case len(s.Segments) < 2 || !sc.Defined:
		return VerdictNone
	case sc.Silhouette >= 0.1 && unstable:
		return VerdictWeak
	case sc.Silhouette >= 0.5:
		return VerdictClear
	case sc.Silhouette >= 0.25:
		return VerdictFair
	case sc.Silhouette >= 0.1:
		return VerdictWeak
	}
	return VerdictOverlapping
}

// mostResampled bounds the users of one resample, so that stability costs no
// more than a few clusterings of that many.
const (
	mostResampled     = 5000
	mostResampledUMAP = 1500 // which is fitted anew in each
)

// measureStability draws users anew, clusters them, or with PoolMixture their
// texts, again and sees which segments come back.
func measureStability(ctx context.Context, s *Segmentation, g *gathered, gr *groups, o *Options) error {
	// Edits are made by hand: users drawn anew say nothing of them.
	if o.Bootstrap < 0 || len(gr.list) < 2 || reshaped(o.Edits) || g.vectors.Len < 4*len(gr.list) {
		return nil
	}
	pick := make([]int, 0, g.vectors.Len)
	most := mostResampled
	if gr.space.anew() {
		most = mostResampledUMAP
	}
	if o.Pooling == PoolMixture {
		most = max(4*len(gr.list), int(float64(most)*float64(g.vectors.Len)/float64(len(g.owner))))
	}
	step := max(1, float64(g.vectors.Len)/float64(most))
	for x := 0.0; int(x) < g.vectors.Len; x += step {
		pick = append(pick, int(x))
	}
	of := make([]int, len(pick))
	for n, r := range pick {
		of[n] = gr.of[r]
	}
	var texts dense.Rows[float32]
	if o.Pooling == PoolMixture {
		var err error
		if texts, err = g.store.all(); err != nil {
			return err
		}
	}
	round := 0
	res, err := eval.Stability{Rounds: o.Bootstrap, Seed: o.Seed}.MeasureSamples(ctx, of, func(ctx context.Context, drawn []int, seed uint64) ([]int, error) {
		o.progress("stability", round, o.Bootstrap)
		round++
		rows := make([]int, len(drawn))
		for i, n := range drawn {
			rows[i] = pick[n]
		}
		if o.Pooling == PoolMixture {
			return g.voteAgain(ctx, texts, rows, o)
		}
		_, y, err := findSpace(ctx, take(g.vectors, rows).Rows, o)
		if err != nil {
			return nil, err
		}
		return labels(ctx, y, o)
	})
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("stability: %w", err)
	}
	o.progress("stability", o.Bootstrap, o.Bootstrap)
	ari := slices.Sorted(slices.Values(res.ARI))
	at := func(q float64) float64 { return ari[int(math.Round(q*float64(len(ari)-1)))] }
	s.Scores.Resampled = &Estimate{Mean: res.Mean, Low: at(0.05), High: at(0.95), N: len(ari)}
	for n, l := range res.Labels {
		s.Segments[l].Stability = &Stability{Jaccard: res.Jaccard[n], Runs: len(ari), Stable: res.Jaccard[n] >= stableFrom}
	}
	return nil
}

// stableFrom is the Jaccard similarity from which a segment is called stable
// (Hennig 2007).
const stableFrom = 0.75

// reshaped tells whether edits do more than give names.
func reshaped(edits []Edit) bool {
	return slices.ContainsFunc(edits, func(e Edit) bool { return e.Op != "rename" })
}
