package refine

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
)

// named draws n users of k products, each of which they mostly name, beside words
// of no meaning. Their vectors are about one of themes that have nothing to do
// with it, and about the product.
func named(seed uint64, n, d, k, themes int) (*mat.Dense, []Bag, []int) {
	r := rand.New(rand.NewPCG(seed, 2))
	directions := func(k int) *mat.Dense {
		m := mat.NewDense(k, d, nil)
		for i := range m.RawMatrix().Data {
			m.RawMatrix().Data[i] = r.NormFloat64() / math.Sqrt(float64(d))
		}
		return m
	}
	theme, product := directions(themes), directions(k)
	x, bags, truth := mat.NewDense(n, d, nil), make([]Bag, n), make([]int, n)
	for i := range n {
		c, t := r.IntN(k), r.IntN(themes)
		truth[i] = c
		for j := range d {
			x.Set(i, j, 0.8*theme.At(t, j)+product.At(c, j)+r.NormFloat64()/math.Sqrt(float64(d)))
		}
		said := map[int32]bool{int32(k + r.IntN(300)): true, int32(k + r.IntN(300)): true}
		if r.IntN(10) > 0 {
			said[int32(c)] = true
		}
		for w := range said {
			bags[i] = append(bags[i], Term{w, 1})
		}
		slices.SortFunc(bags[i], func(a, b Term) int { return int(a.Word - b.Word) })
	}
	return x, bags, truth
}

// Words that name what texts are about find segments that vectors mix, and that
// training from k-means on vectors does not find.
func TestFitAnew(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		const k = 8
		x, bags, truth := named(seed, 800, 24, k, 4)
		from, err := Options{}.Fit(t.Context(), x, bags, started(t, x, k))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Options{}.FitAnew(t.Context(), x, bags, bags, k, 0.45)
		if err != nil {
			t.Fatal(err)
		}
		if was, is := ari(t, truth, from.Labels), ari(t, truth, r.Labels); is < 0.7 || is < was+0.2 {
			t.Errorf("seed %d: %.3f, from vectors %.3f", seed, is, was)
		}
	}
}

// One thread finds what many do.
func TestFitAnewThreads(t *testing.T) {
	t.Parallel()
	x, bags, _ := named(1, 300, 16, 4, 3)
	var want *Result
	for _, threads := range []int{1, 2, 5} {
		r, err := Options{Threads: threads}.FitAnew(t.Context(), x, bags, bags, 4, 0.3)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = r
		}
		if !slices.Equal(r.Labels, want.Labels) || !mat.Equal(r.Memberships, want.Memberships) {
			t.Errorf("%d threads find others than one", threads)
		}
	}
}

// Users without words, with the mean as their vector, or with the same vector do
// no harm.
func TestFitAnewPlainUsers(t *testing.T) {
	t.Parallel()
	x, bags, truth := named(1, 800, 24, 8, 4)
	for i := range 40 {
		bags[i] = nil
		x.SetRow(i, x.RawRowView(799))
	}
	r, err := Options{}.FitAnew(t.Context(), x, bags, bags, 8, 0.45)
	if err != nil {
		t.Fatal(err)
	}
	if v := ari(t, truth[40:], r.Labels[40:]); v < 0.7 {
		t.Errorf("index of the others %.3f", v)
	}
	if _, err = (Options{}).FitAnew(t.Context(), x, make([]Bag, 800), nil, 8, 0.45); err != nil {
		t.Errorf("nobody has words: %v", err)
	}
}

func TestFitAnewRefuses(t *testing.T) {
	t.Parallel()
	x, bags, _ := named(3, 50, 8, 2, 2)
	zero := mat.DenseCopyOf(x)
	zero.SetRow(7, make([]float64, 8))
	infinite := mat.DenseCopyOf(x)
	infinite.Set(7, 1, math.Inf(1))
	unordered := slices.Clone(bags)
	unordered[3] = Bag{{4, 1}, {2, 1}}
	for _, c := range []struct {
		name    string
		x       mat.Matrix
		content []Bag
		every   []Bag
		k       int
		weight  float64
		want    error
	}{
		{"no points", nil, bags, bags, 2, 0.3, estimator.ErrEmpty},
		{"words of others", x, bags[1:], bags, 2, 0.3, estimator.ErrShape},
		{"no words", x, nil, bags, 2, 0.3, estimator.ErrShape},
		{"every word of others", x, bags, bags[1:], 2, 0.3, estimator.ErrShape},
		{"one segment", x, bags, bags, 1, 0.3, estimator.ErrOption},
		{"more segments than users", x, bags, bags, 51, 0.3, estimator.ErrOption},
		{"no weight", x, bags, bags, 2, 0, estimator.ErrOption},
		{"too much weight", x, bags, bags, 2, 1.01, estimator.ErrOption},
		{"NaN", x, bags, bags, 2, math.NaN(), estimator.ErrOption},
		{"a zero row", zero, bags, bags, 2, 0.3, estimator.ErrZeroRow},
		{"an infinite row", infinite, bags, bags, 2, 0.3, estimator.ErrNotFinite},
		{"words out of order", x, unordered, bags, 2, 0.3, estimator.ErrOption},
	} {
		if _, err := (Options{}).FitAnew(t.Context(), c.x, c.content, c.every, c.k, c.weight); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Options{}).FitAnew(ctx, x, bags, bags, 2, 0.3); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that of the context", err)
	}
}

// What is extreme gives segments or an error of a kind that callers know.
func TestFitAnewExtremes(t *testing.T) {
	t.Parallel()
	x, bags, _ := named(5, 200, 8, 3, 2)
	scaled := func(by float64) mat.Matrix {
		m := mat.DenseCopyOf(x)
		m.Scale(by, m)
		return m
	}
	uneven := mat.DenseCopyOf(x)
	for i := range 200 {
		row := uneven.RawRowView(i)
		for j := range row {
			row[j] *= math.Pow(10, float64(i%7))
		}
	}
	alike := mat.NewDense(200, 8, nil)
	for i := range 200 {
		alike.SetRow(i, []float64{1, 2, 3, 4, 5, 6, 7, 8})
	}
	often := make([]Bag, 200)
	for i, b := range bags {
		for _, w := range b {
			often[i] = append(often[i], Term{w.Word, math.MaxInt32})
		}
	}
	want, err := Options{}.FitAnew(t.Context(), x, bags, bags, 3, 0.45)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		x    mat.Matrix
		bags []Bag
		k    int
		same bool // labels are those of x
		err  error
	}{
		{"large", scaled(1e30), bags, 3, true, nil},
		{"small", scaled(1e-30), bags, 3, true, nil},
		{"of many lengths", uneven, bags, 3, true, nil},
		{"words said often", x, often, 3, false, nil},
		{"the same vectors", alike, bags, 3, false, nil},
		{"the same vectors and no words", alike, make([]Bag, 200), 3, false, nil},
		{"one feature", x.Slice(0, 200, 0, 1), bags, 2, false, nil},
		{"three users", x.Slice(0, 3, 0, 8), bags[:3], 2, false, nil},
		{"two users", x.Slice(0, 2, 0, 8), bags[:2], 2, false, estimator.ErrTooFewPoints},
	} {
		got, err := Options{}.FitAnew(t.Context(), c.x, c.bags, c.bags, c.k, 0.45)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", c.name, err, c.err)
		}
		if err != nil {
			continue
		}
		if c.same && !slices.Equal(got.Labels, want.Labels) {
			t.Errorf("%s: other segments than of the same directions", c.name)
		}
		for _, v := range got.Memberships.RawMatrix().Data {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("%s: a membership of %g", c.name, v)
			}
		}
	}
}
