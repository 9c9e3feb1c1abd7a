package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pipeline"
	"github.com/seed-56ee9438/cohort/reduce"
)

// pipelines prints what pipeline.Auto chooses, beside reductions with the true
// number of clusters, and its time in units of that of UMAP and KMeans.
func pipelines(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | texts | seed | classes | k | ARI | with the true k: smoothed | plain | UMAP | seconds | of UMAP |\n|---|---|---|---|---|---|---|---|---|---|---|")
	for _, full := range sets {
		for seed := uint64(*firstSeed); seed < uint64(*firstSeed+*seeds); seed++ {
			s := full.draw(seed)
			begin := time.Now()
			c, err := pipeline.Auto{Seed: seed}.Choose(ctx, dense.Matrix{Rows: s.users.Vectors})
			if err != nil {
				return err
			}
			ari, err := s.ari(ctx, c.Reduce, c.Clusterer)
			if err != nil {
				return err
			}
			took := time.Since(begin)
			k := cluster.Wanted(c.Clusterer)
			fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %.3f", s.name, len(s.truth), seed, s.classes, k, ari)
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
			fmt.Fprintf(w, " | %.1f | %.1f |\n", took.Seconds(), last.Seconds())
		}
	}
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
