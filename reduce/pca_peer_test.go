package reduce

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestPCAOfAwkwardTables compares both solvers with scikit-learn's full
// singular value decomposition, signs included.
func TestPCAOfAwkwardTables(t *testing.T) {
	t.Parallel()
	var cases []struct {
		Name                             string
		Whiten                           bool
		X                                [][]float64
		Components, Transformed, Inverse [][]float64
		Variance, Ratio, Singular, Mean  []float64
		Noise                            float64
	}
	testdir.ReadJSON(t, "testdata/pca.json.gz", &cases)
	if len(cases) != 14 {
		t.Fatalf("%d cases, want 14", len(cases))
	}
	for _, c := range cases {
		x := fromRows(c.X)
		n, d := x.Dims()
		k := len(c.Components)
		for _, solver := range []Solver{Exact, Randomized} {
			t.Run(fmt.Sprintf("%s, whiten=%v, %v", c.Name, c.Whiten, solver), func(t *testing.T) {
				tol := 1e-9
				if c.Name == "offset" { // the points themselves have ten digits after the point
					tol = 1e-7
				}
				r := must(PCA{Components: k, Whiten: c.Whiten, Solver: solver, Seed: 2}.Fit(t.Context(), x))
				close := func(what string, got, want *mat.Dense, tol float64) {
					t.Helper()
					if diff, size := largest(got, want); !(diff <= tol*size) {
						t.Errorf("%s differ by %.2g of %.2g", what, diff, size)
					}
				}
				row := func(v []float64) *mat.Dense { return mat.NewDense(1, len(v), v) }
				close("components", r.Components, fromRows(c.Components), tol)
				close("variances", row(r.ExplainedVariance), row(c.Variance), tol)
				close("ratios", row(r.ExplainedVarianceRatio), row(c.Ratio), tol)
				close("singular values", row(r.SingularValues), row(c.Singular), tol)
				close("means", row(r.Mean), row(c.Mean), 1e-14)
				// What the components leave, per direction left, is the noise.
				left := r.ExplainedVariance[0] / r.ExplainedVarianceRatio[0]
				for _, v := range r.ExplainedVariance {
					left -= v
				}
				noise := left / float64(min(n, d)-k)
				if math.Abs(noise-c.Noise) > tol*r.ExplainedVariance[0] {
					t.Errorf("noise %v, want %v", noise, c.Noise)
				}
				z := must(r.Transform(t.Context(), x))
				rows := len(c.Transformed)
				close("coordinates", mat.DenseCopyOf(z.Slice(0, rows, 0, k)), fromRows(c.Transformed), tol)
				back := must(r.InverseTransform(t.Context(), z))
				close("points restored", mat.DenseCopyOf(back.Slice(0, rows, 0, d)), fromRows(c.Inverse), tol)
			})
		}
	}
}
