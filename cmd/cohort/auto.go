package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/pipeline"
)

// addRange adds the flags for the numbers of segments that auto tries.
func (f *segmentFlags) addRange(s *pflag.FlagSet) {
	s.IntVar(&f.kMin, "k-min", 2, "fewest segments that auto tries")
	s.IntVar(&f.kMax, "k-max", 0, "most segments that auto tries; not every number is (0 means 150, or a fifth of the users; with --reduce, --features or --metric, and of few users, 10)")
}

// clusterer returns the one chosen by flags: an estimator, or one that chooses.
func (f *segmentFlags) clusterer() (cluster.Clusterer, error) {
	if err := f.cluster.fitting(); err != nil {
		return nil, err
	}
	switch f.cluster.algorithm {
	case "auto":
		return f.auto()
	case "auto-dbscan":
		if err := f.noRange(); err != nil {
			return nil, err
		}
		return f.chooser(nil, true)
	}
	if err := f.noRange(); err != nil {
		return nil, err
	}
	c, err := f.cluster.clusterer()
	if err == nil && !f.cluster.given("k") {
		c = cluster.AtMost{Clusterer: c}
	}
	return c, err
}

// noRange refuses a range of numbers of segments.
func (f *segmentFlags) noRange() error {
	for _, name := range []string{"k-min", "k-max"} {
		if f.cluster.given(name) {
			return usagef("--%s has no effect with --algorithm %s, only with auto", name, f.cluster.algorithm)
		}
	}
	return nil
}

// auto returns a clusterer that chooses how vectors are reduced and how many
// segments there are, or, where users say how, only their number.
func (f *segmentFlags) auto() (cluster.Clusterer, error) {
	low, high := f.kMin, f.kMax
	ranged := f.cluster.given("k-min") || f.cluster.given("k-max")
	if f.cluster.given("k") {
		if ranged {
			return nil, usagef("--k excludes --k-min and --k-max")
		}
		if low, high = f.cluster.k, f.cluster.k; low < 2 {
			return nil, usagef("--k is %d, want 2 or more with --algorithm auto", low)
		}
	}
	if low < 2 || high != 0 && high < low || high > 10000 {
		return nil, usagef("--k-min is %d and --k-max %d, want 2 or more, no less than that, and 10000 at most", low, high)
	}
	if f.cluster.nInit < 0 {
		return nil, usagef("--n-init must not be negative")
	}
	placed := f.reduce.method != "none" && f.reduce.method != "" || len(f.beside.from()) > 0 || f.cluster.given("metric")
	if !placed {
		return cohort.AutoPipeline{
			KMin: low, KMax: high, NInit: f.cluster.nInit, Seed: f.cluster.seed, Threads: f.cluster.threads,
			Unrefined: f.cluster.given("refine") && !f.refine,
		}, nil
	}
	var numbers []int // nil: 2 to 10, as far as there are points
	if ranged || f.cluster.given("k") {
		numbers = cluster.Ladder(low, cmp.Or(high, max(10, low)))
	}
	return f.chooser(numbers, false)
}

// chooser returns one that chooses among numbers of clusters, or radii.
func (f *segmentFlags) chooser(numbers []int, density bool) (cluster.Clusterer, error) {
	m, err := cluster.ParseMetric(f.cluster.metric)
	if err != nil {
		return nil, usagef("--metric: %v", err)
	}
	if f.cluster.minSamples < 1 {
		return nil, usagef("--min-samples must be 1 or more")
	}
	minSamples := 0 // the default, of few users fewer
	if f.cluster.given("min-samples") {
		minSamples = f.cluster.minSamples
	}
	return cohort.Auto{ChooseOptions: cluster.ChooseOptions{
		K: numbers, Density: density, MinSamples: minSamples, Metric: m, NInit: f.cluster.nInit, Seed: f.cluster.seed, Threads: f.cluster.threads,
	}}, nil
}

// warnNumber says that auto chose the largest or the smallest number it tried, or
// that others fit about as well.
func (a *app) warnNumber(seg *cohort.Segmentation) {
	for says, flag := range map[string]string{"largest number tried": "--k-max", "smallest number tried": "--k-min"} {
		if strings.Contains(seg.Run.Chosen, says) {
			fmt.Fprintf(a.err, "cohort: warning: %d segments is the %s; another %s may fit better\n", len(seg.Segments), says, flag)
		}
	}
	if rivals := pipeline.SaidRivals(seg.Run.Chosen); rivals != "" {
		fmt.Fprintf(a.err, "cohort: note: the number of segments, %d, is not certain: several fit about as well (%s); --k takes one of them\n", len(seg.Segments), rivals)
	}
}
