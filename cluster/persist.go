package cluster

import (
	"encoding/json"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/persist"
)

// Results are saved as safetensors files, which Python can read, with a kind, a
// version, a JSON head and a digest in their metadata; see Marshal. A result
// that is read back predicts the same, to the last bit: float32 points stay
// float32.

// The kinds of saved results.
const (
	kindKMeans        = "cluster.KMeansResult"
	kindDBSCAN        = "cluster.DBSCANResult"
	kindHDBSCAN       = "cluster.HDBSCANResult"
	kindAgglomerative = "cluster.AgglomerativeResult"
)

// results makes a result of each kind.
var results = map[string]func() savable{
	kindKMeans:        func() savable { return new(KMeansResult) },
	kindDBSCAN:        func() savable { return new(DBSCANResult) },
	kindHDBSCAN:       func() savable { return new(HDBSCANResult) },
	kindAgglomerative: func() savable { return new(AgglomerativeResult) },
}

type savable interface {
	Partition
	persist.Result
}

// Marshal returns the binary form of p, of any kind, for Unmarshal. It returns
// an error for a Partition that is not of this package and has no MarshalBinary
// method.
func Marshal(p Partition) ([]byte, error) { return persist.Marshal("cluster", p) }

// Unmarshal decodes a result of any kind from the bytes returned by Marshal or
// by the MarshalBinary method of a result of this package. Decoding errors are
// ErrSaved.
func Unmarshal(data []byte) (Partition, error) {
	return asPartition(persist.Unmarshal("cluster", results, data))
}

// checkLabels requires labels in [least, clusters).
func checkLabels(name string, labels []int, least, clusters int) error {
	for i, l := range labels {
		if l < least || l >= clusters {
			return persist.NotFitted(name, "label %d of point %d, want %d to %d", l, i, least, clusters-1)
		}
	}
	return nil
}

// kmeansHead holds the parts of a KMeansResult that are not saved as tensors.
type kmeansHead struct {
	Inertia float64 `json:"inertia"`
	NIter   int     `json:"n_iter"`
	Metric  string  `json:"metric"`
}

// check requires what Predict relies on.
func (r *KMeansResult) check() error {
	const name = "KMeans"
	if r == nil || r.Centers == nil || r.Centers.IsEmpty() {
		return persist.NotFitted(name, "no centres")
	}
	if r.Metric != Euclidean && r.Metric != Cosine {
		return persist.NotFitted(name, "metric %v", r.Metric)
	}
	return checkLabels(name, r.Labels, 0, r.NumClusters())
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses.
func (r KMeansResult) MarshalBinary() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	var w persist.Writer
	w.Ints("labels", r.Labels)
	w.Matrix("centers", r.Centers)
	return w.Encode(kindKMeans, 1, kmeansHead{r.Inertia, r.NIter, r.Metric.String()})
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave r unchanged.
func (r *KMeansResult) UnmarshalBinary(data []byte) error {
	var head kmeansHead
	f, err := persist.Decode(data, kindKMeans, 1, &head)
	if err != nil {
		return err
	}
	out := KMeansResult{Centers: f.Dense("centers", -1, -1), Inertia: head.Inertia, NIter: head.NIter}
	k := 0
	if out.Centers != nil {
		k, _ = out.Centers.Dims()
	}
	out.Labels = orNil(f.Ints("labels", -1, 0, k))
	out.Metric = metricOf(f, head.Metric)
	return persist.Keep(r, out, f, out.check)
}

// kmeansJSON is the JSON form of a KMeansResult, with scikit-learn's names.
type kmeansJSON struct {
	Labels  []int       `json:"labels"`
	Centers [][]float64 `json:"cluster_centers"`
	kmeansHead
}

// MarshalJSON writes all of r: labels, cluster_centers, inertia, n_iter and
// metric.
func (r KMeansResult) MarshalJSON() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return json.Marshal(kmeansJSON{r.Labels, persist.Rows(r.Centers), kmeansHead{r.Inertia, r.NIter, r.Metric.String()}})
}

// UnmarshalJSON reads the output of MarshalJSON. Errors are ErrSaved and leave
// r unchanged.
func (r *KMeansResult) UnmarshalJSON(data []byte) error {
	var in kmeansJSON
	if err := persist.JSON(kindKMeans, data, &in); err != nil {
		return err
	}
	metric, err := ParseMetric(in.Metric)
	if err != nil {
		return persist.Wrong(kindKMeans, err)
	}
	centers, err := dense.OfRows(in.Centers)
	if err != nil {
		return persist.Wrong(kindKMeans, fmt.Errorf("centres: %w", err))
	}
	out := KMeansResult{Labels: in.Labels, Centers: centers, Inertia: in.Inertia, NIter: in.NIter, Metric: metric}
	if err := out.check(); err != nil {
		return persist.Wrong(kindKMeans, err)
	}
	*r = out
	return nil
}

type dbscanHead struct {
	Clusters int     `json:"n_clusters"`
	Eps      float64 `json:"eps"`
	Metric   string  `json:"metric"`
}

func (r *DBSCANResult) check() error {
	const name = "DBSCAN"
	if r == nil || r.Points == nil {
		return persist.NotFitted(name, "no points")
	}
	n, _ := r.Points.Dims()
	switch {
	case len(r.Labels) != n:
		return persist.NotFitted(name, "%d labels of %d points", len(r.Labels), n)
	case !(r.Eps > 0) || !r.Metric.Valid():
		return persist.NotFitted(name, "eps %v, %v", r.Eps, r.Metric)
	}
	for _, i := range r.CoreSampleIndices {
		if i < 0 || i >= n {
			return persist.NotFitted(name, "core point %d of %d", i, n)
		}
	}
	return checkLabels(name, r.Labels, Noise, r.Clusters)
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. The bytes contain the fitted points and need the same protection as
// these.
func (r DBSCANResult) MarshalBinary() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	var w persist.Writer
	w.Ints("labels", r.Labels)
	w.Ints("core_sample_indices", r.CoreSampleIndices)
	w.Matrix("points", r.Points)
	return w.Encode(kindDBSCAN, 1, dbscanHead{r.Clusters, r.Eps, r.Metric.String()})
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave r unchanged.
func (r *DBSCANResult) UnmarshalBinary(data []byte) error {
	var head dbscanHead
	f, err := persist.Decode(data, kindDBSCAN, 1, &head)
	if err != nil {
		return err
	}
	labels := f.Ints("labels", -1, Noise, max(0, head.Clusters))
	out := DBSCANResult{
		Labels: labels, CoreSampleIndices: orNil(f.Ints("core_sample_indices", -1, 0, len(labels))), Clusters: head.Clusters,
		Eps: head.Eps, Points: f.Matrix("points", len(labels), -1),
	}
	out.Metric = metricOf(f, head.Metric)
	return persist.Keep(r, out, f, out.check)
}

// MarshalJSON returns an ErrNoJSON, since Predict needs the points.
func (r DBSCANResult) MarshalJSON() ([]byte, error) { return nil, persist.NoJSON("cluster", "DBSCAN") }

// UnmarshalJSON returns an ErrNoJSON.
func (r *DBSCANResult) UnmarshalJSON([]byte) error { return persist.NoJSON("cluster", "DBSCAN") }

type hdbscanHead struct {
	MinSamples int    `json:"min_samples"`
	Metric     string `json:"metric"`
}

func (r *HDBSCANResult) check() error {
	const name = "HDBSCAN"
	if r == nil || r.Points == nil {
		return persist.NotFitted(name, "no points")
	}
	n, _ := r.Points.Dims()
	for what, have := range map[string]int{
		"labels": len(r.Labels), "probabilities": len(r.Probabilities), "outlier scores": len(r.OutlierScores), "core distances": len(r.CoreDistances),
	} {
		if have != n {
			return persist.NotFitted(name, "%d %s of %d points", have, what, n)
		}
	}
	if len(r.Persistence) != len(r.Births) || r.MinSamples < 1 || r.MinSamples > n || !r.Metric.Valid() {
		return persist.NotFitted(name, "%d births, persistence of %d, min samples %d, %v", len(r.Births), len(r.Persistence), r.MinSamples, r.Metric)
	}
	return checkLabels(name, r.Labels, Noise, len(r.Births))
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. The bytes contain the fitted points and need the same protection as
// these.
func (r HDBSCANResult) MarshalBinary() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	var w persist.Writer
	w.Ints("labels", r.Labels)
	n, c := len(r.Labels), len(r.Births)
	w.Float64("probabilities", r.Probabilities, n)
	w.Float64("outlier_scores", r.OutlierScores, n)
	w.Float64("core_distances", r.CoreDistances, n)
	w.Float64("persistence", r.Persistence, c)
	w.Float64("births", r.Births, c)
	w.Matrix("points", r.Points)
	return w.Encode(kindHDBSCAN, 1, hdbscanHead{r.MinSamples, r.Metric.String()})
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave r unchanged.
func (r *HDBSCANResult) UnmarshalBinary(data []byte) error {
	var head hdbscanHead
	f, err := persist.Decode(data, kindHDBSCAN, 1, &head)
	if err != nil {
		return err
	}
	births := f.Float64("births", -1)
	labels := f.Ints("labels", -1, Noise, len(births))
	n := len(labels)
	out := HDBSCANResult{
		Labels: labels, Probabilities: f.Float64("probabilities", n), OutlierScores: f.Float64("outlier_scores", n),
		CoreDistances: f.Float64("core_distances", n), Persistence: orNil(f.Float64("persistence", len(births))), Births: orNil(births),
		MinSamples: head.MinSamples, Points: f.Matrix("points", n, -1),
	}
	out.Metric = metricOf(f, head.Metric)
	return persist.Keep(r, out, f, out.check)
}

// MarshalJSON returns an ErrNoJSON, since Predict needs the points.
func (r HDBSCANResult) MarshalJSON() ([]byte, error) {
	return nil, persist.NoJSON("cluster", "HDBSCAN")
}

// UnmarshalJSON returns an ErrNoJSON.
func (r *HDBSCANResult) UnmarshalJSON([]byte) error { return persist.NoJSON("cluster", "HDBSCAN") }

type agglomerativeHead struct {
	Clusters int    `json:"n_clusters"`
	Metric   string `json:"metric"`
}

func (r *AgglomerativeResult) check() error {
	const name = "Agglomerative"
	if r == nil || r.Points == nil {
		return persist.NotFitted(name, "no points")
	}
	n, _ := r.Points.Dims()
	if len(r.Labels) != n || !r.Metric.Valid() {
		return persist.NotFitted(name, "%d labels of %d points, %v", len(r.Labels), n, r.Metric)
	}
	return checkLabels(name, r.Labels, 0, r.Clusters)
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. The bytes contain the fitted points and need the same protection as
// these.
func (r AgglomerativeResult) MarshalBinary() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	m := len(r.Merges)
	ends, sizes, distances := make([]int, 0, 2*m), make([]int, m), make([]float64, m)
	for t, j := range r.Merges {
		ends = append(ends, j.A, j.B)
		sizes[t], distances[t] = j.Size, j.Distance
	}
	var w persist.Writer
	w.Ints("labels", r.Labels)
	w.Ints("children", ends)
	w.Ints("sizes", sizes)
	w.Float64("distances", distances, m)
	w.Matrix("points", r.Points)
	return w.Encode(kindAgglomerative, 1, agglomerativeHead{r.Clusters, r.Metric.String()})
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave r unchanged.
func (r *AgglomerativeResult) UnmarshalBinary(data []byte) error {
	var head agglomerativeHead
	f, err := persist.Decode(data, kindAgglomerative, 1, &head)
	if err != nil {
		return err
	}
	labels := f.Ints("labels", -1, 0, max(0, head.Clusters))
	n := len(labels)
	distances := f.Float64("distances", -1)
	m := len(distances)
	ends, sizes := f.Ints("children", 2*m, 0, max(1, 2*n)), f.Ints("sizes", m, 2, n+1)
	out := AgglomerativeResult{Labels: labels, Clusters: head.Clusters, Points: f.Matrix("points", n, -1)}
	for t := range sizes {
		if 2*t+1 < len(ends) {
			out.Merges = append(out.Merges, Merge{ends[2*t], ends[2*t+1], distances[t], sizes[t]})
		}
	}
	if out.Merges == nil {
		out.Merges = []Merge{}
	}
	out.Metric = metricOf(f, head.Metric)
	return persist.Keep(r, out, f, out.check)
}

// MarshalJSON returns an ErrNoJSON, since Predict needs the points.
func (r AgglomerativeResult) MarshalJSON() ([]byte, error) {
	return nil, persist.NoJSON("cluster", "Agglomerative")
}

// UnmarshalJSON returns an ErrNoJSON.
func (r *AgglomerativeResult) UnmarshalJSON([]byte) error {
	return persist.NoJSON("cluster", "Agglomerative")
}

// metricOf parses the name of a metric.
func metricOf(f *persist.Reader, name string) Metric {
	m, err := ParseMetric(name)
	if err != nil {
		f.Fail("%v", err)
	}
	return m
}

// orNil returns nil for an empty list, as fits do.
func orNil[T any](v []T) []T {
	if len(v) == 0 {
		return nil
	}
	return v
}
