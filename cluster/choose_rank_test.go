package cluster

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestRanksShareTies: equal values share the mean of the ranks they take up, and
// what is undefined comes last.
func TestRanksShareTies(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, c := range []struct{ value, want []float64 }{
		{[]float64{3, 1, 3, nan, 2}, []float64{1.5, 4, 1.5, 5, 3}},
		{[]float64{nan, 7, nan, nan}, []float64{3, 1, 3, 3}},
		{[]float64{5, 5, 5}, []float64{2, 2, 2}},
	} {
		if got := ranks(c.value); !slices.Equal(got, c.want) {
			t.Errorf("ranks of %v are %v, want %v", c.value, got, c.want)
		}
	}
}

// TestNoiseWeighsAgainst: half of the points in fine clusters and the others
// noise is no better than all of them in clusters nearly as fine.
func TestNoiseWeighsAgainst(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	c := &Choice{Knee: -1, OneGap: nan, OneGapError: nan, Candidates: []Candidate{
		{Eps: 1, Clusters: 3, NoiseShare: 0.5, Silhouette: 0.6, DaviesBouldin: 0.5, Gap: nan, Stability: nan},
		{Eps: 2, Clusters: 2, NoiseShare: 0, Silhouette: 0.5, DaviesBouldin: 0.6, Gap: nan, Stability: nan},
	}}
	if err := recommend(c, true, 0); err != nil {
		t.Fatal(err)
	}
	if a, b := c.Candidates[0].MeanRank, c.Candidates[1].MeanRank; a != 2 || b != 1 {
		t.Errorf("mean ranks %v with half of the points noise and %v without any, want 2 and 1", a, b)
	}
}

func TestLadder(t *testing.T) {
	t.Parallel()
	if k := Ladder(2, 10); !slices.Equal(k, []int{2, 3, 4, 5, 6, 7, 8, 9, 10}) {
		t.Errorf("got %v", k)
	}
	k := Ladder(2, 150)
	if k[0] != 2 || k[len(k)-1] != 150 || !slices.IsSorted(k) || len(k) > 90 || !slices.Contains(k, 20) {
		t.Errorf("got %v", k)
	}
	for i := 1; i < len(k); i++ {
		if k[i] == k[i-1] || k[i] > 20 && float64(k[i]) > 1.06*float64(k[i-1])+1 {
			t.Errorf("%d after %d", k[i], k[i-1])
		}
	}
	if k := Ladder(5, 5); !slices.Equal(k, []int{5}) {
		t.Errorf("got %v", k)
	}
	if k := Ladder(2, 1<<58); len(k) > 1500 {
		t.Errorf("%d numbers", len(k))
	}
}

// TestReasonTellsTheEdge: of 12 groups and at most 8 clusters to try, the most is
// the best, and the reason says that there may be more.
func TestReasonTellsTheEdge(t *testing.T) {
	if testing.Short() {
		t.Skip("another choice by what other tests run")
	}
	t.Parallel()
	x, _ := apart(600, 6, 12)
	choice, err := Choose(t.Context(), x, ChooseOptions{K: []int{10, 11, 12}})
	if err != nil {
		t.Fatal(err)
	}
	if at := choice.Recommended().K; (at == 12) != strings.Contains(choice.Reason, "largest number tried") || at != 12 {
		t.Errorf("k = %d: %s", at, choice.Reason)
	}
	if choice, err = Choose(t.Context(), x, ChooseOptions{K: []int{11, 12, 13, 14}}); err != nil {
		t.Fatal(err)
	}
	if choice.Recommended().K == 12 && strings.Contains(choice.Reason, "largest number tried") {
		t.Errorf("%s", choice.Reason)
	}
}

// TestHDBSCANDefaultGrows: among many points the least size of a cluster grows with
// their number, and what is given stays.
func TestHDBSCANDefaultGrows(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{10: 5, 599: 5, 600: 6, 1000: 10, 2499: 24, 2500: 25, 10_000: 50, 40_000: 100} {
		if m := (HDBSCAN{}).For(n); m.MinClusterSize != want || m.MinSamples != want {
			t.Errorf("%d points: %d, %d samples, want %d", n, m.MinClusterSize, m.MinSamples, want)
		}
	}
	if m := (HDBSCAN{}).For(3); m.MinSamples != 3 {
		t.Errorf("3 points: %d samples", m.MinSamples)
	}
	if m := (HDBSCAN{MinClusterSize: 7}).For(8000); m.MinClusterSize != 7 || m.MinSamples != 7 {
		t.Errorf("got %+v", m)
	}
	if m := (HDBSCAN{MinSamples: 3}).For(10_000); m.MinClusterSize != 50 || m.MinSamples != 3 {
		t.Errorf("got %+v", m)
	}
}

// TestChooseSamplesGrow: the samples of DBSCAN grow with the number of points, and
// the estimator of a candidate has those that it was tried with.
func TestChooseSamplesGrow(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 5, 3: 3, 400: 5, 1600: 10, 10_000: 25} {
		if o := (ChooseOptions{}).withDefaults(n); o.MinSamples != want {
			t.Errorf("%d points: %d samples, want %d", n, o.MinSamples, want)
		}
	}
	if o := (ChooseOptions{MinSamples: 4}).withDefaults(10_000); o.MinSamples != 4 {
		t.Errorf("given 4, %d", o.MinSamples)
	}
	if testing.Short() {
		t.Log("short: without a choice among 1,600 points")
		return
	}
	x, _ := apart(1600, 3, 2)
	o := ChooseOptions{Density: true, Bootstraps: -1}
	c, err := Choose(t.Context(), x, o)
	if err != nil {
		t.Fatal(err)
	}
	best := c.Recommended()
	by, ok := o.Estimator(best).(DBSCAN)
	if !ok || by.MinSamples != 10 {
		t.Fatalf("%+v", by)
	}
	again, err := by.Fit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.Labels, best.Partition.Assignments()) {
		t.Error("the estimator finds others")
	}
}

// TestBestRadius: a long range of even clusters, else what is compact near the
// knee, without an island if there is anything else, else any range.
func TestBestRadius(t *testing.T) {
	t.Parallel()
	eps := []float64{0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 1.8, 2}
	even, giant := []int{0, 0, 1, 1}, []int{0, 0, 0, 1}
	for _, c := range []struct {
		name        string
		clusters    []int
		silhouettes []float64
		of          []int // labels of candidates with two clusters
		bend        float64
		want        float64
	}{
		{"long and even", []int{9, 9, 8, 7, 2, 2, 2, 2, 2}, []float64{.1, .2, .9, .1, .1, .1, .1, .1, .1}, even, 1, 1.6},
		{"long with a giant", []int{9, 9, 8, 7, 2, 2, 2, 2, 2}, []float64{.1, .2, .5, .9, .1, .1, .1, .1, .1}, giant, 1, 1.1},
		{"short and even", []int{9, 9, 8, 7, 6, 5, 4, 2, 2}, []float64{.1, .9, .5, .1, .1, .1, .1, .1, .1}, even, 1, 0.9},
		{"an island near the knee", []int{9, 9, 8, 2, 2, 5, 4, 3, 2}, []float64{.1, .2, .3, .9, .9, .1, .1, .1, .1}, giant, 1, 1},
		{"only islands near the knee", []int{2, 2, 2, 2, 2, 1, 1, 1, 1}, []float64{.1, .2, .3, .9, .4, .1, .1, .1, .1}, giant, 1, 1.1},
		{"nothing near the knee", []int{9, 9, 8, 7, 2, 2, 2, 2, 1}, []float64{.1, .2, .5, .9, .1, .1, .1, .1, .1}, giant, 9, 1.4},
	} {
		cs := make([]Candidate, len(eps))
		for i := range cs {
			of := c.of
			if c.clusters[i] != 2 { // of one point each, but for the first
				of = []int{0}
				for l := range c.clusters[i] {
					of = append(of, l)
				}
			}
			cs[i] = Candidate{Eps: eps[i], Clusters: c.clusters[i], Silhouette: c.silhouettes[i], Partition: &DBSCANResult{Labels: of, Clusters: c.clusters[i]}}
		}
		if at, why := bestRadius(cs, c.bend); cs[at].Eps != c.want || why == "" {
			t.Errorf("%s: %v, want %v: %s", c.name, cs[at].Eps, c.want, why)
		}
	}
}

// TestMostReproducible: near the knee, what covers many points, says much, and is
// found in both halves.
func TestMostReproducible(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	labels := func(sizes ...int) *DBSCANResult {
		r := &DBSCANResult{Clusters: len(sizes)}
		for l, size := range sizes {
			r.Labels = append(r.Labels, slices.Repeat([]int{l}, size)...)
		}
		return r
	}
	island, four := labels(97, 3), labels(25, 25, 25, 25)
	for _, c := range []struct {
		name string
		cs   []Candidate
		want int
	}{
		{"islands are stable and say little", []Candidate{{Eps: 1, Stability: 0.6, Partition: four}, {Eps: 1.2, Stability: 1, Partition: island}}, 0},
		{"fragments are not stable", []Candidate{{Eps: 0.8, Stability: 0.1, Partition: labels(5, 5, 5, 5, 5, 5, 5, 5, 5, 5)}, {Eps: 1, Stability: 0.6, Partition: four}}, 1},
		{"noise counts against", []Candidate{{Eps: 0.8, Stability: 0.7, NoiseShare: 0.5, Partition: four}, {Eps: 1, Stability: 0.6, Partition: four}}, 1},
		{"too far from the knee", []Candidate{{Eps: 0.69, Stability: 1, Partition: four}, {Eps: 1.25, Stability: 0.2, Partition: four}, {Eps: 1.3, Stability: 1, Partition: four}}, 1},
		{"one cluster says nothing", []Candidate{{Eps: 1, Stability: 1, Partition: labels(100)}}, -1},
		{"no stability", []Candidate{{Eps: 1, Stability: nan, Partition: four}, {Eps: 1.1, Stability: -0.1, Partition: four}}, -1},
	} {
		for i := range c.cs {
			c.cs[i].Clusters = c.cs[i].Partition.NumClusters()
		}
		if at := mostReproducible(c.cs, 1); at != c.want {
			t.Errorf("%s: position %d, want %d", c.name, at, c.want)
		}
	}
	if h := (&Candidate{Clusters: 4, Partition: four}).entropy(); math.Abs(h-math.Log(4)) > 1e-12 {
		t.Errorf("entropy of four equal clusters %v", h)
	}
}

// TestDoubtsOfDensity: the reason says where a density found next to nothing.
func TestDoubtsOfDensity(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, c := range []struct {
		stability, noise float64
		labels           []int
		want             string
	}{
		{0.9, 0, []int{0, 0, 1, 1}, ""},
		{nan, 0.5, []int{0, 1, Noise, Noise}, ""},
		{0.2, 0, []int{0, 0, 1, 1}, "halves of the points agree little"},
		{nan, 0.9, []int{0, 1}, "nearly all points are in no cluster"},
		{nan, 0, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "one cluster holds 90%"},
	} {
		choice := &Choice{OneGap: nan, OneGapError: nan, Candidates: []Candidate{{Eps: 1, Clusters: 2, Gap: nan, Stability: c.stability, NoiseShare: c.noise, Partition: &DBSCANResult{Labels: c.labels, Clusters: 2}}}}
		if got := doubts(choice); !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestHalvesOfFewPoints: halves of one point, of equal points, and of more points
// than a half may have are no problem.
func TestHalvesOfFewPoints(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		x    *mat.Dense
		eps  []float64
		min  int
		want float64 // stability of the first radius
	}{
		{"three points", mat.NewDense(3, 1, []float64{1, 2, 9}), []float64{1}, 1, math.NaN()},
		{"two places", mat.NewDense(8, 1, []float64{1, 1, 1, 1, 5, 5, 5, 5}), []float64{0.5}, 2, math.NaN()},
		{"many", func() *mat.Dense { x, _ := apart(2*mostInHalf+2000, 2, 4); return x }(), []float64{1}, 0, 1},
	}[:sized(3, 2)] {
		choice, err := Choose(t.Context(), c.x, ChooseOptions{Eps: c.eps, MinSamples: c.min, Bootstraps: 2, Sample: 300})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got := choice.Recommended()
		if got.Clusters < 2 || !(got.Stability >= -1 && got.Stability <= 1) || c.want == c.want && got.Stability != c.want {
			t.Errorf("%s: %+v", c.name, *got)
		}
	}
}
