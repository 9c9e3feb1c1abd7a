package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
)

func TestKMinKMax(t *testing.T) {
	t.Parallel()
	parse := func(args ...string) (cohort.Auto, error) {
		var f segmentFlags
		s := pflag.NewFlagSet("segment", pflag.ContinueOnError)
		f.cluster.add(s, "kmeans", 5)
		f.addRange(s)
		if err := s.Parse(args); err != nil {
			t.Fatal(err)
		}
		c, err := f.clusterer()
		a, _ := c.(cohort.Auto)
		return a, err
	}
	for args, want := range map[string][]int{
		"--algorithm auto": nil, "--algorithm auto --k-max 4": {2, 3, 4}, "--algorithm auto --k-min 8": {8, 9, 10},
	} {
		if a, err := parse(strings.Fields(args)...); err != nil || !slices.Equal(a.K, want) {
			t.Errorf("%s: %v, %v", args, a.K, err)
		}
	}
	for args, says := range map[string]string{
		"--k-max 4": "only with auto", "--algorithm auto-dbscan --k-min 3": "only with auto", "--algorithm hdbscan --k-min 3": "only with auto",
		"--algorithm auto --k-min 1": "--k-min is 1", "--algorithm auto --k-min 5 --k-max 4": "--k-max 4", "--algorithm auto --k-max 100000": "10000",
	} {
		if _, err := parse(strings.Fields(args)...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", args, err)
		}
	}
}
