package cluster

import (
	"math"
	"slices"
	"testing"
)

// TestRanksShareTies: equal values share the mean of the ranks they take up, and
// what is undefined comes last.
func TestRanksShareTies(t *testing.T) {
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
