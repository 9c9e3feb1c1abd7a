package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/npy"
)

func (a *app) cluster() *cobra.Command {
	var f clusterFlags
	var in, out string
	var stats bool
	c := verb("cluster", "Cluster the rows of a NumPy file and print labels as JSON", func(ctx context.Context) error {
		if err := need([2]string{"in", in}, [2]string{"out", out}); err != nil {
			return err
		}
		if err := f.fitting(); err != nil {
			return err
		}
		m, err := f.clusterer()
		if err != nil {
			return err
		}
		watch := newStopwatch()
		x, err := npy.ReadMatrix(in)
		if err != nil {
			return err
		}
		bar := a.bar()
		defer bar.done()
		watch.stage("cluster")
		p, err := a.reporting(m, bar).Cluster(ctx, x)
		if errors.Is(err, cluster.ErrOption) { // such as a metric that the estimator does not support
			return usagef("%s: %v", in, err)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", in, err)
		}
		bar.done()
		watch.stage("write")
		if err := a.writeJSON(out, clusterOutput(p)); err != nil || !stats {
			return err
		}
		took := watch.seconds()
		n, d := x.Dims()
		return a.stats(map[string]any{
			"points": n, "features": d, "n_clusters": p.NumClusters(), "seconds": took["cluster"], "load_s": took["load"], "write_s": took["write"],
		})
	})
	c.Example = "  cohort cluster --in vectors.npy --algorithm kmeans --k 5 --out labels.json"
	s := c.Flags()
	s.StringVar(&in, "in", "", "NumPy `file` [points, features]")
	s.StringVar(&out, "out", "-", "write to this JSON `file`; - is standard output")
	f.add(s, "kmeans", 8)
	s.IntVar(&f.threads, "threads", 0, "number of threads (0 means all cores); results do not depend on it")
	s.BoolVar(&stats, "stats", false, "print counts and times to standard error as one line of JSON")
	return c
}

// reporting returns m with a progress bar, if it reports progress.
func (a *app) reporting(m cluster.Clusterer, b *bar) cluster.Clusterer {
	progress := func(done, total int) { b.show("cluster", done, total) }
	switch c := m.(type) {
	case cluster.KMeans:
		c.Progress = progress
		return c
	case cluster.MiniBatchKMeans:
		c.Progress = progress
		return c
	case cluster.BisectingKMeans:
		c.Progress = progress
		return c
	}
	return m
}

// clusterOutput returns the estimator's results under scikit-learn's names.
func clusterOutput(p cluster.Partition) map[string]any {
	out := map[string]any{"labels": p.Assignments(), "n_clusters": p.NumClusters()}
	switch r := p.(type) {
	case *cluster.KMeansResult:
		out["centers"], out["inertia"], out["n_iter"] = matrixRows(r.Centers), r.Inertia, r.NIter
	case *cluster.HDBSCANResult:
		out["probabilities"] = r.Probabilities
	case *cluster.DBSCANResult:
		out["core_sample_indices"] = orEmpty(r.CoreSampleIndices)
	}
	return out
}

func orEmpty(x []int) []int {
	if x == nil {
		return []int{}
	}
	return x
}

func matrixRows(x *mat.Dense) [][]float64 {
	n, _ := x.Dims()
	out := make([][]float64, n)
	for i := range out {
		out[i] = x.RawRowView(i)
	}
	return out
}
