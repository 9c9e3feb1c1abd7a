package reduce

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// projectionCases is what scikit-learn's random projections do to one table,
// over many seeds (testdata/projection.py).
type projectionCases struct {
	Points, Features, Components, Seeds int
	At                                  []float64 // levels of the quantiles
	Projections                         []struct {
		Density                                 float64
		Variance, Fourth, Filled, Size          float64
		Quantiles, Errors                       []float64 // of distances after over before, and their standard errors
		Squared, SquaredError                   float64   // the mean of their squares
		VarianceError, FourthError, FilledError float64
	}
	Dims []struct {
		Points  int
		Epsilon float64
		Want    int
	}
}

// TestRandomProjectionAgainstScikitLearn: the numbers drawn differ, so that what
// is compared is how they are distributed, and what they do to distances, over
// as many seeds, within five standard errors of the difference.
func TestRandomProjectionAgainstScikitLearn(t *testing.T) {
	t.Parallel()
	var cases projectionCases
	testdir.ReadJSON(t, "testdata/projection.json.gz", &cases)
	if len(cases.Projections) != 4 || len(cases.Dims) != 42 {
		t.Fatalf("%d projections and %d dimensions, want 4 and 42", len(cases.Projections), len(cases.Dims))
	}
	for _, c := range cases.Dims {
		if got := JohnsonLindenstrauss(c.Points, c.Epsilon); got != c.Want {
			t.Errorf("%d points, epsilon %v: %d features, want %d", c.Points, c.Epsilon, got, c.Want)
		}
	}
	x := mat.NewDense(cases.Points, cases.Features, nil)
	for i := range cases.Points {
		for j := range cases.Features {
			v := math.Sin(0.7 * float64(i) * float64(j+1))
			if (i*37+j*11)%17 == 0 {
				v += 2
			}
			x.Set(i, j, v)
		}
	}
	for _, c := range cases.Projections {
		t.Run(fmt.Sprintf("density %.3g", c.Density), func(t *testing.T) {
			var variance, fourth, filled, squared spread
			quantiles := make([]spread, len(cases.At))
			var all []float64
			for seed := range cases.Seeds {
				r := must(RandomProjection{Components: cases.Components, Density: c.Density, Seed: uint64(seed)}.Fit(t.Context(), x))
				entries := r.Components.RawMatrix().Data
				var s2, s4, n float64
				for _, v := range entries {
					s2, s4 = s2+v*v, s4+v*v*v*v
					if v == 0 {
						continue
					}
					n++
					if c.Density < 1 && math.Abs(math.Abs(v)-c.Size) > 1e-14 {
						t.Fatalf("an entry of %v, want ±%v or 0", v, c.Size)
					}
				}
				variance.add(s2 / float64(len(entries)))
				fourth.add(s4 / float64(len(entries)))
				filled.add(n / float64(len(entries)))
				z := must(r.Transform(t.Context(), x))
				ratio := make([]float64, 0, cases.Points*(cases.Points-1)/2)
				mean := 0.0
				for i := range cases.Points {
					for j := range i {
						f := distance(z, i, j) / distance(x, i, j)
						ratio = append(ratio, f)
						mean += f * f
					}
				}
				squared.add(mean / float64(len(ratio)))
				all = append(all, ratio...)
				slices.Sort(ratio)
				for q, at := range cases.At {
					quantiles[q].add(quantile(ratio, at))
				}
			}
			near := func(what string, got, want, ours, theirs float64) {
				t.Helper()
				if math.Abs(got-want) > 5*math.Hypot(ours, theirs)+1e-12 {
					t.Errorf("%s %v, want %v ± %.2g", what, got, want, math.Hypot(ours, theirs))
				}
			}
			near("variance of entries", variance.mean(), c.Variance, variance.error(), c.VarianceError)
			near("fourth moment of entries", fourth.mean(), c.Fourth, fourth.error(), c.FourthError)
			near("share of entries that are not 0", filled.mean(), c.Filled, filled.error(), c.FilledError)
			near("mean squared change of distances", squared.mean(), c.Squared, squared.error(), c.SquaredError)
			slices.Sort(all)
			for q, at := range cases.At {
				near(fmt.Sprintf("quantile %v of changes of distances", at), quantile(all, at), c.Quantiles[q], quantiles[q].error(), c.Errors[q])
			}
		})
	}
}

// spread sums up numbers for their mean and its standard error.
type spread struct{ n, sum, squares float64 }

func (s *spread) add(v float64) { s.n, s.sum, s.squares = s.n+1, s.sum+v, s.squares+v*v }

func (s *spread) mean() float64 { return s.sum / s.n }

func (s *spread) error() float64 {
	m := s.mean()
	return math.Sqrt(max(0, s.squares/s.n-m*m) / s.n)
}

// quantile returns the value of sorted at a level, between two of them in
// proportion.
func quantile(sorted []float64, level float64) float64 {
	at := level * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-2)
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
