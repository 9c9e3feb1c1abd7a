package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// chooser is one way to use Choose, for the tests that all have to pass.
type chooser struct {
	name    string
	options ChooseOptions
	cosine  bool // rows of zeros are refused
}

// choosers lists both kinds of sweep with every metric that they take; in short mode
// without the last, which takes the ways of the one before.
func choosers() []chooser {
	var list []chooser
	for _, m := range []Metric{Euclidean, Cosine, Manhattan, Chebyshev}[:sized(4, 3)] {
		if m <= Cosine {
			list = append(list, chooser{"K/" + m.String(), ChooseOptions{K: []int{2, 3, 4, 5}, Metric: m, Seed: 7, References: 2, Bootstraps: 2}, m == Cosine})
		}
		list = append(list, chooser{"Density/" + m.String(), ChooseOptions{Density: true, Metric: m, Seed: 7, Bootstraps: 2}, m == Cosine})
	}
	return list
}

func eachChooser(t *testing.T, f func(t *testing.T, c chooser)) {
	for _, c := range choosers() {
		t.Run(c.name, func(t *testing.T) { f(t, c) })
	}
}

// everythingOf is all that a choice says, to the last bit.
func everythingOf(c *Choice) []byte {
	out := fmt.Appendf(nil, "%d %d %b %b %q", c.Best, c.Knee, c.OneGap, c.OneGapError, c.Reason)
	for i := range c.Candidates {
		d := &c.Candidates[i]
		out = fmt.Appendf(out, "\n%d %b %d %b %b %b %b %b %b %b %b %b ", d.K, d.Eps, d.Clusters, d.NoiseShare, d.Inertia, d.Silhouette,
			d.CalinskiHarabasz, d.DaviesBouldin, d.Gap, d.GapError, d.Stability, d.MeanRank)
		out = append(out, everything(d.Partition)...)
	}
	return out
}

// TestChooseConformSameBytes: the same seed gives the same bytes, for any number
// of threads, whatever holds the rows.
func TestChooseConformSameBytes(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 9))
	wide := blobs(rng, sized(400, 200), 9, 4, 0.8)
	single := toSingle(wide)
	eachChooser(t, func(t *testing.T, c chooser) {
		for _, sample := range []int{0, sized(150, 90)} {
			for name, x := range map[string]mat.Matrix{"float64": wide, "float32": single} {
				if testing.Short() && (name == "float32") != (sample == 0) {
					t.Logf("short: without %s, sample %d", name, sample)
					continue
				}
				var first []byte
				for _, threads := range threadCounts() {
					c.options.Threads, c.options.Sample = threads, sample
					choice, err := Choose(t.Context(), x, c.options)
					if err != nil {
						t.Fatal(err)
					}
					if all := everythingOf(choice); first == nil {
						first = all
					} else if !bytes.Equal(all, first) {
						t.Errorf("%s, sample %d: %d threads give another result", name, sample, threads)
					}
				}
			}
		}
	})
}

// TestChooseConformPermutation: the order of the rows does not matter to what
// is recommended, nor does each row twice to the number of clusters.
func TestChooseConformPermutation(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 9))
	n := sized(240, 100)
	x, group := apart(n, 7, 4)
	eachChooser(t, func(t *testing.T, c chooser) {
		choice, err := Choose(t.Context(), x, c.options)
		if err != nil {
			t.Fatal(err)
		}
		best := choice.Recommended()
		if best.Clusters != 4 {
			t.Errorf("4 groups: %s", choice.Reason)
		}
		for range sized(3, 1) {
			order := rng.Perm(n)
			y, twice := mat.NewDense(n, 7, nil), mat.NewDense(2*n, 7, nil)
			for i, o := range order {
				y.SetRow(i, x.RawRowView(o))
				twice.SetRow(2*i, x.RawRowView(o))
				twice.SetRow(2*i+1, x.RawRowView(o))
			}
			other, err := Choose(t.Context(), y, c.options)
			if err != nil {
				t.Fatal(err)
			}
			again := other.Recommended()
			if again.K != best.K || math.Abs(again.Eps-best.Eps) > 1e-12*best.Eps {
				t.Errorf("in another order %s, not %s", again.Name(), best.Name())
			}
			labels := make([]int, n)
			for i, o := range order {
				labels[o] = again.Partition.Assignments()[i]
			}
			for i, l := range labels {
				if mine := best.Partition.Assignments()[i]; (l == Noise) != (mine == Noise) {
					t.Fatalf("point %d of group %d is noise in one order only", i, group[i])
				}
			}
			if diff := partitionDiff(best.Partition.Assignments(), labels); diff > 0 {
				t.Errorf("in another order %d points change sides", diff)
			}
			if testing.Short() {
				t.Log("short: without each point twice")
				return
			}
			if other, err = Choose(t.Context(), twice, c.options); err != nil {
				t.Fatal(err)
			}
			if got := other.Recommended().Clusters; got != 4 {
				t.Errorf("each point twice: %d clusters: %s", got, other.Reason)
			}
		}
	})
}

// TestChooseConformBadInput: what no sweep can judge is a typed error and no
// choice.
func TestChooseConformBadInput(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 9))
	good := blobs(rng, 40, 4, 3, 0.5)
	with := func(row int, values ...float64) *mat.Dense { return withRow(good, row, values...) }
	same := mat.NewDense(30, 3, nil)
	for i := range 30 {
		same.SetRow(i, []float64{0.1, 0.2, 0.7})
	}
	eachChooser(t, func(t *testing.T, c chooser) {
		for _, in := range []struct {
			name string
			x    mat.Matrix
			want error
		}{
			{"nil", nil, ErrEmpty},
			{"empty", &mat.Dense{}, ErrEmpty},
			{"NaN", with(9, 0, math.NaN()), ErrNotFinite},
			{"Inf", with(39, math.Inf(1)), ErrNotFinite},
			{"float32 -Inf", toSingle(with(0, 0, 0, 0, math.Inf(-1))), ErrNotFinite},
			{"zeros", with(5, 0, 0, 0, 0), ErrZeroRow},
			{"one point", good.Slice(0, 1, 0, 4), ErrTooFewPoints},
			{"fewer points than K or MinSamples", good.Slice(0, 4, 0, 4), ErrTooFewPoints},
		} {
			want := in.want
			if errors.Is(want, ErrZeroRow) && !c.cosine {
				want = nil
			}
			if choice, err := Choose(t.Context(), in.x, c.options); !errors.Is(err, want) || (choice == nil) == (err == nil) {
				t.Errorf("%s: %v, want %v", in.name, err, want)
			}
		}
		// One point 30 times: a sweep over K says so, one over Eps finds one cluster.
		choice, err := Choose(t.Context(), same, c.options)
		if c.options.Density {
			if !errors.Is(err, ErrTooFewPoints) || choice != nil {
				t.Errorf("one point 30 times: %v, want ErrTooFewPoints", err)
			}
		} else if err == nil && choice.Recommended().Clusters > 5 || err != nil && !errors.Is(err, ErrTooFewPoints) {
			t.Errorf("one point 30 times: %v", err)
		}
	})
}

// TestChooseConformCancelled: a cancelled context stops before and during the
// work, with its cause.
func TestChooseConformCancelled(t *testing.T) {
	t.Parallel()
	x := blobs(rand.New(rand.NewPCG(4, 9)), 300, 5, 3, 0.5)
	boom := errors.New("boom")
	eachChooser(t, func(t *testing.T, c chooser) {
		for _, asked := range []int64{0, 1, 3, 10, 40} {
			ctx, cancel := context.WithCancelCause(t.Context())
			midway := &tripping{Context: ctx, trip: func() { cancel(boom) }}
			if midway.left.Store(asked); asked == 0 {
				cancel(boom)
			}
			if choice, err := Choose(midway, x, c.options); !errors.Is(err, boom) || choice != nil {
				t.Errorf("cancelled when asked %d times: %v, want the cause", asked, err)
			}
			cancel(nil)
		}
	})
}
