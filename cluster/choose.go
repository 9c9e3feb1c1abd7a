package cluster

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ChooseOptions configures Choose. The zero value tries KMeans with 2 to 10
// clusters.
type ChooseOptions struct {
	// K lists the numbers of clusters to try with KMeans. nil means 2 to 10, or
	// fewer if there are too few points. K is ignored if Density or Eps is set.
	K []int
	// Density tries DBSCAN over Eps instead of KMeans over K.
	Density bool
	// Eps lists the radii to try; setting it implies Density. nil means sixteen
	// radii in a geometric progression, from two thirds of that at the knee of the
	// k-distance curve (or 0.6 times the curve's median, if that is more) to twice
	// its 0.99 quantile.
	Eps []float64
	// MinSamples is the option of DBSCAN. 0 means 5, or a quarter of the square
	// root of the number of points if that is more, and no more than there are
	// points.
	MinSamples int
	// Metric is Euclidean or Cosine for KMeans, any for DBSCAN.
	Metric Metric
	// NInit is the number of KMeans starts for each candidate. 0 means 3.
	NInit int
	// Sample is the number of random points on which the silhouette, the gap
	// statistic and the stability are computed. 0 means 2000.
	Sample int
	// References is the number of uniform data sets for the gap statistic. 0 means
	// 5; a negative number disables the gap statistic.
	References int
	// Bootstraps is the number of resamples for the stability, of DBSCAN that of
	// pairs of halves. 0 means 5; a negative number disables the stability.
	Bootstraps int
	// Seed seeds the random numbers. The same seed gives the same choice.
	Seed uint64
	// Threads limits the number of goroutines; 0 means GOMAXPROCS.
	Threads int
	// Progress, if not nil, is called after each candidate. Its unit is
	// candidates.
	Progress Progress
}

// Ladder returns numbers of clusters to try, from low to high inclusive. It
// includes every number up to 40; above that, it takes steps of about a
// twentieth, since adjacent numbers hardly differ there.
func Ladder(low, high int) []int {
	var k []int
	for n := max(2, low); n < high; n = max(n+1, n+n/20) {
		k = append(k, n)
	}
	return append(k, high)
}

// Candidate is a setting that Choose tried, with its scores. A score is NaN if
// it is undefined or was not requested.
type Candidate struct {
	// K is the number of clusters requested from KMeans, or 0 for DBSCAN.
	K int
	// Eps is the radius for DBSCAN, or 0 for KMeans.
	Eps float64
	// Clusters is the number of clusters found.
	Clusters int
	// NoiseShare is the fraction of the points that belong to no cluster.
	NoiseShare float64
	// Inertia is the inertia of KMeans. It always decreases as K grows, so only
	// its knee is informative.
	Inertia float64
	// Silhouette (Rousseeuw, 1987) is that of the points in clusters: near 1 if
	// the clusters are compact and well separated, near 0 if they touch.
	Silhouette float64
	// CalinskiHarabasz (1974) is the scatter between clusters divided by the
	// scatter within them.
	CalinskiHarabasz float64
	// DaviesBouldin (1979) is the mean similarity of each cluster to the one most
	// similar to it. Lower is better.
	DaviesBouldin float64
	// Gap is the gap statistic (Tibshirani, Walther and Hastie, 2001): how much
	// lower the log inertia is than for reference points without clusters, drawn
	// along the principal axes if there are at most 512 of them. Under the cosine
	// metric it is computed on the rows scaled to unit length, with Euclidean
	// distance. GapError is its standard error, s_k in the paper.
	Gap, GapError float64
	// Stability is the mean adjusted Rand index between this partition and those
	// of bootstrap resamples (von Luxburg, 2010). For DBSCAN, whose fragments such
	// resamples share, it is that between the partitions of two halves of the
	// points, of at most 5,000 points each. It is 1 if all agree.
	Stability float64
	// MeanRank is the mean of this candidate's ranks over the scores; the best
	// rank is 1.
	MeanRank float64
	// Partition is the partition found with this setting.
	Partition Partition
}

// Name returns the setting: "k = 5" or "eps = 0.4".
func (c *Candidate) Name() string {
	if c.K > 0 {
		return fmt.Sprintf("k = %d", c.K)
	}
	return fmt.Sprintf("eps = %.4g", c.Eps)
}

// Estimator returns an estimator that finds c's clusters on all points in one
// fit. c is a candidate that Choose tried with options o.
func (o ChooseOptions) Estimator(c *Candidate) Clusterer {
	n := 0
	if c.Partition != nil {
		n = len(c.Partition.Assignments())
	}
	o = o.withDefaults(n)
	if c.K == 0 {
		return DBSCAN{Eps: c.Eps, MinSamples: o.MinSamples, Metric: o.Metric, Threads: o.Threads}
	}
	return KMeans{K: c.K, NInit: o.NInit, Metric: o.Metric, Seed: o.Seed, Threads: o.Threads}
}

// Choice is the result of Choose.
type Choice struct {
	// Candidates are in ascending order of K or Eps.
	Candidates []Candidate
	// Best is the index of the recommended candidate.
	Best int
	// Knee is the index of the candidate at the knee of the inertia over K, or of
	// the one closest to the knee of the k-distance curve. It is -1 if there is no
	// knee.
	Knee int
	// OneGap and OneGapError are the gap statistic of all points as one cluster
	// and its standard error, or NaN without a gap statistic. If the recommended
	// candidate's gap is no better, the points may as well be one cluster.
	OneGap, OneGapError float64
	// Reason explains the recommendation in a sentence.
	Reason string
}

// Recommended returns the best candidate.
func (c *Choice) Recommended() *Candidate { return &c.Candidates[c.Best] }

// withDefaults replaces zero options by their defaults for n points, or for a
// few if n is 0.
func (o ChooseOptions) withDefaults(n int) ChooseOptions {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	usual := max(5, int(math.Sqrt(float64(n))/4))
	if n > 0 {
		usual = min(usual, n)
	}
	set(&o.MinSamples, usual)
	set(&o.NInit, 3)
	set(&o.Sample, 2000)
	set(&o.References, 5)
	set(&o.Bootstraps, 5)
	o.Density = o.Density || o.Eps != nil
	return o
}

func (o ChooseOptions) check() error {
	for _, c := range []struct {
		option string
		n      int
	}{{"NInit", o.NInit}, {"References", o.References}, {"Bootstraps", o.Bootstraps}} {
		if c.n > maxStarts {
			return badRepeats("Choose", c.option, c.n)
		}
	}
	return nil
}

// Choose tries a range of numbers of clusters (or values of DBSCAN's Eps) on
// the rows of x, [n, d], scores each, and recommends one. For numbers of
// clusters, it recommends the one with the best mean rank over the silhouette,
// the Davies-Bouldin index, the gap statistic, the stability and the closeness
// to the knee of the inertia. For radii, it recommends the middle of the
// longest range, by the ratio of its ends, over which DBSCAN finds the same
// number of clusters, at least two, if the ratio is 1.45 or more and no cluster
// holds more than two thirds of the points in clusters: the scores assume compact
// clusters and would prefer fragments to one long shape. If there is no such
// range, as for the vectors of texts, it recommends, of the radii from 0.7 to
// 1.25 times that at the knee of the k-distances, the one with the largest
// product of the share of points in clusters and the geometric mean of the
// stability and of the entropy of the clusters' sizes: what says most about the
// points and is found again in others. Without a stability it is the one with
// the largest silhouette, with noise counted as 0, within a factor of 1.25 of
// the knee.
//
// No score is right for all data. If the scores disagree, Reason says so, and
// Candidates holds them all. A candidate is recommended even if there are no
// clusters at all. Usually it is then unstable, or its gap statistic is no
// better than that of one cluster, or most points are noise or in one cluster,
// and Reason warns about that. The silhouette
// and Davies-Bouldin scores ignore noise, but a candidate with noise is
// penalized in them. Under the cosine metric all scores are computed on the
// rows scaled to unit length.
//
// Choose returns an ErrTooFewPoints unless there are at least three points and
// a candidate with at least two clusters.
func Choose(ctx context.Context, x mat.Matrix, o ChooseOptions) (*Choice, error) {
	const name = "Choose"
	p, err := newPoints(ctx, name, "points", x, o.Metric, o.Threads)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults(p.n)
	if p.n < 3 {
		return nil, &TooFewPointsError{Estimator: name, Need: "comparing partitions", Want: 3, Got: p.n}
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Sample < 3 {
		return nil, &OptionError{Estimator: name, Option: "Sample", Got: o.Sample, Want: "at least 3"}
	}
	s := &sweep{o: o, x: p.units(x), n: p.n}
	if err := s.candidates(ctx, p); err != nil {
		return nil, err
	}
	s.draw()
	choice := &Choice{Candidates: make([]Candidate, len(s.makers)), Knee: -1, OneGap: math.NaN(), OneGapError: math.NaN()}
	if s.flat != nil {
		if choice.OneGap, choice.OneGapError, err = s.gap(ctx, 1); err != nil {
			return nil, err
		}
	}
	for i := range s.makers {
		c, err := s.try(ctx, i)
		if err != nil {
			return nil, err
		}
		choice.Candidates[i] = c
		o.Progress.report(i+1, len(s.makers))
	}
	choice.Knee = s.knee(choice.Candidates)
	if err := recommend(choice, o.Density, s.bend); err != nil {
		return nil, err
	}
	return choice, nil
}
