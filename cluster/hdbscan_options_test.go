package cluster

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestHDBSCANOptionsGolden: each option does what it does in scikit-learn.
func TestHDBSCANOptionsGolden(t *testing.T) {
	t.Parallel()
	var g struct {
		X     [][]float64
		Cases []struct {
			Options struct {
				MinClusterSize int     `json:"min_cluster_size"`
				MinSamples     int     `json:"min_samples"`
				MaxClusterSize int     `json:"max_cluster_size"`
				Epsilon        float64 `json:"cluster_selection_epsilon"`
				Method         string  `json:"cluster_selection_method"`
				Single         bool    `json:"allow_single_cluster"`
				Metric         string
			}
			Labels        []int
			Probabilities []float64
		}
	}
	testdir.ReadJSON(t, filepath.Join("testdata", "hdbscan_options.json.gz"), &g)
	if len(g.Cases) < 12 {
		t.Fatalf("%d cases", len(g.Cases))
	}
	x := denseOf(g.X)
	for _, c := range g.Cases {
		o := c.Options
		m := HDBSCAN{MinClusterSize: o.MinClusterSize, MinSamples: o.MinSamples, MaxClusterSize: o.MaxClusterSize, Epsilon: o.Epsilon, AllowSingleCluster: o.Single}
		if o.Method == "leaf" {
			m.Selection = Leaf
		}
		var err error
		if o.Metric != "" {
			if m.Metric, err = ParseMetric(o.Metric); err != nil {
				t.Fatal(err)
			}
		}
		r, err := m.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if labels, probabilities := partitionDiff(r.Labels, c.Labels), probabilityDiff(r, c.Probabilities); labels+probabilities > 0 {
			t.Errorf("%+v: %d labels and %d probabilities differ", o, labels, probabilities)
		}
	}
}

// TestHDBSCANEpsilon: two dense groups side by side and one far away are three
// clusters, or two where Epsilon spans the gap of the first two.
func TestHDBSCANEpsilon(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(51, 1))
	var v []float64
	for i := range 150 {
		v = append(v, []float64{0, 3, 50}[i/50]+0.2*rng.NormFloat64(), 0.2*rng.NormFloat64())
	}
	x := mat.NewDense(150, 2, v)
	for epsilon, want := range map[float64]int{0: 3, 1: 3, 5: 2} {
		r, err := HDBSCAN{MinClusterSize: 20, Epsilon: epsilon}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if r.NumClusters() != want || r.Labels[10] == r.Labels[140] {
			t.Errorf("Epsilon %v: %d clusters, want %d", epsilon, r.NumClusters(), want)
		}
	}
}

// TestOutlierScoresAgainstDefinition: a point leaves its cluster at the distance
// from which on fewer than MinClusterSize points hold together around it; its
// score says how much less dense that is than where the last point of that
// cluster leaves. (MinSamples is so low that no two edges weigh the same: or else
// whether a point leaves before or after a split may depend on their order.)
func TestOutlierScoresAgainstDefinition(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(52, 1))
	for trial := range sized(12, 4) { // once each metric
		n, d := 60+rng.IntN(150), 1+rng.IntN(5)
		x := blobs(rng, n, d, 4, 0.4)
		m := HDBSCAN{MinClusterSize: 4 + rng.IntN(12), MinSamples: 1 + trial/4%2, Metric: Metric(trial % 4)}
		if m.Metric == Cosine && d == 1 {
			m.Metric = Euclidean // in one dimension there are but two directions
		}
		r, err := m.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		p, err := newPoints(t.Context(), "", "", x, m.Metric, 1)
		if err != nil {
			t.Fatal(err)
		}
		core := make([]float64, n)
		var pairs []edge
		for i := range n {
			core[i] = slowNearest(p, m.Metric, i, m.MinSamples)[m.MinSamples-1].distance
			if r.CoreDistances[i] != core[i] {
				t.Fatalf("trial %d: core distance %v, want %v", trial, r.CoreDistances[i], core[i])
			}
		}
		for i := range n {
			for j := range i {
				pairs = append(pairs, makeEdge(int32(i), int32(j), max(core[i], core[j], p.distance(m.Metric, i, p, j))))
			}
		}
		slices.SortFunc(pairs, compareEdges)
		sets := newUnionFind(n)
		leaves, last := make([]float64, n), make([]float64, n) // distances; 0: not known yet
		for len(pairs) > 0 {
			w := pairs[0].weight
			for len(pairs) > 0 && pairs[0].weight == w {
				sets.join(pairs[0].i, pairs[0].j)
				pairs = pairs[1:]
			}
			size, least := make([]int, n), make([]float64, n)
			for i := range n {
				size[sets.find(int32(i))]++
			}
			for i := range n {
				if leaves[i] == 0 && size[sets.find(int32(i))] >= m.MinClusterSize {
					leaves[i] = w
				}
			}
			for i := range n {
				if root := sets.find(int32(i)); leaves[i] > 0 && (least[root] == 0 || leaves[i] < least[root]) {
					least[root] = leaves[i]
				}
			}
			for i := range n {
				if leaves[i] == w && last[i] == 0 {
					last[i] = least[sets.find(int32(i))]
				}
			}
		}
		for i := range n {
			if want := 1 - last[i]/leaves[i]; math.Abs(r.OutlierScores[i]-want) > 1e-12 {
				t.Fatalf("trial %d: point %d has outlier score %v, want %v", trial, i, r.OutlierScores[i], want)
			}
		}
	}
}
