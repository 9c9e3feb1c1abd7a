package cluster

import (
	"cmp"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
)

// Describer is a Clusterer that describes itself: its name and every option
// that affects its result, with defaults filled in. Every estimator of this
// package is one.
type Describer interface {
	Clusterer
	Describe() estimator.Description
}

// Describe returns the description of c. A Clusterer that is not a Describer is
// described by its method Describe() string if it has one, else by its type;
// Parse cannot make it again.
func Describe(c Clusterer) estimator.Description {
	switch c := c.(type) {
	case Describer:
		return c.Describe()
	case interface{ Describe() string }:
		return estimator.Description{Name: c.Describe()}
	}
	return estimator.Description{Name: fmt.Sprintf("%T", c)}
}

// Wanted returns the number of clusters that c is configured to find, by
// default or by an option, or 0 if c determines the number itself. It calls c's
// method Wanted() int if there is one.
func Wanted(c Clusterer) int {
	if w, ok := c.(interface{ Wanted() int }); ok {
		return w.Wanted()
	}
	return 0
}

// Wanted returns the number of clusters that Fit will look for.
func (m KMeans) Wanted() int { m, _ = m.withDefaults(""); return m.K }

// Wanted returns the number of clusters that Fit will look for.
func (m MiniBatchKMeans) Wanted() int { m, _ = m.withDefaults(); return m.K }

// Wanted returns the number of clusters that Fit will look for.
func (m BisectingKMeans) Wanted() int { return KMeans{K: m.K}.Wanted() }

// Wanted returns K or its default, or 0 if Threshold decides.
func (m Agglomerative) Wanted() int { return m.withDefaults().K }

// The names of the estimators in descriptions.
const (
	nameKMeans        = "kmeans"
	nameMiniBatch     = "minibatch kmeans"
	nameBisecting     = "bisecting kmeans"
	nameDBSCAN        = "dbscan"
	nameHDBSCAN       = "hdbscan"
	nameAgglomerative = "agglomerative"
)

// paramList collects parameters.
type paramList []estimator.Param

func (l *paramList) add(name string, value any) {
	*l = append(*l, estimator.Param{Name: name, Value: value})
}

// addCenters describes the first centres if they are given, else it calls
// chosen to add the options that choose them.
func (l *paramList) addCenters(centers mat.Matrix, chosen func()) {
	if centers == nil {
		chosen()
		return
	}
	k, d := centers.Dims()
	l.add("centers", estimator.DataOf(k, d, centers.At))
}

func (l *paramList) addWeights(weights []float64) {
	if weights != nil {
		l.add("sample_weight", estimator.DataOf(1, len(weights), func(_, i int) float64 { return weights[i] }))
	}
}

// Describe returns the options that affect the result. Centers, if set,
// replaces Init, NInit and Seed, which then have no effect.
func (m KMeans) Describe() estimator.Description {
	m, _ = m.withDefaults("")
	var l paramList
	l.add("n_clusters", m.K)
	l.addCenters(m.Centers, func() {
		l.add("init", m.Init.String())
		l.add("n_init", m.NInit)
	})
	l.add("max_iter", m.MaxIter)
	l.add("tol", max(m.Tol, 0))
	l.add("metric", m.Metric.String())
	l.addWeights(m.Weights)
	if m.Centers == nil {
		l.add("seed", estimator.Whole(m.Seed))
	}
	return estimator.Description{Name: nameKMeans, Params: l}
}

// Describe returns the options that affect the result.
func (m MiniBatchKMeans) Describe() estimator.Description {
	m, _ = m.withDefaults()
	var l paramList
	l.add("n_clusters", m.K)
	l.addCenters(m.Centers, func() {
		l.add("init", m.Init.String())
		l.add("init_size", m.InitSize)
		l.add("n_init", m.NInit)
	})
	l.add("batch_size", m.BatchSize)
	l.add("max_iter", m.MaxIter)
	l.add("max_no_improvement", max(m.MaxNoImprovement, -1))
	l.add("tol", max(m.Tol, 0))
	l.add("reassignment_ratio", m.ReassignmentRatio)
	l.add("metric", m.Metric.String())
	l.addWeights(m.Weights)
	l.add("seed", estimator.Whole(m.Seed))
	return estimator.Description{Name: nameMiniBatch, Params: l}
}

// Describe returns the options that affect the result.
func (m BisectingKMeans) Describe() estimator.Description {
	k, _ := KMeans{K: m.K, Init: m.Init, NInit: m.NInit, MaxIter: m.MaxIter, Tol: m.Tol, Metric: m.Metric}.withDefaults("")
	strategy := "biggest_inertia"
	if m.SplitLargest {
		strategy = "largest_cluster"
	}
	var l paramList
	l.add("n_clusters", k.K)
	l.add("bisecting_strategy", strategy)
	l.add("init", k.Init.String())
	l.add("n_init", k.NInit)
	l.add("max_iter", k.MaxIter)
	l.add("tol", max(k.Tol, 0))
	l.add("metric", k.Metric.String())
	l.addWeights(m.Weights)
	l.add("seed", estimator.Whole(m.Seed))
	return estimator.Description{Name: nameBisecting, Params: l}
}

// Describe returns the options that affect the result.
func (m DBSCAN) Describe() estimator.Description {
	m = m.withDefaults()
	var l paramList
	l.add("eps", m.Eps)
	l.add("min_samples", m.MinSamples)
	l.add("metric", m.Metric.String())
	l.addWeights(m.Weights)
	return estimator.Description{Name: nameDBSCAN, Params: l}
}

// Describe returns the options that affect the result.
func (m HDBSCAN) Describe() estimator.Description {
	var l paramList
	size, samples := any(m.MinClusterSize), any(cmp.Or(m.MinSamples, m.MinClusterSize))
	if size == 0 { // depends on the number of points
		size = estimator.Auto
	}
	if samples == 0 {
		samples = estimator.Auto
	}
	l.add("min_cluster_size", size)
	l.add("min_samples", samples)
	l.add("metric", m.Metric.String())
	l.add("selection", m.Selection.String())
	l.add("cluster_selection_epsilon", m.Epsilon)
	l.add("allow_single_cluster", m.AllowSingleCluster)
	l.add("max_cluster_size", m.MaxClusterSize)
	return estimator.Description{Name: nameHDBSCAN, Params: l}
}

// Describe returns the options that affect the result: the number of clusters
// or, if that is not set, the distance at which merging stops.
func (m Agglomerative) Describe() estimator.Description {
	m = m.withDefaults()
	var l paramList
	if m.K > 0 {
		l.add("n_clusters", m.K)
	} else {
		l.add("distance_threshold", m.Threshold)
	}
	l.add("linkage", m.Linkage.String())
	l.add("metric", m.Metric.String())
	return estimator.Description{Name: nameAgglomerative, Params: l}
}

// Parse returns the estimator that d describes, which gives the same result on
// the same points. It returns an estimator.ErrDescription if d describes none
// of this package's estimators, and an estimator.ErrParam if a parameter has
// the wrong type, is missing, or is data (Centers, Weights), which the caller
// must set. Parse does not check the ranges of numbers; Fit does.
func Parse(d estimator.Description) (Clusterer, error) {
	p := d.Read()
	p.NoData("centers", "sample_weight")
	var c Clusterer
	switch d.Name {
	case nameKMeans:
		c = parseKMeans(p)
	case nameMiniBatch:
		c = parseMiniBatch(p)
	case nameBisecting:
		c = parseBisecting(p)
	case nameDBSCAN:
		c = DBSCAN{Eps: p.Float64("eps"), MinSamples: p.Int("min_samples"), Metric: estimator.Text(p, "metric", ParseMetric)}
	case nameHDBSCAN:
		c = HDBSCAN{
			MinClusterSize: p.AutoInt("min_cluster_size"), MinSamples: p.AutoInt("min_samples"),
			Metric: estimator.Text(p, "metric", ParseMetric), Selection: estimator.Text(p, "selection", ParseSelection),
			Epsilon: p.Float64("cluster_selection_epsilon"), AllowSingleCluster: p.Bool("allow_single_cluster"), MaxClusterSize: p.Int("max_cluster_size"),
		}
	case nameAgglomerative:
		a := Agglomerative{Linkage: estimator.Text(p, "linkage", ParseLinkage), Metric: estimator.Text(p, "metric", ParseMetric)}
		if p.Has("distance_threshold") {
			a.Threshold = p.Float64("distance_threshold")
		} else {
			a.K = p.Int("n_clusters")
		}
		c = a
	default:
		return nil, fmt.Errorf("cluster: %w: no clusterer of this name", estimator.ErrDescription)
	}
	if err := p.Err(); err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	return c, nil
}

func parseKMeans(p *estimator.Params) KMeans {
	m := KMeans{K: p.Int("n_clusters"), MaxIter: p.Int("max_iter"), Tol: tolerance(p), Metric: estimator.Text(p, "metric", ParseMetric)}
	m.Init, m.NInit, m.Seed = estimator.Text(p, "init", ParseInit), p.Int("n_init"), p.Uint64("seed")
	return m
}

func parseMiniBatch(p *estimator.Params) MiniBatchKMeans {
	return MiniBatchKMeans{
		K: p.Int("n_clusters"), Init: estimator.Text(p, "init", ParseInit), InitSize: p.Int("init_size"), NInit: p.Int("n_init"),
		BatchSize: p.Int("batch_size"), MaxIter: p.Int("max_iter"), MaxNoImprovement: p.Int("max_no_improvement"),
		Tol: p.Float64("tol"), ReassignmentRatio: p.Float64("reassignment_ratio"),
		Metric: estimator.Text(p, "metric", ParseMetric), Seed: p.Uint64("seed"),
	}
}

func parseBisecting(p *estimator.Params) BisectingKMeans {
	strategies := map[string]bool{"biggest_inertia": false, "largest_cluster": true}
	split := func(s string) (bool, error) {
		largest, ok := strategies[s]
		if !ok {
			return false, &OptionError{Estimator: "BisectingKMeans", Option: "bisecting_strategy", Got: s, Want: "biggest_inertia or largest_cluster"}
		}
		return largest, nil
	}
	return BisectingKMeans{
		K: p.Int("n_clusters"), SplitLargest: estimator.Text(p, "bisecting_strategy", split),
		Init: estimator.Text(p, "init", ParseInit), NInit: p.Int("n_init"), MaxIter: p.Int("max_iter"), Tol: tolerance(p),
		Metric: estimator.Text(p, "metric", ParseMetric), Seed: p.Uint64("seed"),
	}
}

// tolerance reads Tol. For KMeans, 0 means the default and -1 means none.
func tolerance(p *estimator.Params) float64 {
	if tol := p.Float64("tol"); tol != 0 {
		return tol
	}
	return -1
}
