package main

import (
	"context"
	"fmt"
	"io"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/reduce"
)

// defaults prints what HDBSCAN and DBSCAN with a radius of Choose find by their
// defaults, and HDBSCAN with clusters of at least 5 points, in a sample of each
// set, after UMAP: clusters, share of points left out, and adjusted Rand index,
// with those left out as a class of their own.
func defaults(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | texts | classes | HDBSCAN, at least 5 | at least | by default | DBSCAN samples | chosen |\n|---|---|---|---|---|---|---|---|")
	for _, full := range sets {
		s := full.draw(uint64(*firstSeed))
		n := len(s.truth)
		p, err := reduce.UMAP{Components: 5, Metric: reduce.Cosine, Seed: uint64(*firstSeed)}.Fit(ctx, dense.Matrix{Rows: s.users.Vectors})
		if err != nil {
			return err
		}
		fixed, err := s.cell(ctx, cluster.HDBSCAN{MinClusterSize: 5}, p.Embedding)
		if err != nil {
			return err
		}
		grown, err := s.cell(ctx, cluster.HDBSCAN{}, p.Embedding)
		if err != nil {
			return err
		}
		o := cluster.ChooseOptions{Density: true}
		c, err := cluster.Choose(ctx, p.Embedding, o)
		if err != nil {
			return err
		}
		radius := o.Estimator(c.Recommended())
		chosen, err := s.cell(ctx, radius, p.Embedding)
		if err != nil {
			return err
		}
		samples := 0
		if d, ok := radius.(cluster.DBSCAN); ok {
			samples = d.MinSamples
		}
		fmt.Fprintf(w, "| %s | %d | %d | %s | %d | %s | %d | %s |\n", s.name, n, s.classes, fixed, cluster.HDBSCAN{}.For(n).MinClusterSize, grown, samples, chosen)
	}
	return nil
}

// cell returns the clusters that c finds in x, the share of points in none, and
// the adjusted Rand index.
func (s *set) cell(ctx context.Context, c cluster.Clusterer, x mat.Matrix) (string, error) {
	p, err := c.Cluster(ctx, x)
	if err != nil {
		return "", err
	}
	of, left := p.Assignments(), 0
	for _, l := range of {
		if l < 0 {
			left++
		}
	}
	ari, err := eval.ARI(s.truth, of)
	return fmt.Sprintf("%d; %.0f %%; %.2f", p.NumClusters(), 100*float64(left)/float64(len(of)), ari), err
}
