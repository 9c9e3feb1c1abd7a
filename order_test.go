package cohort

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/reduce"
)

// blurred returns texts of n users whose words are drawn from all topics, so
// that where k-means starts decides where it ends.
func blurred(n, each int) []Text {
	r := rand.New(rand.NewPCG(3, 3))
	var out []Text
	for u := range n {
		for range each {
			var w []string
			for range 4 {
				w = append(w, bag.Topics[r.IntN(3)][r.IntN(6)])
			}
			out = append(out, Text{User: fmt.Sprintf("u%03d", u), Text: strings.Join(w, " ")})
		}
	}
	return out
}

// The same users are the same segments in whatever order their texts are read.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	texts := blurred(150, 3)
	for name, o := range map[string]Options{
		"kmeans":    {Clusterer: cluster.KMeans{K: 5, NInit: 1, Seed: 1}},
		"parallel":  {Clusterer: cluster.KMeans{K: 5, NInit: 1, Init: cluster.Parallel}},
		"random":    {Clusterer: cluster.KMeans{K: 5, NInit: 1, Init: cluster.Random}},
		"minibatch": {Clusterer: cluster.MiniBatchKMeans{K: 5, NInit: 1, BatchSize: 32}},
		"bisecting": {Clusterer: cluster.BisectingKMeans{K: 5, NInit: 1}},
		"auto":      {Clusterer: Auto{ChooseOptions: cluster.ChooseOptions{K: []int{3, 5}, NInit: 1}}},
		"reduced":   {Clusterer: cluster.KMeans{K: 5, NInit: 1}, Reduce: reduce.PCA{Components: 4, Solver: reduce.Randomized}},
		"umap":      {Clusterer: cluster.KMeans{K: 5, NInit: 1}, Reduce: reduce.UMAP{Components: 3, Epochs: 15}},
		"smoothed":  {Clusterer: cluster.KMeans{K: 5, NInit: 1}, Reduce: reduce.Smoothing{Neighbors: 5}},
		"pipeline":  {Clusterer: AutoPipeline{KMax: 9}},
		"densities": {Clusterer: cluster.HDBSCAN{MinClusterSize: 5}, Reduce: reduce.UMAP{Components: 3, Epochs: 15}},
		"wards":     {Clusterer: cluster.Agglomerative{K: 5}},
		"sizes":     {Clusterer: Auto{}},
		"mixture":   {Clusterer: cluster.KMeans{K: 5, NInit: 1}, Pooling: PoolMixture},
		"split":     {Clusterer: cluster.KMeans{K: 3, NInit: 1}, Edits: []Edit{{Op: "split", Segment: 1, Into: 3}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.Bootstrap = 2
			want := segment(t, texts, o)
			of := map[string]int{}
			for _, u := range want.Users {
				of[u.ID] = u.Segment
			}
			for seed := range uint64(testdir.Sized(3, 1)) {
				mixed := append([]Text(nil), texts...)
				r := rand.New(rand.NewPCG(seed, 9))
				r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
				got := segment(t, mixed, o)
				moved := 0
				for _, u := range got.Users {
					if of[u.ID] != u.Segment {
						moved++
					}
				}
				if moved > 0 {
					t.Errorf("order %d: %d of %d users moved", seed, moved, len(got.Users))
				}
				if w := want.Scores.Resampled; w != nil && got.Scores.Resampled.Mean != w.Mean {
					t.Errorf("order %d: stability %v, was %v", seed, got.Scores.Resampled.Mean, w.Mean)
				}
			}
		})
	}
}
