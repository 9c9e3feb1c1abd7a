package main

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// twoGroups is a .npy of 60 points, 20 around 0 and 40 around (9, 9).
func twoGroups(t *testing.T) string {
	rng := rand.New(rand.NewPCG(3, 3))
	v := make([]float32, 2*60)
	for i := range v {
		v[i] = 1 + float32(rng.NormFloat64())
		if i >= 40 {
			v[i] += 9
		}
	}
	return npyFile(t, 60, 2, v...)
}

// Flags that an algorithm has no use for are wrong use, and those that it takes
// are not; the error names the flag, the algorithm and what it takes.
func TestClusterFlagsThatFit(t *testing.T) {
	t.Parallel()
	in, init := twoGroups(t), npyFile(t, 2, 2, 0, 0, 9, 9)
	flags := map[string]string{
		"k": "2", "init": "random", "n-init": "2", "max-iter": "9", "tol": "0.01", "seed": "3", "metric": "euclidean",
		"eps": "2.5", "min-samples": "3", "min-cluster-size": "6", "selection": "leaf", "cluster-epsilon": "0.1", "linkage": "average",
	}
	for _, algorithm := range algorithms {
		for name, value := range flags {
			r := run(t, "", "cluster", "--in", in, "--algorithm", algorithm, "--"+name, value)
			if slices.Contains(algorithmFlags[algorithm], name) {
				if r.code != 0 || r.err != "" || !strings.Contains(r.out, `"labels"`) {
					t.Errorf("%s --%s %s: status %d, %q", algorithm, name, value, r.code, r.err)
				}
				continue
			}
			if r.code != 2 || r.out != "" || strings.Count(r.err, "\n") != 1 || !strings.Contains(r.err, "--"+name) ||
				!strings.Contains(r.err, algorithm) || !strings.Contains(r.err, "--"+algorithmFlags[algorithm][0]) {
				t.Errorf("%s --%s %s: status %d, %q", algorithm, name, value, r.code, r.err)
			}
		}
	}
	for _, c := range []struct {
		args []string
		says []string
	}{
		{[]string{"--metric", "manhattan"}, []string{"x.npy", "Metric is manhattan", "cosine"}},
		{[]string{"--algorithm", "agglomerative", "--metric", "cosine"}, []string{"Metric", "Ward"}},
		{[]string{"--algorithm", "dbscan", "--eps", "NaN"}, []string{"--eps is NaN"}},
		{[]string{"--k", "3", "--init", init}, []string{"--k is 3", "2 rows"}},
		{[]string{"--k", "2", "--init", "foo"}, []string{`--init is "foo"`, "k-means++", "k-means||", "random", ".npy"}},
	} {
		r := run(t, "", append([]string{"cluster", "--in", in}, c.args...)...)
		if r.code != 2 || strings.Count(r.err, "\n") != 1 {
			t.Errorf("%q: status %d, %q", c.args, r.code, r.err)
		}
		for _, s := range c.says {
			if !strings.Contains(r.err, s) {
				t.Errorf("%q: %q does not say %q", c.args, r.err, s)
			}
		}
	}
}

// Each algorithm finds the two groups; --stats counts them.
func TestClusterAlgorithms(t *testing.T) {
	t.Parallel()
	in, init := twoGroups(t), npyFile(t, 2, 2, 0, 0, 9, 9)
	for _, args := range [][]string{
		{"--k", "2"}, {"--k", "2", "--init", "k-means||"}, {"--init", init}, {"--k", "2", "--init", init, "--n-init", "1", "--max-iter", "10", "--tol", "0", "--seed", "0"},
		{"--algorithm", "minibatch", "--k", "2"}, {"--algorithm", "bisecting", "--k", "2"},
		{"--algorithm", "dbscan", "--eps", "3"}, {"--algorithm", "dbscan", "--eps", "5", "--metric", "manhattan"},
		{"--algorithm", "hdbscan", "--min-cluster-size", "12"}, {"--algorithm", "agglomerative", "--k", "2", "--linkage", "complete"},
	} {
		r := run(t, "", append([]string{"cluster", "--in", in, "--stats", "--threads", "2"}, args...)...)
		var found struct {
			Labels        []int
			Probabilities []float64
		}
		var stats map[string]float64
		if err := json.Unmarshal([]byte(r.out), &found); err != nil || r.code != 0 || len(found.Labels) != 60 {
			t.Errorf("%q: status %d, %v, %q", args, r.code, err, r.err)
			continue
		}
		if err := json.Unmarshal([]byte(r.err), &stats); err != nil || stats["points"] != 60 || stats["features"] != 2 || stats["n_clusters"] != 2 {
			t.Errorf("%q: stats %q: %v", args, r.err, err)
		}
		for i, l := range found.Labels {
			if want := found.Labels[i/20*20]; l != want && l != -1 || l == -1 && len(found.Probabilities) == 0 {
				t.Errorf("%q: point %d is in %d, point %d in %d", args, i, l, i/20*20, want)
				break
			}
		}
	}
}

// HDBSCAN's --min-samples follows --min-cluster-size, as scikit-learn's does.
func TestClusterMinSamplesDefault(t *testing.T) {
	t.Parallel()
	in := twoGroups(t)
	probabilities := func(args ...string) string {
		r := run(t, "", append([]string{"cluster", "--in", in, "--algorithm", "hdbscan", "--min-cluster-size", "12"}, args...)...)
		if r.code != 0 {
			t.Fatal(r.err)
		}
		return r.out
	}
	if probabilities() != probabilities("--min-samples", "12") || probabilities() == probabilities("--min-samples", "3") {
		t.Error("without --min-samples it is not that of --min-cluster-size")
	}
}
