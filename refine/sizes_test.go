package refine

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

func TestSizesEven(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		size []float64
		auto bool
	}{
		{"four alike", []float64{100, 110, 90, 105}, true},
		{"four, the largest half as large again", []float64{100, 150, 95, 100}, false},
		{"a small one of ten", []float64{100, 100, 100, 100, 100, 100, 100, 100, 100, 20}, false},
		{"many that vary a little", []float64{80, 120, 80, 120, 80, 121, 80, 120, 80, 119, 90}, true},
		{"just below the limit", []float64{80.1, 119.9, 80.1, 119.9}, true},
		{"just above it", []float64{79.9, 120.1, 79.9, 120.1}, false},
		{"three may be alike by chance", []float64{100, 100, 100}, false},
	} {
		for s, want := range map[Sizes]bool{SizesAuto: c.auto, SizesKept: false, SizesEven: true} {
			if got := s.even(c.size); got != want {
				t.Errorf("%s: %v: %v", c.name, s, got)
			}
		}
	}
}

// Of segments of one size, users at the edge of a swollen one return to their own
// once sizes are drawn to one. SizesAuto does so where sizes are nearly equal, and
// is SizesKept where they are not.
func TestFitSizes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		least   int // every so many users of the first two segments take part
		swollen int // every so many of all are in the first at the start
		nearly  bool
	}{{"nearly equal", 1, 8, true}, {"unequal", 3, 100, false}} {
		x, bags, truth := some(planted(5, 1000, 16, 5, 1.8))(func(i, l int) bool { return l > 1 || i%c.least == 0 })
		start := slices.Clone(truth)
		for i := range start {
			if i%c.swollen == 0 {
				start[i] = 0
			}
		}
		fit := func(s Sizes) *Result {
			r, err := Options{Sizes: s}.Fit(t.Context(), x, bags, start)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		auto, kept, even := fit(SizesAuto), fit(SizesKept), fit(SizesEven)
		if was, is := unevenness(kept.Memberships), unevenness(even.Memberships); !(is < was/2) {
			t.Errorf("%s: sizes differ from their mean by %.3f, kept ones by %.3f", c.name, is, was)
		}
		if even.Kept == nil || kept.Kept != nil || !slices.Equal(even.Kept, kept.Labels) {
			t.Errorf("%s: labels before they were drawn to one size are not said", c.name)
		}
		want := kept
		if c.nearly {
			want = even
			if was, is := ari(t, truth, kept.Labels), ari(t, truth, even.Labels); !(is > was+0.01) {
				t.Errorf("%s: %.3f with one size, %.3f before", c.name, is, was)
			}
		}
		if (auto.Kept != nil) != (want.Kept != nil) || !slices.Equal(auto.Labels, want.Labels) || !mat.Equal(auto.Memberships, want.Memberships) {
			t.Errorf("%s: sizes were drawn to one: %v", c.name, auto.Kept != nil)
		}
	}
}

// some returns a function that keeps some of the users.
func some(x *mat.Dense, bags []Bag, truth []int) func(keep func(i, label int) bool) (*mat.Dense, []Bag, []int) {
	return func(keep func(i, label int) bool) (*mat.Dense, []Bag, []int) {
		_, d := x.Dims()
		var data []float64
		var left []Bag
		var of []int
		for i, l := range truth {
			if keep(i, l) {
				data, left, of = append(data, x.RawRowView(i)...), append(left, bags[i]), append(of, l)
			}
		}
		return mat.NewDense(len(of), d, data), left, of
	}
}

// unevenness returns the largest difference of a segment's size from the mean, as a
// part of it.
func unevenness(memberships *mat.Dense) float64 {
	n, k := memberships.Dims()
	most := 0.0
	for c := range k {
		most = max(most, math.Abs(mat.Sum(memberships.ColView(c))*float64(k)/float64(n)-1))
	}
	return most
}

// Vectors and neighbours weigh less once sizes are given, but not nothing.
func TestLevelWeighs(t *testing.T) {
	t.Parallel()
	x, bags, truth := planted(5, 200, 8, 4, 0.8)
	points := dense.Narrow(x)
	near, err := nearest(t.Context(), points, 15, 1)
	if err != nil {
		t.Fatal(err)
	}
	m, err := newModel(t.Context(), Options{Neighbors: 15, Threads: 1}, points, near, bags, 4)
	if err != nil {
		t.Fatal(err)
	}
	q := dense.New[float32](len(truth), 4)
	for i, l := range truth {
		q.Row(i)[l] = 1
	}
	if q, err = m.step(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	was := m.sharp
	var steps []int
	if _, err = m.level(t.Context(), q, 3, func(step int) { steps = append(steps, step) }); err != nil {
		t.Fatal(err)
	}
	if m.sharp != was/2 || m.listening != 1 || m.size[0] != 50 {
		t.Errorf("sharpness %g of %g, neighbours %g, sizes %v", m.sharp, was, m.listening, m.size)
	}
	if !slices.Equal(steps, []int{1, 2, 3}) {
		t.Errorf("progress %v", steps)
	}
}

func TestSizesProgress(t *testing.T) {
	t.Parallel()
	x, bags, truth := planted(5, 200, 8, 4, 0.8)
	for s, want := range map[Sizes]string{SizesKept: "[1/2 2/2]", SizesEven: "[1/2 2/2 3/5 4/5 5/5]"} {
		var got []string
		o := Options{Steps: 2, EvenSteps: 3, Sizes: s, Progress: func(done, total int) { got = append(got, fmt.Sprintf("%d/%d", done, total)) }}
		if _, err := o.Fit(t.Context(), x, bags, truth); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%v: %v, want %s", s, got, want)
		}
	}
}

func TestSizesRefused(t *testing.T) {
	t.Parallel()
	x, bags, truth := planted(5, 100, 8, 4, 0.8)
	for _, o := range []Options{{Sizes: -1}, {Sizes: 3}, {EvenSteps: -1}, {EvenSteps: mostSteps + 1}} {
		if r, err := o.Fit(t.Context(), x, bags, truth); !errors.Is(err, estimator.ErrOption) {
			t.Errorf("%+v: %v, %v", o, r, err)
		}
		if r, err := o.FitAnew(t.Context(), x, bags, bags, 4, 0.3); !errors.Is(err, estimator.ErrOption) {
			t.Errorf("%+v, anew: %v, %v", o, r, err)
		}
	}
}
