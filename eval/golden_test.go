package eval

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestGolden compares every score of every labelling of the shared goldens,
// to 1e-9 relative.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"iris", "moons", "wine", "review_embeddings"} {
		type fit struct {
			Labels []int
			Scores map[string]float64
		}
		var g struct {
			X                       [][]float64
			Y                       []int
			KMeans, DBSCAN, HDBSCAN []fit
			Agglomerative           []fit
			True                    map[string]float64 `json:"true_label_scores"`
		}
		testdir.ReadJSON(t, testdir.Shared(t, "golden", "cluster", name+".json.gz"), &g)
		x := mat.NewDense(len(g.X), len(g.X[0]), nil)
		for i, row := range g.X {
			x.SetRow(i, row)
		}
		fits := append(append(append(g.KMeans, g.DBSCAN...), g.HDBSCAN...), g.Agglomerative...)
		if g.Y != nil {
			fits = append(fits, fit{g.Y, g.True})
		}
		checked := 0
		for i, f := range fits {
			if len(f.Scores) == 0 {
				continue
			}
			r, err := Scorer{}.Report(t.Context(), x, f.Labels, g.Y)
			if err != nil {
				t.Fatal(err)
			}
			c, err := Silhouette(x, f.Labels, Cosine)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]float64{"silhouette": r.Silhouette, "silhouette_cosine": c, "calinski_harabasz": r.CalinskiHarabasz, "davies_bouldin": r.DaviesBouldin}
			if a := r.Agreement; a != nil {
				for k, v := range map[string]float64{"ari": a.ARI, "rand": a.Rand, "nmi": a.NMI, "ami": a.AMI, "mi": a.MI, "homogeneity": a.Homogeneity,
					"completeness": a.Completeness, "v_measure": a.VMeasure, "fmi": a.FowlkesMallows} {
					got[k] = v
				}
			}
			for key, want := range f.Scores {
				v, ok := got[key]
				if !ok {
					t.Errorf("%s: nothing for golden score %q", name, key)
				}
				if math.Abs(v-want) > 1e-9*math.Abs(want) {
					t.Errorf("%s labelling %d %s: got %.17g, want %.17g", name, i, key, v, want)
				}
				checked++
			}
		}
		t.Logf("%s: %d scores", name, checked)
	}
}
