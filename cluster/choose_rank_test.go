package cluster

import (
	"math"
	"slices"
	"strings"
	"testing"
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
	if err := recommend(c, true); err != nil {
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

// TestHDBSCANDefaultGrows: among many points the least size of a cluster is half a
// percent of them.
func TestHDBSCANDefaultGrows(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{10: 5, 1000: 5, 2000: 10, 8000: 40} {
		if m := (HDBSCAN{}).withDefaults(n); m.MinClusterSize != want || m.MinSamples != 5 {
			t.Errorf("%d points: %d, %d samples, want %d and 5", n, m.MinClusterSize, m.MinSamples, want)
		}
	}
	if m := (HDBSCAN{MinClusterSize: 7}).withDefaults(8000); m.MinClusterSize != 7 || m.MinSamples != 7 {
		t.Errorf("got %+v", m)
	}
}
