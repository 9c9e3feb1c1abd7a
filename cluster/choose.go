package cluster

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ChooseOptions say what Choose tries and how it judges. The zero value tries
// KMeans with 2 to 10 clusters.
type ChooseOptions struct {
	// K lists the numbers of clusters to try with KMeans. nil: 2 to 10, as far as
	// there are points for them. Ignored if Density or Eps is set.
	K []int
	// Density tries DBSCAN over Eps instead of KMeans over K.
	Density bool
	// Eps lists the radii to try; setting it implies Density. nil: sixteen, in equal
	// ratios, from 0.6 times the median of the k-distance curve to twice its
	// quantile of 0.99.
	Eps []float64
	// MinSamples is DBSCAN's. 0: 5.
	MinSamples int
	// Metric is Euclidean or Cosine for KMeans, any for DBSCAN.
	Metric Metric
	// NInit is KMeans': the starts of each candidate. 0: 3.
	NInit int
	// Sample is the number of random points on which the silhouette, the gap
	// statistic and the stability are computed. 0: 2000.
	Sample int
	// References is the number of uniform data sets behind the gap statistic.
	// 0: 5. Negative: no gap statistic.
	References int
	// Bootstraps is the number of resamples behind the stability. 0: 5.
	// Negative: no stability.
	Bootstraps int
	// Seed starts the random numbers. The same seed gives the same choice.
	Seed uint64
	// Threads is the largest number of goroutines. 0: GOMAXPROCS.
	Threads int
	// Progress is told after each candidate, in candidates, if not nil.
	Progress Progress
}

// Ladder returns numbers of clusters to try from low to high, both included: all
// up to 20, and above that one in about twenty of their size, since neighbours of these
// hardly differ.
func Ladder(low, high int) []int {
	var k []int
	for n := max(2, low); n < high; n = max(n+1, n+n/20) {
		k = append(k, n)
	}
	return append(k, high)
}

// Candidate is one setting that Choose tried, and its scores. A score that is
// undefined or was not asked for is NaN.
type Candidate struct {
	// K is the number of clusters asked of KMeans, 0 for DBSCAN.
	K int
	// Eps is DBSCAN's radius, 0 for KMeans.
	Eps float64
	// Clusters is the number of clusters found.
	Clusters int
	// NoiseShare is the part of the points in no cluster.
	NoiseShare float64
	// Inertia is KMeans'; it always falls with K, and only its knee tells.
	Inertia float64
	// Silhouette (Rousseeuw, 1987), of the points that are in clusters: near 1
	// if these are compact and apart, 0 if they touch.
	Silhouette float64
	// CalinskiHarabasz (1974): scatter between clusters over scatter within.
	CalinskiHarabasz float64
	// DaviesBouldin (1979): the mean likeness of clusters to their most alike;
	// less is better.
	DaviesBouldin float64
	// Gap is the gap statistic (Tibshirani, Walther and Hastie, 2001): how much
	// lower log inertia is than for points without clusters, in the frame of the
	// principal axes up to 512 of these. Under the cosine metric it is of the rows
	// at unit length, by Euclidean distance. GapError is its standard error, s_k in
	// the paper.
	Gap, GapError float64
	// Stability is the mean adjusted Rand index between this partition and those
	// found in bootstrap resamples: 1 if chance plays no part (von Luxburg, 2010).
	Stability float64
	// MeanRank is the mean of this candidate's ranks by the scores, from 1.
	MeanRank float64
	// Partition is what was found with this setting.
	Partition Partition
}

// Name returns the setting: "k = 5" or "eps = 0.4".
func (c *Candidate) Name() string {
	if c.K > 0 {
		return fmt.Sprintf("k = %d", c.K)
	}
	return fmt.Sprintf("eps = %.4g", c.Eps)
}

// Estimator returns what finds c's clusters on all points in one fit, of a
// candidate that Choose tried with options o.
func (o ChooseOptions) Estimator(c *Candidate) Clusterer {
	o = o.withDefaults()
	if c.K == 0 {
		return DBSCAN{Eps: c.Eps, MinSamples: o.MinSamples, Metric: o.Metric, Threads: o.Threads}
	}
	return KMeans{K: c.K, NInit: o.NInit, Metric: o.Metric, Seed: o.Seed, Threads: o.Threads}
}

// Choice is what Choose found.
type Choice struct {
	// Candidates are in the order of K or Eps, ascending.
	Candidates []Candidate
	// Best is the position of the recommended one.
	Best int
	// Knee is the position of the knee: of the inertia over K, or the candidate
	// closest to the knee of the k-distance curve. -1: none.
	Knee int
	// OneGap and OneGapError are the gap statistic of all points as one cluster and
	// its standard error; NaN without. Where the recommended candidate is no
	// better, the points are as well taken for one cluster.
	OneGap, OneGapError float64
	// Reason says why, in a sentence for people.
	Reason string
}

// Recommended returns the best candidate.
func (c *Choice) Recommended() *Candidate { return &c.Candidates[c.Best] }

func (o ChooseOptions) withDefaults() ChooseOptions {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	set(&o.MinSamples, 5)
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

// Choose tries a range of numbers of clusters (or of DBSCAN's Eps) on the rows
// of x, [n, d], scores each, and recommends one. Of numbers of clusters it is
// the one with the best mean rank over the scores: silhouette, Davies-Bouldin,
// gap statistic, stability and closeness to the knee of the inertia. Of radii it
// is the middle of the longest range, by the ratio of its ends, over which DBSCAN
// finds the same number of clusters, two at least: the other scores are about
// compact clusters, and prefer splinters to a long shape.
//
// No score is right for all data; where they disagree, Reason says so and
// Candidates hold them all. One candidate is recommended even where there are no
// clusters at all: then it is as a rule unstable or its gap statistic no better
// than that of one cluster, and Reason warns of that. Noise weighs against a
// candidate in the silhouette and Davies-Bouldin, which leave it out.
// Under the cosine metric all scores are of the rows at unit length.
//
// At least three points are needed, and one candidate with two clusters or
// more, or the error is an ErrTooFewPoints.
func Choose(ctx context.Context, x mat.Matrix, o ChooseOptions) (*Choice, error) {
	const name = "Choose"
	o = o.withDefaults()
	p, err := newPoints(ctx, name, "points", x, o.Metric, o.Threads)
	if err != nil {
		return nil, err
	}
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
	if err := recommend(choice, o.Density); err != nil {
		return nil, err
	}
	return choice, nil
}
