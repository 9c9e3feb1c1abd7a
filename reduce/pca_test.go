package reduce

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

type golden struct {
	X   [][]float64
	Y   []int
	PCA struct {
		Components  [][]float64
		Variance    []float64 `json:"explained_variance"`
		Ratio       []float64 `json:"explained_variance_ratio"`
		Mean        []float64
		Transformed [][]float64 `json:"transformed_first10"`
	}
}

func readGolden(tb testing.TB, name string) golden {
	tb.Helper()
	var g golden
	testdir.ReadJSON(tb, testdir.Shared(tb, "golden", "cluster", name+".json.gz"), &g)
	return g
}

func fromRows(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, r := range rows {
		m.SetRow(i, r)
	}
	return m
}

func narrow(x mat.Matrix) dense.Matrix { return dense.Matrix{Rows: dense.Narrow(x)} }

// largest returns the largest difference of a and b, and the largest entry of b.
func largest(a, b mat.Matrix) (difference, size float64) {
	var diff mat.Dense
	diff.Sub(a, b)
	return mat.Norm(&diff, math.Inf(1)), mat.Norm(b, math.Inf(1))
}

func maxAbs(m mat.Matrix) float64 {
	r, c := m.Dims()
	var top float64
	for i := range r {
		for j := range c {
			top = max(top, math.Abs(m.At(i, j)))
		}
	}
	return top
}

// TestPCAGolden compares with scikit-learn, signs included.
func TestPCAGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"iris", "moons", "wine", "review_embeddings"} {
		g := readGolden(t, name)
		wide := fromRows(g.X)
		for _, x := range []mat.Matrix{wide, narrow(wide)} {
			tol := 1e-9
			if _, single := x.(dense.Matrix); single && name != "review_embeddings" {
				tol = 1e-5 // the coordinates were rounded
			}
			r, err := PCA{Components: len(g.PCA.Components)}.Fit(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range g.PCA.Variance {
				if math.Abs(r.ExplainedVariance[i]-want) > tol*want {
					t.Errorf("%s variance %d: got %.17g, want %.17g", name, i, r.ExplainedVariance[i], want)
				}
				if math.Abs(r.ExplainedVarianceRatio[i]-g.PCA.Ratio[i]) > tol*g.PCA.Ratio[i] {
					t.Errorf("%s ratio %d: got %.17g, want %.17g", name, i, r.ExplainedVarianceRatio[i], g.PCA.Ratio[i])
				}
			}
			for j, want := range g.PCA.Mean {
				if math.Abs(r.Mean[j]-want) > tol*math.Abs(want)+1e-15 {
					t.Errorf("%s mean %d: got %.17g, want %.17g", name, j, r.Mean[j], want)
				}
			}
			if d, size := largest(r.Components, fromRows(g.PCA.Components)); d > tol*size {
				t.Errorf("%s components differ by %.2g", name, d)
			}
			z, err := r.Transform(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			want := fromRows(g.PCA.Transformed)
			rows, cols := want.Dims()
			if d, size := largest(z.Slice(0, rows, 0, cols), want); d > tol*size {
				t.Errorf("%s coordinates differ by %.2g of %.2g", name, d, size)
			}
		}
	}
}

// lowRank returns n points of d features that vary along k directions, with
// variances falling by half, plus noise.
func lowRank(n, d, k int, noise float64, seed uint64) *mat.Dense {
	r := rand.New(rand.NewPCG(seed, 2))
	basis := dense.New[float64](k, d)
	for i := range basis.Data {
		basis.Data[i] = r.NormFloat64()
	}
	orthonormal(basis)
	x := mat.NewDense(n, d, nil)
	for i := range n {
		row := x.RawRowView(i)
		for j := range row {
			row[j] = 3 + noise*r.NormFloat64()
		}
		for c := range k {
			w := 10 * math.Pow(0.7, float64(c)) * r.NormFloat64()
			for j, b := range basis.Row(c) {
				row[j] += w * b
			}
		}
	}
	return x
}

func TestPCASolversAgree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ n, d, k int }{{200, 30, 4}, {40, 90, 5}, {30, 1200, 5}, {1500, 64, 6}} {
		x := lowRank(c.n, c.d, c.k, 0.01, 5)
		exact, err := PCA{Components: c.k, Solver: Exact}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		random, err := PCA{Components: c.k, Solver: Randomized, Seed: 3}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range c.k {
			if a, b := exact.ExplainedVariance[i], random.ExplainedVariance[i]; math.Abs(a-b) > 1e-9*a {
				t.Errorf("%v variance %d: exact %v, randomized %v", c, i, a, b)
			}
			if a, b := exact.ExplainedVarianceRatio[i], random.ExplainedVarianceRatio[i]; math.Abs(a-b) > 1e-9 {
				t.Errorf("%v ratio %d: exact %v, randomized %v", c, i, a, b)
			}
		}
		if d, _ := largest(exact.Components, random.Components); d > 1e-6 {
			t.Errorf("%v components differ by %v", c, d)
		}
		for _, r := range []*PCAResult{exact, random} {
			var gram mat.Dense
			gram.Mul(r.Components, r.Components.T())
			for i := range c.k {
				gram.Set(i, i, gram.At(i, i)-1)
			}
			if d := maxAbs(&gram); d > 1e-10 {
				t.Errorf("%v: components are not orthonormal by %v", c, d)
			}
		}
	}
	// Real embeddings have no gap after the components wanted.
	g := readGolden(t, "review_embeddings")
	x := fromRows(g.X)
	random, err := PCA{Components: 5, Solver: Randomized, PowerIterations: 12}.Fit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range g.PCA.Variance {
		if got := random.ExplainedVariance[i]; math.Abs(got-want) > 1e-3*want {
			t.Errorf("embeddings, variance %d: %v, want %v", i, got, want)
		}
	}
}

func TestPCAInverseAndWhitening(t *testing.T) {
	t.Parallel()
	x := lowRank(300, 12, 12, 0.1, 8)
	for _, whiten := range []bool{false, true} {
		r, err := PCA{Whiten: whiten}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		z, err := r.Transform(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		back, err := r.InverseTransform(t.Context(), z)
		if err != nil {
			t.Fatal(err)
		}
		if d, _ := largest(back, x); d > 1e-9 {
			t.Errorf("whiten=%v: all components give points back that differ by %v", whiten, d)
		}
		n, k := z.Dims()
		for j := range k {
			var sum, squares float64
			for i := range n {
				sum += z.At(i, j)
				squares += z.At(i, j) * z.At(i, j)
			}
			want := r.ExplainedVariance[j]
			if whiten {
				want = 1
			}
			if math.Abs(sum) > 1e-7 || math.Abs(squares/float64(n-1)-want) > 1e-9*want {
				t.Errorf("whiten=%v column %d: sum %v, variance %v, want %v", whiten, j, sum, squares/float64(n-1), want)
			}
		}
	}
	// Two of three directions: what is lost is the variance of the third.
	flat := lowRank(500, 3, 3, 0, 9)
	all, err := PCA{}.Fit(t.Context(), flat)
	if err != nil {
		t.Fatal(err)
	}
	r, err := PCA{Components: 2}.Fit(t.Context(), flat)
	if err != nil {
		t.Fatal(err)
	}
	z, err := r.Transform(t.Context(), flat)
	if err != nil {
		t.Fatal(err)
	}
	back, err := r.InverseTransform(t.Context(), z)
	if err != nil {
		t.Fatal(err)
	}
	var lost mat.Dense
	lost.Sub(back, flat)
	if got, want := math.Pow(mat.Norm(&lost, 2), 2)/499, all.ExplainedVariance[2]; math.Abs(got-want) > 1e-9*want {
		t.Errorf("lost %v, want %v", got, want)
	}
}

func TestPCAAnyThreadCountSameBits(t *testing.T) {
	t.Parallel()
	x := narrow(lowRank(3000, 70, 8, 0.3, 4))
	for _, solver := range []Solver{Exact, Randomized} {
		var first *mat.Dense
		for _, threads := range []int{1, 2, 5} {
			r, err := PCA{Components: 4, Solver: solver, Threads: threads}.Fit(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			z, err := r.Transform(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = z
			} else if !mat.Equal(first, z) {
				t.Errorf("%v: %d threads give other bytes than one", solver, threads)
			}
		}
	}
}

func TestPCAErrors(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(5, 3, nil)
	var c *ComponentsError
	if _, err := (PCA{Components: 4}).Fit(t.Context(), x); !errors.As(err, &c) || c.Max != 3 || c.Want != 4 {
		t.Errorf("got %v", err)
	}
	if _, err := (PCA{Components: -1}).Fit(t.Context(), x); !errors.Is(err, ErrComponents) {
		t.Errorf("got %v", err)
	}
	if _, err := (PCA{Solver: 9}).Fit(t.Context(), x); !errors.Is(err, ErrOption) {
		t.Errorf("got %v", err)
	}
	r, err := PCA{Components: 2}.Fit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	var f *ShapeError
	if _, err := r.InverseTransform(t.Context(), x); !errors.As(err, &f) || f.Got != 3 || f.Want != 2 {
		t.Errorf("got %v", err)
	}
}

// TestPCAOfFewerPointsThanFeatures keeps every direction, the last of which has
// no variance, and compares with the eigenvalues of the covariance matrix.
func TestPCAOfFewerPointsThanFeatures(t *testing.T) {
	t.Parallel()
	for _, d := range []int{61, testdir.Sized(1100, 150)} {
		const n = 60
		x := lowRank(n, d, 20, 1e-4, 3)
		r, err := PCA{Solver: Exact}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		var gram mat.Dense
		gram.Mul(r.Components, r.Components.T())
		for i := range n {
			gram.Set(i, i, gram.At(i, i)-1)
		}
		if e := maxAbs(&gram); !(e < 1e-12) {
			t.Errorf("d = %d: components are not orthonormal by %v", d, e)
		}
		back := must(r.InverseTransform(t.Context(), must(r.Transform(t.Context(), x))))
		if e, _ := largest(back, x); !(e < 1e-9) {
			t.Errorf("d = %d: all components give points back that differ by %v", d, e)
		}
		p := must(view(t.Context(), "PCA", x, 0, 0))
		_, want, err := allEigenvectors(must(scatterMatrix(t.Context(), p, r.Mean, 0)), n)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range r.ExplainedVariance {
			if w := want[i] / (n - 1); math.Abs(v-w) > 1e-13*r.ExplainedVariance[0] {
				t.Errorf("d = %d, variance %d: %v, want %v", d, i, v, w)
			}
		}
	}
}
