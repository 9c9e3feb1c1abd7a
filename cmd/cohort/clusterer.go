package main

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/npy"
)

// clusterFlags choose an estimator and its options.
type clusterFlags struct {
	algorithm, init, metric string
	k, nInit, maxIter       int
	minSamples, minSize     int
	linkage, selection      string
	tol, eps                float64
	epsilon                 float64
	seed                    uint64
	threads                 int            // 0: all
	seeded                  bool           // the verb draws random numbers whatever the algorithm
	set                     *pflag.FlagSet // the flags above, to find out which were given
}

// algorithms are the values of --algorithm in both verbs.
var algorithms = []string{"kmeans", "minibatch", "bisecting", "dbscan", "hdbscan", "agglomerative"}

// algorithmFlags are the flags that each algorithm takes; other flags for an
// estimator's options would have no effect.
var algorithmFlags = map[string][]string{
	"kmeans":        {"k", "init", "n-init", "max-iter", "tol", "seed", "metric"},
	"minibatch":     {"k", "n-init", "max-iter", "seed", "metric"},
	"bisecting":     {"k", "n-init", "max-iter", "seed", "metric"},
	"dbscan":        {"eps", "min-samples", "metric"},
	"hdbscan":       {"min-cluster-size", "min-samples", "selection", "cluster-epsilon", "metric"},
	"agglomerative": {"k", "linkage", "metric"},
	"auto":          {"k", "n-init", "seed", "metric"},
	"auto-dbscan":   {"min-samples", "seed", "metric"},
}

// given reports whether a flag was given, on the command line or in a file.
func (f *clusterFlags) given(name string) bool { return f.set != nil && f.set.Changed(name) }

// fitting refuses flags that the algorithm does not use, so that none is
// silently ignored.
func (f *clusterFlags) fitting() error {
	takes, ok := algorithmFlags[f.algorithm]
	if !ok || f.set == nil {
		return nil // clusterer reports the error
	}
	var err error
	f.set.Visit(func(g *pflag.Flag) {
		if f.seeded && g.Name == "seed" {
			return
		}
		if err == nil && !slices.Contains(takes, g.Name) && slices.ContainsFunc(algorithms, func(a string) bool { return slices.Contains(algorithmFlags[a], g.Name) }) {
			err = usagef("--%s has no effect with --algorithm %s, which takes --%s", g.Name, f.algorithm, strings.Join(takes, ", --"))
		}
	})
	return err
}

func (f *clusterFlags) add(s *pflag.FlagSet, algorithm string, k int) {
	f.set = s
	s.StringVar(&f.algorithm, "algorithm", algorithm, "clustering `algorithm`: kmeans, minibatch, bisecting, dbscan, hdbscan or agglomerative")
	s.IntVar(&f.k, "k", k, "number of clusters (kmeans, minibatch, bisecting, agglomerative)")
	s.StringVar(&f.init, "init", "k-means++", "initial `centres`: k-means++, k-means||, random or a .npy file (kmeans)")
	s.IntVar(&f.nInit, "n-init", 0, "number of runs (for minibatch, of starts), the best of which is kept (0 means 1; 3 for minibatch, 10 for --init random)")
	s.IntVar(&f.maxIter, "max-iter", 0, "maximum number of iterations (0 means 300; 100 for minibatch)")
	s.Float64Var(&f.tol, "tol", 1e-4, "stop when the centres move less than this (kmeans)")
	s.Uint64Var(&f.seed, "seed", 0, "seed of the random numbers")
	s.Float64Var(&f.eps, "eps", 0.5, "maximum distance between neighbours (dbscan)")
	s.IntVar(&f.minSamples, "min-samples", 5, "number of neighbours that make a core point (dbscan, hdbscan; hdbscan's default is its --min-cluster-size, and that of auto-dbscan a quarter of the square root of the users where that is more)")
	s.IntVar(&f.minSize, "min-cluster-size", 0, "minimum number of points in a cluster (hdbscan; 0 means 5, or a hundredth of the points where that is more, and half the square root of their number from 2,500)")
	s.StringVar(&f.selection, "selection", "eom", "`method` of selecting clusters: eom or leaf (hdbscan)")
	s.Float64Var(&f.epsilon, "cluster-epsilon", 0, "merge clusters closer than this (hdbscan)")
	s.StringVar(&f.linkage, "linkage", "ward", "`linkage`: ward, average, complete or single (agglomerative)")
	s.StringVar(&f.metric, "metric", "euclidean", "`metric`: euclidean, cosine, manhattan or chebyshev; the kinds of kmeans take the first two")
}

// clusterer returns the estimator; invalid values are usage errors.
func (f *clusterFlags) clusterer() (cluster.Clusterer, error) {
	m, err := cluster.ParseMetric(f.metric)
	if err != nil {
		return nil, usagef("--metric: %v", err)
	}
	if f.k < 1 && f.algorithm != "dbscan" && f.algorithm != "hdbscan" {
		return nil, usagef("--k is %d, want 1 or more", f.k)
	}
	if f.nInit < 0 || f.maxIter < 0 {
		return nil, usagef("--n-init and --max-iter must not be negative")
	}
	if f.tol < 0 {
		return nil, usagef("--tol is %v, want 0 or more", f.tol)
	}
	switch f.algorithm {
	case "kmeans":
		c := cluster.KMeans{K: f.k, NInit: f.nInit, MaxIter: f.maxIter, Tol: f.tol, Metric: m, Seed: f.seed, Threads: f.threads}
		if f.tol == 0 {
			c.Tol = -1 // the option's 0 is the default; here 0 means no movement at all
		}
		switch f.init {
		case "k-means++":
		case "k-means||":
			c.Init = cluster.Parallel
		case "random":
			c.Init = cluster.Random
		default:
			var x mat.Matrix
			if x, err = npy.ReadMatrix(f.init); err != nil {
				// A misspelt method looks like the name of a file.
				if errors.Is(err, fs.ErrNotExist) && !strings.HasSuffix(f.init, ".npy") {
					return nil, usagef("--init is %s, want k-means++, k-means||, random or a .npy file that exists", shownValue(f.init))
				}
				return nil, err
			}
			c.Centers = x
			if n, _ := x.Dims(); n != f.k {
				if f.given("k") {
					return nil, usagef("--k is %d, but --init %s has %d rows", f.k, f.init, n)
				}
				c.K = n
			}
		}
		return c, nil
	case "minibatch":
		return cluster.MiniBatchKMeans{K: f.k, NInit: f.nInit, MaxIter: f.maxIter, Metric: m, Seed: f.seed, Threads: f.threads}, nil
	case "bisecting":
		return cluster.BisectingKMeans{K: f.k, NInit: f.nInit, MaxIter: f.maxIter, Metric: m, Seed: f.seed, Threads: f.threads}, nil
	case "dbscan":
		if f.eps <= 0 || f.minSamples < 1 {
			return nil, usagef("--eps must be above 0 and --min-samples 1 or more")
		}
		return cluster.DBSCAN{Eps: f.eps, MinSamples: f.minSamples, Metric: m, Threads: f.threads}, nil
	}
	if f.algorithm == "hdbscan" {
		if f.minSize < 2 && f.minSize != 0 || f.minSamples < 1 || !(f.epsilon >= 0) {
			return nil, usagef("--min-cluster-size must be 2 or more, --min-samples 1 or more and --cluster-epsilon not negative")
		}
		if f.set != nil && !f.given("min-samples") {
			f.minSamples = 0 // as in scikit-learn: that of clusters
		}
		c := cluster.HDBSCAN{MinClusterSize: f.minSize, MinSamples: f.minSamples, Metric: m, Epsilon: f.epsilon, Threads: f.threads}
		switch f.selection {
		case "eom":
		case "leaf":
			c.Selection = cluster.Leaf
		default:
			return nil, usagef("--selection is %s, want eom or leaf", shownValue(f.selection))
		}
		return c, nil
	}
	if f.algorithm == "agglomerative" {
		l, err := cluster.ParseLinkage(f.linkage)
		if err != nil {
			return nil, usagef("--linkage: %v", err)
		}
		return cluster.Agglomerative{K: f.k, Linkage: l, Metric: m, Threads: f.threads}, nil
	}
	return nil, usagef("--algorithm is %s, want %s", shownValue(f.algorithm), strings.Join(algorithms, ", "))
}
