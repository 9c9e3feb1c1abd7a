package eval

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/score"
)

// Noise is the label of points that belong to no cluster, as DBSCAN and
// HDBSCAN give it.
const Noise = score.Noise

// Scorer computes the scores that judge a partition by its points alone. The
// zero value uses euclidean distances, all points, and all cores.
type Scorer struct {
	// Metric is the distance that the silhouette, Dunn and DBCV measure by.
	// Calinski-Harabasz and Davies-Bouldin are about centroids and always
	// euclidean.
	Metric Metric

	// SkipNoise leaves points labelled Noise out. Otherwise noise counts as a
	// cluster like any other, as in scikit-learn. DBCV has its own rule.
	SkipNoise bool

	// SampleSize, where above 0 and below the number of points, has Silhouette
	// look at that many points only, drawn without replacement.
	SampleSize int

	// Seed chooses the sample. The same seed gives the same sample.
	Seed uint64

	// Full has Report compute Dunn and DBCV too, which compare all pairs of
	// points again, in float64.
	Full bool

	// Threads is how many goroutines to use, 0 for GOMAXPROCS. It does not
	// change a single bit of the results.
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

// Silhouette returns the mean over the points of (b-a)/max(a,b), in [-1, 1]:
// a is a point's mean distance to the others of its cluster, b its mean
// distance to the nearest other cluster (Rousseeuw 1987). Near 1 clusters are
// compact and far apart; below 0 points sit in the wrong cluster.
//
// x is [n, d], labels [n]. Time is O(n² d), with the cosine metric O(n k d);
// memory O(n) beside x either way. float32 points (see package documentation)
// are compared in float32 where that is accurate and summed in float64: the
// result is within about 1e-6 of the exact one; with float64 points it is exact
// to rounding.
func (s Scorer) Silhouette(ctx context.Context, x mat.Matrix, labels []int) (float64, error) {
	x, labels, err := s.points("silhouette", x, labels)
	if err != nil {
		return 0, err
	}
	if s.SampleSize > 0 && s.SampleSize < len(labels) {
		// Bad points are an error whether or not they are drawn.
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
// 1974): the scatter of the centroids over the scatter within clusters, each by
// its degrees of freedom, k-1 and n-k. Larger is better, without an upper
// bound. It is 1 where nothing scatters within.
func (s Scorer) CalinskiHarabasz(ctx context.Context, x mat.Matrix, labels []int) (float64, error) {
	x, labels, err := s.points("Calinski-Harabasz", x, labels)
	if err != nil {
		return 0, err
	}
	return score.CalinskiHarabasz(ctx, x, labels, s.Threads)
}

// DaviesBouldin returns the mean over clusters of the largest (si+sj)/dij, si
// being cluster i's mean distance to its centroid and dij the distance of two
// centroids (Davies & Bouldin 1979). Smaller is better, 0 the least; it is 0
// where clusters are points or all centroids coincide.
func (s Scorer) DaviesBouldin(ctx context.Context, x mat.Matrix, labels []int) (float64, error) {
	x, labels, err := s.points("Davies-Bouldin", x, labels)
	if err != nil {
		return 0, err
	}
	return score.DaviesBouldin(ctx, x, labels, s.Threads)
}

// Silhouette is Scorer{Metric: m}.Silhouette without a context.
func Silhouette(x mat.Matrix, labels []int, m Metric) (float64, error) {
	return Scorer{Metric: m}.Silhouette(context.Background(), x, labels)
}

// SilhouetteSamples is Scorer{Metric: m}.SilhouetteSamples without a context.
func SilhouetteSamples(x mat.Matrix, labels []int, m Metric) ([]float64, error) {
	return Scorer{Metric: m}.SilhouetteSamples(context.Background(), x, labels)
}

// CalinskiHarabasz is Scorer{}.CalinskiHarabasz without a context.
func CalinskiHarabasz(x mat.Matrix, labels []int) (float64, error) {
	return Scorer{}.CalinskiHarabasz(context.Background(), x, labels)
}

// DaviesBouldin is Scorer{}.DaviesBouldin without a context.
func DaviesBouldin(x mat.Matrix, labels []int) (float64, error) {
	return Scorer{}.DaviesBouldin(context.Background(), x, labels)
}
