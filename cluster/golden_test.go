package cluster

import (
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// golden is what scikit-learn found for one data set.
type golden struct {
	Name   string
	X      *mat.Dense
	Y      []int
	KMeans []struct {
		K       int
		MaxIter int `json:"max_iter"`
		Tol     float64
		Weights []float64 `json:"sample_weight"`
		NIter   int       `json:"n_iter"`
		Inertia float64
		Labels  []int
		Centers [][]float64
	}
	DBSCAN []struct {
		Metric     string
		Eps        float64
		MinSamples int `json:"min_samples"`
		Labels     []int
		Core       []int
	}
	HDBSCAN []struct {
		MinClusterSize int `json:"min_cluster_size"`
		Method         string
		Labels         []int
		Probabilities  []float64
		Scores         map[string]float64
	}
	Agglomerative []struct {
		Linkage string
		K       int
		Labels  []int
	}
}

func (g golden) cols() int { _, c := g.X.Dims(); return c }

// single returns the points as float32 rows.
func (g golden) single() dense.Matrix { return toSingle(g.X) }

func toSingle(x mat.Matrix) dense.Matrix { return dense.Matrix{Rows: dense.Narrow(x)} }

func denseOf(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, r := range rows {
		m.SetRow(i, r)
	}
	return m
}

// eachGolden runs f on every reference output: the small ones that are part of
// the package, and the large one where it lies beside the checkout.
func eachGolden(t *testing.T, f func(t *testing.T, g golden)) {
	for _, name := range []string{"iris", "wine", "moons"} {
		t.Run(name, func(t *testing.T) { f(t, readGolden(t, filepath.Join("testdata", name+".json.gz"))) })
	}
	t.Run("review_embeddings", func(t *testing.T) {
		if testing.Short() && !testdir.Emulated() {
			t.Skip("the largest by far, of interest where numbers may come out otherwise")
		}
		f(t, reviews(t))
	})
}

func reviews(t testing.TB) golden {
	return readGolden(t, testdir.Shared(t, "golden", "cluster", "review_embeddings.json.gz"))
}

func readGolden(t testing.TB, path string) golden {
	t.Helper()
	var raw struct {
		golden
		X [][]float64
	}
	testdir.ReadJSON(t, path, &raw)
	raw.golden.X = denseOf(raw.X)
	return raw.golden
}
