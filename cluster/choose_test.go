package cluster

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

func TestChooseFindsK(t *testing.T) {
	t.Parallel()
	for _, metric := range []Metric{Euclidean, Cosine} {
		x, group := apart(500, 6, 4)
		c, err := Choose(t.Context(), x, ChooseOptions{Metric: metric, Seed: 2, Sample: 300})
		if err != nil {
			t.Fatal(err)
		}
		best := c.Recommended()
		if best.K != 4 || partitionDiff(best.Partition.Assignments(), group) > 0 {
			t.Errorf("%v: recommended %s: %s", metric, best.Name(), c.Reason)
		}
		if !strings.HasPrefix(c.Reason, "k = 4 has the best mean rank") || c.Candidates[c.Knee].K != 4 {
			t.Errorf("%v: knee at %s, reason %q", metric, c.Candidates[c.Knee].Name(), c.Reason)
		}
		if len(c.Candidates) != 9 || best.Stability != 1 || !(best.Gap > 0) || !(best.Silhouette > 0.8) {
			t.Errorf("%v: %d candidates, the best %+v", metric, len(c.Candidates), *best)
		}
		for i := 1; i < len(c.Candidates); i++ {
			if c.Candidates[i].Inertia >= c.Candidates[i-1].Inertia {
				t.Errorf("%v: the inertia does not fall at %s", metric, c.Candidates[i].Name())
			}
		}
		again, err := Choose(t.Context(), x, ChooseOptions{Metric: metric, Seed: 2, Sample: 300, Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		if again.Reason != c.Reason || !reflect.DeepEqual(again.Candidates[2], c.Candidates[2]) {
			t.Errorf("%v: another result with one thread", metric)
		}
	}
}

func TestChooseFindsEps(t *testing.T) {
	if testing.Short() {
		t.Skip("another choice by what other tests run")
	}
	t.Parallel()
	x, group := apart(600, 6, 4)
	for _, sample := range []int{0, 250} { // all points, and fewer than Eps is for
		c, err := Choose(t.Context(), x, ChooseOptions{Density: true, Sample: sample})
		if err != nil {
			t.Fatal(err)
		}
		best := c.Recommended()
		if best.Clusters != 4 || best.NoiseShare > 0.1 || !(best.Stability > 0.8) {
			t.Errorf("sample %d: %d clusters, %.0f%% noise, stability %v: %s", sample, best.Clusters, 100*best.NoiseShare, best.Stability, c.Reason)
		}
		for i, l := range best.Partition.Assignments() {
			for j, m := range best.Partition.Assignments()[:i] {
				if l >= 0 && m >= 0 && (l == m) != (group[i] == group[j]) {
					t.Fatalf("points %d and %d", i, j)
				}
			}
		}
	}
}

// TestChooseOnRealGround: the three kinds of iris and of wine are found in
// features of one scale. (Without that the silhouette rightly sees two groups
// of iris, one of them of two kinds that touch.)
func TestChooseOnRealGround(t *testing.T) {
	if testing.Short() {
		t.Skip("another choice by what other tests run")
	}
	t.Parallel()
	for _, name := range []string{"iris", "wine"} {
		x := readGolden(t, "testdata/"+name+".json.gz").X
		n, d := x.Dims()
		scaled := mat.NewDense(n, d, nil)
		for j := range d {
			mean, sd := stat.PopMeanStdDev(mat.Col(nil, j, x), nil)
			for i := range n {
				scaled.Set(i, j, (x.At(i, j)-mean)/sd)
			}
		}
		for seed := range uint64(3) {
			c, err := Choose(t.Context(), scaled, ChooseOptions{Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			if c.Recommended().K != 3 || strings.Contains(c.Reason, noClusters) {
				t.Errorf("%s, seed %d: %s", name, seed, c.Reason)
			}
		}
	}
}

// noClusters is what a reason says of points without structure.
const noClusters = "there may be no clusters"

// TestChooseOnEmptyGround: points without structure are said to have none, also
// where features go together so that two halves are easy to find again.
func TestChooseOnEmptyGround(t *testing.T) {
	if testing.Short() {
		t.Skip("another choice by what other tests run")
	}
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	flat, long := mat.NewDense(400, 8, nil), mat.NewDense(400, 8, nil)
	for i := range 400 {
		along := 6 * r.NormFloat64()
		for j := range 8 {
			flat.Set(i, j, r.Float64())
			long.Set(i, j, along+r.NormFloat64())
		}
	}
	for _, c := range []struct {
		name string
		x    *mat.Dense
		o    ChooseOptions
	}{
		{"uniform", flat, ChooseOptions{Seed: 1}}, {"uniform, by density", flat, ChooseOptions{Seed: 1, Density: true}}, {"one long cloud", long, ChooseOptions{Seed: 1}},
	} {
		choice, err := Choose(t.Context(), c.x, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(choice.Reason, noClusters) {
			t.Errorf("%s: %s", c.name, choice.Reason)
		}
	}
}

// TestInFrame: distances stay, axes are not correlated, with more points than
// features and with fewer, far from the origin and at any scale.
// TestChooseGapOfDirections checks that points of unit length have the same gaps
// under both metrics: the points that they are compared with fill a box, and
// scaling them to unit length would compare a ball with a sphere.
func TestChooseGapOfDirections(t *testing.T) {
	t.Parallel()
	x, _ := apart(300, 6, 4)
	for i := range 300 {
		row := x.RawRowView(i)
		norm := 0.0
		for _, v := range row {
			norm += v * v
		}
		for j := range row {
			row[j] /= math.Sqrt(norm)
		}
	}
	var gaps [2][]float64
	for m, metric := range []Metric{Euclidean, Cosine} {
		c, err := Choose(t.Context(), x, ChooseOptions{Metric: metric, K: []int{2, 3, 4, 5}, Bootstraps: -1})
		if err != nil {
			t.Fatal(err)
		}
		gaps[m] = append(gaps[m], c.OneGap)
		for _, c := range c.Candidates {
			gaps[m] = append(gaps[m], c.Gap)
		}
	}
	for i, want := range gaps[0] {
		if got := gaps[1][i]; !(math.Abs(got-want) < 1e-6) {
			t.Errorf("gap %d is %v under the cosine metric, %v under the Euclidean one", i, got, want)
		}
	}
}

func TestInFrame(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	for _, shape := range [][2]int{{50, 4}, {4, 50}} {
		for _, scale := range []float64{1, 1e-200, 1e200} {
			x := mat.NewDense(shape[0], shape[1], nil)
			x.Apply(func(i, j int, _ float64) float64 { return scale * (7 + r.NormFloat64()*float64(1+i%3)) }, x)
			y := inFrame(x)
			n, d := y.Dims()
			if n != shape[0] || d != min(shape[0], shape[1]) {
				t.Fatalf("%v: %d rows of %d axes", shape, n, d)
			}
			between := func(m *mat.Dense, a, b int) float64 {
				var s float64
				for j, v := range m.RawRowView(a) {
					s = math.Hypot(s, (v-m.At(b, j))/scale)
				}
				return s
			}
			for a := range n {
				if want, got := between(x, a, 0), between(y, a, 0); math.Abs(got-want) > 1e-9*(1+want) {
					t.Errorf("%v, scale %v: row %d is %v from the first, want %v", shape, scale, a, got, want)
				}
			}
			for i := range d {
				for j := range i {
					var s float64
					for a := range n {
						s += y.At(a, i) / scale * (y.At(a, j) / scale)
					}
					if math.Abs(s) > 1e-9*float64(n*shape[1]) {
						t.Errorf("%v, scale %v: axes %d and %d have the product %v", shape, scale, i, j, s)
					}
				}
			}
		}
	}
}

func TestChooseErrors(t *testing.T) {
	t.Parallel()
	x, _ := apart(30, 3, 2)
	for _, c := range []struct {
		name string
		x    mat.Matrix
		o    ChooseOptions
		want error
	}{
		{"two points", x.Slice(0, 2, 0, 3), ChooseOptions{}, ErrTooFewPoints},
		{"K = 1", x, ChooseOptions{K: []int{1, 2}}, ErrOption},
		{"K > n", x, ChooseOptions{K: []int{31}}, ErrTooFewPoints},
		{"Eps < 0", x, ChooseOptions{Eps: []float64{-1}}, ErrOption},
		{"Eps NaN", x, ChooseOptions{Eps: []float64{math.NaN()}}, ErrOption},
		{"nothing found", x, ChooseOptions{Eps: []float64{1e9}}, ErrTooFewPoints},
		{"sample", x, ChooseOptions{Sample: 2}, ErrOption},
	} {
		if r, err := Choose(t.Context(), c.x, c.o); !errors.Is(err, c.want) || r != nil {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	// A sample smaller than K has no stability and no gap, and is no error.
	r, err := Choose(t.Context(), x, ChooseOptions{K: []int{2, 20}, Sample: 10})
	if err != nil || !math.IsNaN(r.Candidates[1].Stability) || !math.IsNaN(r.Candidates[1].Gap) {
		t.Errorf("sample of 10 for K = 20: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Choose(ctx, x, ChooseOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestKDistances: a point is a core exactly if its value is at most Eps.
func TestKDistances(t *testing.T) {
	t.Parallel()
	x, _ := apart(200, 5, 3)
	curve, err := KDistances(t.Context(), x, 4, Euclidean, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []int{0, 50, 150, 199} {
		r, err := DBSCAN{Eps: curve[q] * (1 + 1e-12), MinSamples: 4}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(r.CoreSampleIndices); got < q+1 || (q < 199 && curve[q+1] > curve[q]*(1+1e-9) && got > q+1) {
			t.Errorf("eps %v, position %d: %d cores", curve[q], q, got)
		}
	}
	if _, err := KDistances(t.Context(), x, 201, Euclidean, 0); !errors.Is(err, ErrTooFewPoints) {
		t.Errorf("k > n: %v", err)
	}
}

func TestKnee(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		y    []float64
		want int
	}{{nil, 0}, {[]float64{1, 2}, 0}, {[]float64{1, 2, 3, 4}, 0}, {[]float64{10, 2, 1, 0}, 1}, {[]float64{0, 0, 0, 9}, 2}, {[]float64{0, 8, 9, 10}, 1}} {
		if got := Knee(c.y); got != c.want {
			t.Errorf("Knee(%v) = %d, want %d", c.y, got, c.want)
		}
	}
}
