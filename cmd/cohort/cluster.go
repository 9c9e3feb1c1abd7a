package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/npy"
)

func (a *app) cluster() *cobra.Command {
	var f clusterFlags
	var in, out string
	c := verb("cluster", "Cluster the rows of a NumPy file: labels as JSON", func(ctx context.Context) error {
		if err := need([2]string{"in", in}, [2]string{"out", out}); err != nil {
			return err
		}
		m, err := f.clusterer()
		if err != nil {
			return err
		}
		x, err := npy.ReadMatrix(in)
		if err != nil {
			return err
		}
		p, err := m.Cluster(ctx, x)
		if err != nil {
			return fmt.Errorf("%s: %w", in, err)
		}
		return a.writeJSON(out, clusterOutput(p))
	})
	c.Example = "  cohort cluster --in vectors.npy --algorithm kmeans --k 5 --out labels.json"
	s := c.Flags()
	s.StringVar(&in, "in", "", "NumPy file [points, features]")
	s.StringVar(&out, "out", "-", "JSON file to write; - is standard output")
	f.add(s, "kmeans", 8)
	return c
}

// clusterOutput is what the estimator found under scikit-learn's names.
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
