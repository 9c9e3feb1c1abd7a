package main

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort/reduce"
)

// reduceFlags choose how the users' vectors are reduced.
type reduceFlags struct {
	method    string
	dim       int
	neighbors int
	minDist   float64
	steps     int
}

var reducers = []string{"none", "pca", "umap", "smooth", "random"}

func (f *reduceFlags) add(s *pflag.FlagSet) {
	s.StringVar(&f.method, "reduce", "none", "reduce users' vectors before clustering by this `method`: none, pca, umap, smooth (draw each towards those most like it) or random (projection)")
	s.IntVar(&f.dim, "reduce-dim", 0, "number of dimensions to reduce to (0 means 50; 5 for umap)")
	s.IntVar(&f.neighbors, "umap-neighbors", 0, "number of neighbours in umap's graph (0 means 15)")
	s.Float64Var(&f.minDist, "umap-min-dist", 0.001, "minimum distance between points in umap's layout; values near 0 suit clustering")
	s.IntVar(&f.steps, "smooth-steps", 0, "number of times that smooth replaces vectors by means over those most like them (0 means 4)")
}

// Default numbers of components, as is usual before clustering sentence
// embeddings.
const (
	usualLinear = 50
	usualUMAP   = 5
)

// reducer returns the reducer, or nil for none; invalid values are usage
// errors.
func (f *reduceFlags) reducer(seed uint64, threads int) (reduce.Reducer, error) {
	if f.dim < 0 || f.neighbors < 0 || f.neighbors == 1 || !(f.minDist > 0 && f.minDist <= 1) {
		return nil, usagef("--reduce-dim must not be negative, --umap-neighbors 2 or more and --umap-min-dist above 0 and at most 1")
	}
	if f.steps != 0 && f.method != "smooth" {
		return nil, usagef("--smooth-steps needs --reduce smooth")
	}
	if f.steps < 0 || f.steps > 1000 {
		return nil, usagef("--smooth-steps is %d, want 0 to 1000", f.steps)
	}
	dim := func(usual int) int {
		if f.dim > 0 {
			return f.dim
		}
		return usual
	}
	usual := func(r reduce.Reducer) reduce.Reducer {
		if f.dim > 0 {
			return r
		}
		return reduce.AtMost{Reducer: r}
	}
	switch f.method {
	case "none":
		if f.dim > 0 {
			return nil, usagef("--reduce-dim needs --reduce pca, umap, smooth or random")
		}
		return nil, nil
	case "pca":
		return usual(reduce.PCA{Components: dim(usualLinear), Seed: seed, Threads: threads}), nil
	case "random":
		return reduce.RandomProjection{Components: dim(usualLinear), Seed: seed, Threads: threads}, nil
	case "smooth":
		return usual(reduce.Smoothing{Components: dim(usualLinear), Steps: f.steps, Seed: seed, Threads: threads}), nil
	case "umap":
		return usual(reduce.UMAP{Components: dim(usualUMAP), Neighbors: f.neighbors, MinDist: f.minDist, Seed: seed, Threads: threads}), nil
	}
	return nil, usagef("--reduce is %s, want %s", shownValue(f.method), strings.Join(reducers, ", "))
}
