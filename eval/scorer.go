package eval

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/score"
)

// Noise is the label of points that belong to no cluster, as used by DBSCAN and
// HDBSCAN.
const Noise = score.Noise

// Scorer computes the scores that judge a partition by its points alone. The
// zero value uses Euclidean distances, all points, and GOMAXPROCS threads.
type Scorer struct {
	// Metric is the distance used by the silhouette, Dunn and DBCV.
	// Calinski-Harabasz and Davies-Bouldin are defined by centroids and always
	// Euclidean.
	Metric Metric

	// SkipNoise leaves out points labelled Noise. By default noise counts as a
	// cluster, as in scikit-learn. DBCV has its own rule.
	SkipNoise bool

	// SampleSize, if positive and less than the number of points, makes Silhouette
	// use a sample of that many points, drawn without replacement.
	SampleSize int

	// Seed determines the sample. The same seed gives the same sample.
	Seed uint64

	// Full makes Report also compute Dunn and DBCV, which compare all pairs of
	// points again, in float64.
	Full bool

	// Threads is the number of goroutines to use; 0 means GOMAXPROCS. It does not
	// affect the results.
	Threads int
}

// points applies SkipNoise.
func (s Scorer) points(name string, x mat.Matrix, labels []int) (mat.Matrix, []int, error) {
	if s.SampleSize < 0 {
		return nil, nil, fmt.Errorf("%s: sample size %d, want 0 or more: %w", name, s.SampleSize, ErrOption)
	}
	if x == nil {
		return nil, nil, fmt.Errorf("%s: %w", name, ErrEmpty)
	}
	n, _ := x.Dims()
	if n != len(labels) {
		return nil, nil, fmt.Errorf("%s: %d points but %d labels: %w", name, n, len(labels), ErrShape)
	}
	if !s.SkipNoise {
		return x, labels, nil
	}
	keep := score.Drop(labels)
	if len(keep) == n {
		return x, labels, nil
	}
	if len(keep) == 0 {
		return nil, nil, &LabelCountError{Score: name, Clusters: 0, Points: 0}
	}
	return score.Take(x, keep), score.Pick(labels, keep), nil
}

// Silhouette returns the mean over the points of (b-a)/max(a,b), in [-1, 1],
// where a is a point's mean distance to the others of its cluster and b its
// mean distance to the nearest other cluster (Rousseeuw 1987). Near 1, clusters
// are compact and far apart; below 0, points are in the wrong cluster.
//
// x is [n, d], labels [n]. Time is O(n² d), or O(n k d) with the cosine metric;
// memory is O(n) in addition to x. float32 points (see the package
// documentation) are compared in float32 where that is accurate and summed in
// float64, with an error of about 1e-6; float64 points give a result exact to
// rounding.
func (s Scorer) Silhouette(ctx context.Context, x mat.Matrix, labels []int) (float64, error) {
	x, labels, err := s.points("silhouette", x, labels)
	if err != nil {
		return 0, err
	}
	if s.SampleSize > 0 && s.SampleSize < len(labels) {
		// Bad points are an error whether or not they are in the sample.
		if _, err := score.View(ctx, x, s.Threads); err != nil {
			return 0, fmt.Errorf("silhouette: %w", err)
		}
		rows := score.Sample(len(labels), s.SampleSize, s.Seed)
		x, labels = score.Take(x, rows), score.Pick(labels, rows)
	}
	return score.Silhouette(ctx, x, labels, s.Metric, s.Threads)
}

// SilhouetteSamples returns the silhouette of each point, [n]. It is 0 for the
// only point of a cluster and, with SkipNoise, for noise. SampleSize is not
// used.
func (s Scorer) SilhouetteSamples(ctx context.Context, x mat.Matrix, labels []int) ([]float64, error) {
	px, pl, err := s.points("silhouette", x, labels)
	if err != nil {
		return nil, err
	}
	got, err := score.SilhouetteSamples(ctx, px, pl, s.Metric, s.Threads)
	if err != nil || len(pl) == len(labels) {
		return got, err
	}
	out := make([]float64, len(labels))
	for i, r := range score.Drop(labels) {
		out[r] = got[i]
	}
	return out, nil
}

// CalinskiHarabasz returns the variance ratio criterion (Caliński & Harabasz
// 1974): the scatter of the centroids divided by the scatter within clusters,
// each divided by its degrees of freedom, k-1 and n-k. Larger is better,
// without an upper bound. It is 1 if there is no scatter within clusters.
func (s Scorer) CalinskiHarabasz(ctx context.Context, x mat.Matrix, labels []int) (float64, error) {
	x, labels, err := s.points("Calinski-Harabasz", x, labels)
	if err != nil {
		return 0, err
	}
	return score.CalinskiHarabasz(ctx, x, labels, s.Threads)
}

// DaviesBouldin returns the mean over clusters of the largest (si+sj)/dij,
// where si is cluster i's mean distance to its centroid and dij the distance
// between two centroids (Davies & Bouldin 1979). Smaller is better; the minimum
// is 0. It is also 0 if the points of each cluster coincide, or if all
// centroids coincide.
func (s Scorer) DaviesBouldin(ctx context.Context, x mat.Matrix, labels []int) (float64, error) {
	x, labels, err := s.points("Davies-Bouldin", x, labels)
	if err != nil {
		return 0, err
	}
	return score.DaviesBouldin(ctx, x, labels, s.Threads)
}

// Silhouette calls Scorer{Metric: m}.Silhouette without a context.
func Silhouette(x mat.Matrix, labels []int, m Metric) (float64, error) {
	return Scorer{Metric: m}.Silhouette(context.Background(), x, labels)
}

// SilhouetteSamples calls Scorer{Metric: m}.SilhouetteSamples without a
// context.
func SilhouetteSamples(x mat.Matrix, labels []int, m Metric) ([]float64, error) {
	return Scorer{Metric: m}.SilhouetteSamples(context.Background(), x, labels)
}

// CalinskiHarabasz calls Scorer{}.CalinskiHarabasz without a context.
func CalinskiHarabasz(x mat.Matrix, labels []int) (float64, error) {
	return Scorer{}.CalinskiHarabasz(context.Background(), x, labels)
}

// DaviesBouldin calls Scorer{}.DaviesBouldin without a context.
func DaviesBouldin(x mat.Matrix, labels []int) (float64, error) {
	return Scorer{}.DaviesBouldin(context.Background(), x, labels)
}
