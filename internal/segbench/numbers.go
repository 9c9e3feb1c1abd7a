package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// numbers prints the number of clusters with the best silhouette by cosine
// distance, of a ladder from 2 to 150, beside the number of classes.
func numbers(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | texts | classes | best silhouette at k | ARI there | at the number of classes | seconds |\n|---|---|---|---|---|---|---|")
	for _, s := range sets {
		begin := time.Now()
		x := dense.Matrix{Rows: s.users.Vectors}
		fit := func(k int) (silhouette, ari float64, err error) {
			p, err := cluster.KMeans{K: k, NInit: 3}.Cluster(ctx, x)
			if err != nil {
				return 0, 0, err
			}
			of := p.Assignments()
			if silhouette, err = (eval.Scorer{Metric: eval.Cosine}).Silhouette(ctx, x, of); err != nil {
				return 0, 0, err
			}
			ari, err = eval.ARI(s.truth, of)
			return silhouette, ari, err
		}
		best, at, there := -1.0, 0, 0.0
		for _, k := range cluster.Ladder(2, min(150, len(s.truth)/10)) {
			silhouette, ari, err := fit(k)
			if err != nil {
				return err
			}
			if silhouette > best {
				best, at, there = silhouette, k, ari
			}
		}
		took := time.Since(begin)
		_, truth, err := fit(s.classes)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s | %d | %d | %d | %.2f | %.2f | %.1f |\n", s.name, len(s.truth), s.classes, at, there, truth, took.Seconds())
	}
	return nil
}
