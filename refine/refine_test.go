package refine

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// planted draws n users of k segments: vectors about the segments' directions,
// with noise, and words, most from the segment's own.
func planted(seed uint64, n, d, k int, noise float64) (*mat.Dense, []Bag, []int) {
	r := rand.New(rand.NewPCG(seed, 1))
	toward := mat.NewDense(k, d, nil)
	for c := range k {
		for j := range d {
			toward.Set(c, j, r.NormFloat64()/math.Sqrt(float64(d)))
		}
	}
	x, bags, truth := mat.NewDense(n, d, nil), make([]Bag, n), make([]int, n)
	for i := range n {
		c := r.IntN(k)
		truth[i] = c
		for j := range d {
			x.Set(i, j, toward.At(c, j)+noise*r.NormFloat64()/math.Sqrt(float64(d)))
		}
		have := map[int32]int32{}
		for range 6 {
			w := r.IntN(10 * k) // anyone's
			if r.IntN(3) > 0 {
				w = 10*c + r.IntN(10) // the segment's
			}
			have[int32(w)]++
		}
		for w, n := range have {
			bags[i] = append(bags[i], Term{w, n})
		}
		slices.SortFunc(bags[i], func(a, b Term) int { return int(a.Word - b.Word) })
	}
	return x, bags, truth
}

func started(tb testing.TB, x mat.Matrix, k int) []int {
	tb.Helper()
	p, err := cluster.KMeans{K: k, NInit: 3}.Cluster(tb.Context(), x)
	if err != nil {
		tb.Fatal(err)
	}
	return p.Assignments()
}

func ari(tb testing.TB, a, b []int) float64 {
	tb.Helper()
	v, err := eval.ARI(a, b)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// Planted segments that KMeans finds in part are found better after training, and
// better with words than by vectors alone.
func TestFitRecoversPlanted(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		x, bags, truth := planted(seed, 600, 24, 5, 1.3)
		start := started(t, x, 5)
		before := ari(t, truth, start)
		alone, err := Options{}.Fit(t.Context(), x, nil, start)
		if err != nil {
			t.Fatal(err)
		}
		both, err := Options{}.Fit(t.Context(), x, bags, start)
		if err != nil {
			t.Fatal(err)
		}
		a, b := ari(t, truth, alone.Labels), ari(t, truth, both.Labels)
		if b < before+0.03 || b < a+0.03 {
			t.Errorf("seed %d: KMeans %.3f, by vectors %.3f, with words %.3f", seed, before, a, b)
		}
		moved := 0
		for i, l := range both.Labels {
			if l != start[i] {
				moved++
			}
			row := both.Memberships.RawRowView(i)
			sum := 0.0
			for c, v := range row {
				sum += v
				if v > row[l] || v < 0 {
					t.Fatalf("user %d of %d: %v in %d", i, l, row, c)
				}
			}
			if math.Abs(sum-1) > 1e-9 {
				t.Fatalf("memberships sum to %v", sum)
			}
		}
		if moved != both.Moved || moved == 0 {
			t.Errorf("%d moved, said %d", moved, both.Moved)
		}
	}
}

// The same bits for any number of threads, whatever holds the vectors; progress
// reaches its end.
func TestFitIsReproducible(t *testing.T) {
	t.Parallel()
	x, bags, _ := planted(7, 300, 12, 4, 1)
	start := started(t, x, 4)
	want, err := Options{Threads: 1}.Fit(t.Context(), x, bags, start)
	if err != nil {
		t.Fatal(err)
	}
	for _, threads := range []int{2, 3, 8} {
		var steps []int
		got, err := Options{Threads: threads, Progress: func(done, total int) { steps = append(steps, done, total) }}.Fit(t.Context(), dense.Matrix{Rows: dense.Narrow(x)}, bags, start)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Labels, want.Labels) || !mat.Equal(got.Memberships, want.Memberships) {
			t.Errorf("%d threads: other bits", threads)
		}
		if total := steps[len(steps)-1]; len(steps) != 2*total || steps[len(steps)-2] != total || total < usualSteps {
			t.Errorf("progress %v", steps)
		}
	}
}

// Lengths do not count, not even those beyond float32's range.
func TestFitAtAnyLength(t *testing.T) {
	t.Parallel()
	x, bags, _ := planted(7, 60, 12, 3, 1)
	start := started(t, x, 3)
	want, err := Options{}.Fit(t.Context(), x, bags, start)
	if err != nil {
		t.Fatal(err)
	}
	for _, power := range []int{-900, -200, 200, 900} {
		y := mat.NewDense(60, 12, nil)
		y.Apply(func(_, _ int, v float64) float64 { return math.Ldexp(v, power) }, x)
		got, err := Options{}.Fit(t.Context(), y, bags, start)
		if err != nil {
			t.Errorf("2^%d: %v", power, err)
		} else if !slices.Equal(got.Labels, want.Labels) {
			t.Errorf("2^%d: other labels", power)
		}
	}
}

// Users without a segment take no part and stay as they are.
func TestFitLeavesOut(t *testing.T) {
	t.Parallel()
	x, bags, _ := planted(3, 200, 12, 3, 0.8)
	start := started(t, x, 3)
	var kept []int
	for i := range start {
		if i%7 == 0 {
			start[i] = -1 - i%2
		} else {
			kept = append(kept, i)
		}
	}
	got, err := Options{}.Fit(t.Context(), x, bags, start)
	if err != nil {
		t.Fatal(err)
	}
	part := mat.NewDense(len(kept), 12, nil)
	var some []Bag
	var from, labels []int
	for n, i := range kept {
		part.SetRow(n, x.RawRowView(i))
		some, from, labels = append(some, bags[i]), append(from, start[i]), append(labels, got.Labels[i])
	}
	alone, err := Options{}.Fit(t.Context(), part, some, from)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(alone.Labels, labels) {
		t.Error("users without a segment took part")
	}
	for i := range start {
		if i%7 == 0 && (got.Labels[i] != start[i] || mat.Sum(got.Memberships.RowView(i)) != 0) {
			t.Errorf("user %d got label %d", i, got.Labels[i])
		}
	}
}

func TestFitErrors(t *testing.T) {
	t.Parallel()
	x, bags, _ := planted(3, 40, 6, 2, 0.8)
	start := make([]int, 40)
	start[0] = 1
	changed := func(i, j int, v float64) *mat.Dense {
		m := mat.DenseCopyOf(x)
		m.Set(i, j, v)
		return m
	}
	zero := mat.DenseCopyOf(x)
	zero.SetRow(3, make([]float64, 6))
	wrong := slices.Clone(bags)
	wrong[2] = Bag{{5, 1}, {4, 1}}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx   context.Context //nolint:containedctx // of a case
		x     mat.Matrix
		bags  []Bag
		start []int
		want  error
	}{
		"nil matrix":          {t.Context(), nil, nil, nil, estimator.ErrEmpty},
		"other number":        {t.Context(), x, bags, start[1:], estimator.ErrShape},
		"bags":                {t.Context(), x, bags[1:], start, estimator.ErrShape},
		"one segment":         {t.Context(), x, bags, make([]int, 40), estimator.ErrTooFewPoints},
		"an empty segment":    {t.Context(), x, bags, slices.Replace(slices.Clone(start), 0, 1, 2), estimator.ErrTooFewPoints},
		"label beyond":        {t.Context(), x, bags, slices.Replace(slices.Clone(start), 0, 1, 40), estimator.ErrOption},
		"NaN":                 {t.Context(), changed(4, 2, math.NaN()), bags, start, estimator.ErrNotFinite},
		"infinite":            {t.Context(), changed(4, 2, math.Inf(1)), bags, start, estimator.ErrNotFinite},
		"zero":                {t.Context(), zero, bags, start, estimator.ErrZeroRow},
		"words out of order":  {t.Context(), x, wrong, start, estimator.ErrOption},
		"cancelled":           {cancelled, x, bags, start, context.Canceled},
		"nil context":         {nil, x, bags, start, estimator.ErrNilContext},
		"counted zero times":  {t.Context(), x, append([]Bag{{{1, 0}}}, bags[1:]...), start, estimator.ErrOption},
		"negative word":       {t.Context(), x, append([]Bag{{{-1, 1}}}, bags[1:]...), start, estimator.ErrOption},
		"word beyond a limit": {t.Context(), x, append([]Bag{{{math.MaxInt32, 1}}}, bags[1:]...), start, estimator.ErrOption},
	} {
		if r, err := (Options{}).Fit(c.ctx, c.x, c.bags, c.start); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	during, stop := context.WithCancel(t.Context())
	defer stop()
	at := 0
	_, err := Options{Progress: func(done, _ int) {
		if at = done; done == 2 {
			stop()
		}
	}}.Fit(during, x, bags, start)
	if !errors.Is(err, context.Canceled) || at != 2 {
		t.Errorf("cancelled at step %d: %v", at, err)
	}
}

// Not parallel: see testdir.HostileNumbers.
func TestHostileNumbers(t *testing.T) {
	x, bags, _ := planted(3, 40, 6, 2, 0.8)
	start := started(t, x, 2)
	testdir.HostileNumbers(t, Options{}, func(ctx context.Context, o Options) error {
		_, err := o.Fit(ctx, x, bags, start)
		return err
	}, estimator.ErrOption)
}

func BenchmarkFit(b *testing.B) {
	x, bags, _ := planted(3, 2000, 384, 20, 1.5)
	start := started(b, x, 20)
	for b.Loop() {
		if _, err := (Options{}).Fit(b.Context(), x, bags, start); err != nil {
			b.Fatal(err)
		}
	}
}
