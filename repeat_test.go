package cohort

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/reduce"
)

// TestRunRepeatsFromItsReport makes the options of a second run from the JSON
// of the first alone.
func TestRunRepeatsFromItsReport(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(testdir.Sized(12, 8), testdir.Sized(5, 3))
	for _, o := range []Options{
		{K: 3, Seed: 7},
		{Clusterer: cluster.KMeans{K: 4, Init: cluster.Random, NInit: 3, MaxIter: 2, Tol: -1, Metric: cluster.Cosine, Seed: 1 << 63}},
		{Clusterer: cluster.MiniBatchKMeans{K: 4, BatchSize: 8, InitSize: 20, MaxIter: 3, NInit: 2, MaxNoImprovement: -1, ReassignmentRatio: -1, Seed: 3}},
		{Clusterer: cluster.BisectingKMeans{K: 5, SplitLargest: true, Init: cluster.Parallel, NInit: 2, Seed: 1}},
		{Clusterer: cluster.DBSCAN{Eps: 0.7, MinSamples: 3}},
		{Clusterer: cluster.HDBSCAN{MinClusterSize: 4, MinSamples: 2, Selection: cluster.Leaf, Epsilon: 0.3, MaxClusterSize: 30}},
		{Clusterer: cluster.Agglomerative{Threshold: 1.1, Linkage: cluster.Complete}},
		{Clusterer: Auto{ChooseOptions: cluster.ChooseOptions{K: []int{2, 3, 5}, NInit: 2, Seed: 5}}},
		{Clusterer: AutoPipeline{KMax: 4, Seed: 5}}, {Clusterer: AutoPipeline{KMin: 3, KMax: 3}},
		{Clusterer: Auto{ChooseOptions: cluster.ChooseOptions{Density: true, MinSamples: 3, Metric: cluster.Cosine}}},
		{K: 3, Reduce: reduce.PCA{Components: 4, Whiten: true, Solver: reduce.Randomized, Oversample: 2, PowerIterations: 1, Seed: 6}},
		{K: 3, Reduce: reduce.RandomProjection{Components: 5, Density: 0.4, Seed: 2}},
		{K: 3, Reduce: reduce.UMAP{Components: 3, Neighbors: 6, MinDist: 0.4, Spread: 1.5, Epochs: 30, Init: reduce.InitRandom, NegativeSamples: 3, LearningRate: 0.8, Seed: 4}, Pooling: PoolMixture},
	} {
		first := segment(t, texts, o)
		data, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		var report Segmentation
		if err := json.Unmarshal(data, &report); err != nil {
			t.Fatalf("%s: %v", first.Run.Clusterer, err)
		}
		run := report.Run
		again := Options{Seed: run.Seed, Refine: run.Refine != nil}
		if again.Pooling, err = ParsePooling(run.Pooling); err != nil {
			t.Fatal(err)
		}
		if again.Clusterer, err = cluster.Parse(run.Settings.Clusterer); err != nil {
			t.Fatal(err)
		}
		if d := run.Settings.Reduce; d != nil {
			if again.Reduce, err = reduce.Parse(*d); err != nil {
				t.Fatal(err)
			}
		}
		second := segment(t, texts, again)
		second.Run.Chosen = first.Run.Chosen // Auto need not choose anew
		if !reflect.DeepEqual(first, second) {
			t.Errorf("%s, %s: another segmentation", first.Run.Clusterer, first.Run.Reduce)
		}
	}
}
