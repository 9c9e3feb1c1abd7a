package cluster

import (
	"context"
	"fmt"
	"math"
	"strings"

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

// criterion is one score as a way to rank candidates. The first two see only
// the points in clusters, so they are worth the less the fewer these are: the
// densest cores alone would always look best. Calinski-Harabasz is not among
// them: it asks what the silhouette asks, which would then count twice.
type criterion struct {
	name string
	of   func(c *Candidate) float64 // more is better
	show func(c *Candidate) float64
}

var criteria = []criterion{
	{"silhouette", func(c *Candidate) float64 { return c.Silhouette * (1 - c.NoiseShare) }, func(c *Candidate) float64 { return c.Silhouette }},
	{"Davies-Bouldin", func(c *Candidate) float64 { return -c.DaviesBouldin / (1 - c.NoiseShare) }, func(c *Candidate) float64 { return c.DaviesBouldin }},
	{"gap statistic", func(c *Candidate) float64 { return c.Gap }, func(c *Candidate) float64 { return c.Gap }},
	{"stability", func(c *Candidate) float64 { return c.Stability }, func(c *Candidate) float64 { return c.Stability }},
}

// unstableBelow is the stability below which a reason warns: of points without
// structure, partitions found anew in resamples score 0.2 to 0.4.
const unstableBelow = 0.5

// recommend ranks the candidates and explains the best.
func recommend(choice *Choice, density bool) error {
	cs := choice.Candidates
	valid := 0
	sum, count := make([]float64, len(cs)), 0
	first := make([][]string, len(cs))
	vote := func(name string, value []float64, show func(i int) string) {
		best := -1
		for i, v := range value {
			if v == v && (best < 0 || v > value[best]) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		count++
		for i, r := range ranks(value) {
			sum[i] += r
		}
		first[best] = append(first[best], name+show(best))
	}
	value := make([]float64, len(cs))
	for i := range cs {
		if cs[i].Clusters >= 2 {
			valid++
		}
	}
	if valid == 0 {
		return fmt.Errorf("cluster: Choose: none of %d settings, %s to %s, finds two clusters: %w",
			len(cs), cs[0].Name(), cs[len(cs)-1].Name(), ErrTooFewPoints)
	}
	for _, k := range criteria {
		for i := range cs {
			value[i] = k.of(&cs[i])
		}
		vote(k.name, value, func(i int) string { return fmt.Sprintf(" (%.3g)", k.show(&cs[i])) })
	}
	if choice.Knee >= 0 {
		closeTo(value, choice.Knee)
		what := "knee of the inertia"
		if density {
			what = "knee of the k-distances"
		}
		vote(what, value, func(int) string { return "" })
	}
	for i := range cs {
		cs[i].MeanRank = math.Inf(1)
		if count > 0 {
			cs[i].MeanRank = sum[i] / float64(count)
		}
	}
	best := -1
	var b strings.Builder
	if density {
		run, _ := mostPersistent(cs) // there is a valid one
		best = run.best
		c := &cs[best]
		fmt.Fprintf(&b, "%s finds %d clusters and %.0f%% noise, and no other number of clusters lasts over a longer range of radii (%.3g to %.3g)",
			c.Name(), c.Clusters, 100*c.NoiseShare, cs[run.first].Eps, cs[run.last].Eps)
	} else {
		for i := range cs {
			if cs[i].Clusters >= 2 && (best < 0 || cs[i].MeanRank < cs[best].MeanRank) {
				best = i
			}
		}
		c := &cs[best]
		fmt.Fprintf(&b, "%s has the best mean rank (%.2g of %d candidates) over %d criteria", c.Name(), c.MeanRank, len(cs), count)
	}
	choice.Best = best
	c := &cs[best]
	if len(first[best]) > 0 {
		fmt.Fprintf(&b, "; it is first by %s", strings.Join(first[best], ", "))
	}
	for i, f := range first {
		if i != best && len(f) > 0 {
			fmt.Fprintf(&b, "; %s is first by %s", cs[i].Name(), strings.Join(f, ", "))
		}
	}
	switch {
	case c.Gap-choice.OneGap < math.Hypot(c.GapError, choice.OneGapError): // not if NaN
		fmt.Fprintf(&b, "; but its gap statistic (%.2g) is hardly better than that of a single cluster (%.2g): there may be no clusters of this kind", c.Gap, choice.OneGap)
	case c.Stability < unstableBelow: // not if NaN
		fmt.Fprintf(&b, "; but resamples agree little with it (stability %.2g): there may be no clusters of this kind", c.Stability)
	}
	b.WriteByte('.')
	choice.Reason = b.String()
	return nil
}

// ranks returns the rank of each value, the largest first, equal ones sharing
// the mean of their ranks, NaN last.
func ranks(value []float64) []float64 {
	out := make([]float64, len(value))
	for i, v := range value {
		less, same := 0, 0
		for _, w := range value {
			switch {
			case v != v && w != w, v == w:
				same++
			case v != v, w > v:
				less++
			}
		}
		out[i] = float64(less) + float64(same+1)/2
	}
	return out
}

// closeTo ranks positions by their distance to at.
func closeTo(value []float64, at int) {
	for i := range value {
		value[i] = -math.Abs(float64(i - at))
	}
}
