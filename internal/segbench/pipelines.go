package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pipeline"
	"github.com/seed-56ee9438/cohort/internal/quality"
	"github.com/seed-56ee9438/cohort/reduce"
)

// pipelines prints what pipeline.Auto chooses and finds, with its words as a view
// of their own and refined, beside reductions with the true number of clusters,
// and the seconds of both.
func pipelines(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | texts | seed | classes | k | ARI | before refinement | with the true k: smoothed | plain | UMAP | seconds | to judge refinement | of UMAP |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, full := range sets {
		for seed := uint64(*firstSeed); seed < uint64(*firstSeed+*seeds); seed++ {
			s := full.draw(seed)
			if err := s.pipelines(ctx, w, seed); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *set) pipelines(ctx context.Context, w io.Writer, seed uint64) error {
	begin := time.Now()
	c := group.Config{Clusterer: pipeline.Auto{Seed: seed}, Words: s.words(), Every: s.every(), Seed: seed}
	g, err := group.Find(ctx, s.users, c)
	if err != nil {
		return err
	}
	took := time.Since(begin)
	begin = time.Now()
	c.Clusterer, c.Reduce = g.Clusterer, g.Reduce
	r, _, how, err := quality.Refine(ctx, s.users, g, c, seed, nil)
	if err != nil {
		return err
	}
	judged := time.Since(begin)
	fmt.Fprintf(w, "| %s | %d | %d | %d | %d", s.name, len(s.truth), seed, s.classes, cluster.Wanted(g.Clusterer))
	for _, of := range [][]int{r.Of, g.Of} {
		a, err := eval.ARI(s.truth, of)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, " | %.3f", a)
	}
	if !how.Refined {
		fmt.Fprint(w, " (kept)")
	}
	if *alone {
		fmt.Fprintf(w, " | | | | %.1f | %.1f | |\n", took.Seconds(), judged.Seconds())
		return nil
	}
	var last time.Duration
	for _, by := range []reduce.Reducer{reduce.Smoothing{}, nil, reduce.UMAP{Components: 5, Metric: reduce.Cosine, Seed: seed}} {
		begin := time.Now()
		a, err := s.ari(ctx, by, cluster.KMeans{K: s.classes, NInit: 10, Seed: seed})
		if err != nil {
			return err
		}
		last = time.Since(begin)
		fmt.Fprintf(w, " | %.3f", a)
	}
	fmt.Fprintf(w, " | %.1f | %.1f | %.1f |\n", took.Seconds(), judged.Seconds(), last.Seconds())
	return nil
}

// ari returns the adjusted Rand index of a pipeline.
func (s *set) ari(ctx context.Context, by reduce.Reducer, c cluster.Clusterer) (float64, error) {
	g, err := group.Find(ctx, s.users, group.Config{Reduce: by, Clusterer: c})
	if err != nil {
		return 0, err
	}
	return eval.ARI(s.truth, g.Of)
}
