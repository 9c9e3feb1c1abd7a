package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/cluster"
)

// clustererOf returns what segment makes of flags.
func clustererOf(t *testing.T, args ...string) (cluster.Clusterer, error) {
	t.Helper()
	var f segmentFlags
	s := pflag.NewFlagSet("segment", pflag.ContinueOnError)
	f.beside.add(s)
	f.reduce.add(s)
	f.cluster.add(s, "kmeans", 5)
	f.cluster.seeded = true
	f.addRange(s)
	s.BoolVar(&f.refine, "refine", false, "")
	if err := s.Parse(args); err != nil {
		t.Fatal(err)
	}
	return f.clusterer()
}

func TestKMinKMax(t *testing.T) {
	t.Parallel()
	parse := func(args ...string) (cluster.Clusterer, error) {
		t.Helper()
		return clustererOf(t, args...)
	}
	for args, want := range map[string]cohort.AutoPipeline{
		"--algorithm auto": {KMin: 2}, "--algorithm auto --k-max 4": {KMin: 2, KMax: 4}, "--algorithm auto --k-min 8": {KMin: 8},
		"--algorithm auto --k 7 --n-init 3 --seed 4": {KMin: 7, KMax: 7, NInit: 3, Seed: 4},
		"--algorithm auto --refine":                  {KMin: 2}, "--algorithm auto --refine=false": {KMin: 2, Unrefined: true},
	} {
		if c, err := parse(strings.Fields(args)...); err != nil || c != cluster.Clusterer(want) {
			t.Errorf("%s: %+v, %v", args, c, err)
		}
	}
	// In a space that was asked for, only the number is chosen.
	for args, want := range map[string][]int{
		"--reduce pca": nil, "--reduce smooth --k-max 4": {2, 3, 4}, "--metric cosine --k-min 8": {8, 9, 10}, "--reduce pca --k 7": {7},
	} {
		c, err := parse(append(strings.Fields(args), "--algorithm", "auto")...)
		if a, ok := c.(cohort.Auto); err != nil || !ok || !slices.Equal(a.K, want) {
			t.Errorf("%s: %+v, %v", args, c, err)
		}
	}
	for args, says := range map[string]string{
		"--k-max 4": "only with auto", "--algorithm auto-dbscan --k-min 3": "only with auto", "--algorithm hdbscan --k-min 3": "only with auto",
		"--algorithm auto --k-min 1": "--k-min is 1", "--algorithm auto --k-min 5 --k-max 4": "--k-max 4", "--algorithm auto --k-max 100000": "10000",
		"--algorithm auto --k 5 --k-max 9": "excludes", "--algorithm auto --k 1": "2 or more", "--algorithm auto --eps 0.5": "no effect",
		"--algorithm auto --n-init -1": "negative", "--algorithm auto --linkage ward": "no effect",
	} {
		if c, err := parse(strings.Fields(args)...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %+v, %v", args, c, err)
		}
	}
}
