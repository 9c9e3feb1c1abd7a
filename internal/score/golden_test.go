package score

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

type golden struct {
	X      [][]float64
	Y      []int
	True   map[string]float64 `json:"true_label_scores"`
	KMeans []fit
	DBSCAN []fit
	HDB    []fit `json:"hdbscan"`
}

type fit struct {
	Labels []int
	Scores map[string]float64
}

func readGolden(tb testing.TB, name string) golden {
	tb.Helper()
	var g golden
	testdir.ReadJSON(tb, testdir.Shared(tb, "golden", "cluster", name+".json.gz"), &g)
	return g
}

func float64s(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, r := range rows {
		m.SetRow(i, r)
	}
	return m
}

func float32s(rows [][]float64) dense.Matrix {
	m := dense.New[float32](len(rows), len(rows[0]))
	for i, r := range rows {
		for j, v := range r {
			m.Row(i)[j] = float32(v)
		}
	}
	return dense.Matrix{Rows: m}
}

// TestGolden compares with scikit-learn on every labelling of every data set:
// float64 points to 1e-9 relative, float32 points to 1e-6 absolute (their
// coordinates are rounded to begin with).
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"iris", "moons", "wine", "review_embeddings"} {
		g := readGolden(t, name)
		fits := append(append(g.KMeans, g.DBSCAN...), g.HDB...)
		if g.Y != nil {
			fits = append(fits, fit{g.Y, g.True})
		}
		checked := 0
		for i, f := range fits {
			for key, want := range f.Scores {
				for _, x := range []mat.Matrix{float64s(g.X), float32s(g.X)} {
					var got float64
					var err error
					switch key {
					case "silhouette":
						got, err = Silhouette(t.Context(), x, f.Labels, estimator.Euclidean, 0)
					case "silhouette_cosine":
						got, err = Silhouette(t.Context(), x, f.Labels, estimator.Cosine, 0)
					case "calinski_harabasz":
						got, err = CalinskiHarabasz(t.Context(), x, f.Labels, 0)
					case "davies_bouldin":
						got, err = DaviesBouldin(t.Context(), x, f.Labels, 0)
					case "ari":
						got, err = AdjustedRand(g.Y, f.Labels)
					default:
						continue
					}
					if err != nil {
						t.Fatalf("%s fit %d %s: %v", name, i, key, err)
					}
					checked++
					tol := 1e-9 * math.Abs(want)
					if _, single := x.(dense.Matrix); single {
						tol = 1e-6 * max(1, math.Abs(want))
					}
					if d := math.Abs(got - want); d > tol {
						t.Errorf("%s fit %d %s %T: got %.17g, want %.17g (off by %.2g)", name, i, key, x, got, want, d)
					}
				}
			}
		}
		if checked < 20 {
			t.Errorf("%s: only %d values checked", name, checked)
		}
		t.Logf("%s: %d values", name, checked)
	}
}
