package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// starts prints the adjusted Rand indices of KMeans with the true number of
// clusters over ten seeds, by the number of starts.
func starts(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | texts | k | starts | mean ARI | lowest | highest | seconds for each |\n|---|---|---|---|---|---|---|---|")
	for _, s := range sets {
		for _, n := range []int{1, 10} {
			var ari []float64
			var mean float64
			begin := time.Now()
			const seeds = 10
			for seed := range uint64(seeds) {
				p, err := cluster.KMeans{K: s.classes, NInit: n, Seed: seed}.Fit(ctx, dense.Matrix{Rows: s.users.Vectors})
				if err != nil {
					return err
				}
				a, err := eval.ARI(s.truth, p.Labels)
				if err != nil {
					return err
				}
				ari = append(ari, a)
				mean += a / seeds
			}
			fmt.Fprintf(w, "| %s | %d | %d | %d | %.3f | %.3f | %.3f | %.2f |\n", s.name, len(s.truth), s.classes, n, mean, slices.Min(ari), slices.Max(ari), time.Since(begin).Seconds()/seeds)
		}
	}
	return nil
}
