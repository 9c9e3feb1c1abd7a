package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/reduce"
)

// numbers prints, of a ladder from 2 to 150, the number of clusters with the best
// silhouette in several spaces, beside the number of classes: of the vectors by
// cosine distance, of UMAP's five components, and of smoothed vectors.
func numbers(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | texts | classes | plain: k | ARI | UMAP: k | ARI | smoothed: k | ARI | plain, true k | seconds |\n|---|---|---|---|---|---|---|---|---|---|---|")
	for _, s := range sets {
		begin := time.Now()
		fmt.Fprintf(w, "| %s | %d | %d", s.name, len(s.truth), s.classes)
		x := dense.Matrix{Rows: s.users.Vectors}
		for _, by := range []reduce.Reducer{nil, reduce.UMAP{Components: 5, Metric: reduce.Cosine}, reduce.Smoothing{}} {
			y, metric := mat.Matrix(x), eval.Cosine
			if by != nil {
				p, err := by.Reduce(ctx, x)
				if err != nil {
					return err
				}
				if f, ok := p.(interface{ Fitted() *mat.Dense }); ok {
					y = f.Fitted()
				} else if y, err = p.Transform(ctx, x); err != nil {
					return err
				}
				metric = eval.Euclidean
			}
			k, ari, err := s.best(ctx, y, metric)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, " | %d | %.2f", k, ari)
		}
		_, truth, err := s.fit(ctx, x, eval.Cosine, s.classes)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, " | %.2f | %.1f |\n", truth, time.Since(begin).Seconds())
	}
	return nil
}

// best returns the number of clusters of y [n, d] with the best silhouette, and
// the adjusted Rand index there.
func (s *set) best(ctx context.Context, y mat.Matrix, metric eval.Metric) (k int, ari float64, err error) {
	most := -1.0
	for _, n := range cluster.Ladder(2, min(150, len(s.truth)/10)) {
		silhouette, a, err := s.fit(ctx, y, metric, n)
		if err != nil {
			return 0, 0, err
		}
		if silhouette > most {
			most, k, ari = silhouette, n, a
		}
	}
	return k, ari, nil
}

// fit returns the silhouette and the adjusted Rand index of k clusters.
func (s *set) fit(ctx context.Context, y mat.Matrix, metric eval.Metric, k int) (silhouette, ari float64, err error) {
	p, err := cluster.KMeans{K: k, NInit: 3}.Cluster(ctx, y)
	if err != nil {
		return 0, 0, err
	}
	of := p.Assignments()
	if silhouette, err = (eval.Scorer{Metric: metric, SampleSize: 2000}).Silhouette(ctx, y, of); err != nil {
		return 0, 0, err
	}
	ari, err = eval.ARI(s.truth, of)
	return silhouette, ari, err
}
