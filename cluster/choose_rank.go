package cluster

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/rank"
)

// criterion is a score used to rank candidates. The first two see only the
// points in clusters, so they are weighted by the share of these: otherwise the
// densest cores alone would always look best. Calinski-Harabasz is left out
// because it measures the same thing as the silhouette, which would then count
// twice.
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

// Stabilities below which the reason contains a warning. For points without
// structure, partitions by KMeans of resamples score 0.2 to 0.4, those by DBSCAN
// of halves 0.05, or 0.3 around a single centre.
const (
	unstableBelow = 0.5
	halvesBelow   = 1.0 / 3
)

// nearlyAll is the share of points, as noise or in a single cluster, from which
// on the reason of a density contains a warning.
const nearlyAll = 0.8

// ballot collects the ranks of the candidates by each criterion.
type ballot struct {
	sum   []float64  // [candidates] sum of the ranks
	count int        // number of criteria
	first [][]string // [candidates] criteria by which each is first
}

// vote ranks the candidates by value, the largest first. A criterion that is
// NaN for all candidates does not count.
func (v *ballot) vote(name string, value []float64, show func(i int) string) {
	best := -1
	for i, x := range value {
		if x == x && (best < 0 || x > value[best]) {
			best = i
		}
	}
	if best < 0 {
		return
	}
	v.count++
	for i, r := range ranks(value) {
		v.sum[i] += r
	}
	v.first[best] = append(v.first[best], name+show(best))
}

// recommend ranks the candidates and explains the best.
func recommend(choice *Choice, density bool, bend float64) error {
	cs := choice.Candidates
	valid := 0
	for i := range cs {
		if cs[i].Clusters >= 2 {
			valid++
		}
	}
	if valid == 0 {
		return fmt.Errorf("cluster: Choose: none of %d settings, %s to %s, finds two clusters: %w",
			len(cs), cs[0].Name(), cs[len(cs)-1].Name(), ErrTooFewPoints)
	}
	v := &ballot{sum: make([]float64, len(cs)), first: make([][]string, len(cs))}
	value := make([]float64, len(cs))
	for _, k := range criteria {
		for i := range cs {
			value[i] = k.of(&cs[i])
		}
		v.vote(k.name, value, func(i int) string { return fmt.Sprintf(" (%.3g)", k.show(&cs[i])) })
	}
	if choice.Knee >= 0 {
		closeTo(value, choice.Knee)
		what := "knee of the inertia"
		if density {
			what = "knee of the k-distances"
		}
		v.vote(what, value, func(int) string { return "" })
	}
	for i := range cs {
		cs[i].MeanRank = math.Inf(1)
		if v.count > 0 {
			cs[i].MeanRank = v.sum[i] / float64(v.count)
		}
	}
	var why string
	if density {
		choice.Best, why = bestRadius(cs, bend)
	} else {
		choice.Best, why = bestRank(cs, v.count)
	}
	edge := ""
	if !density && len(cs) > 1 && choice.Best == len(cs)-1 {
		edge = "; it is the largest number tried, and more may fit better"
	}
	choice.Reason = why + v.others(cs, choice.Best) + edge + doubts(choice) + "."
	return nil
}

// bestRadius returns the candidate to recommend, given the radius at the knee of
// the k-distances, and the reason: that in the middle of the longest range of
// radii, if that is long and of even clusters; else, near the knee, the one that
// says most and does so again in other points, or without a stability the most
// compact one. At least one candidate has two clusters.
func bestRadius(cs []Candidate, bend float64) (best int, why string) {
	found := func(at int) string {
		c := &cs[at]
		return fmt.Sprintf("%s finds %d clusters and %.0f%% noise, ", c.Name(), c.Clusters, 100*c.NoiseShare)
	}
	run, ok := mostPersistent(cs, func(c *Candidate) bool { return c.Eps >= bend/aroundBend && c.even() })
	if !ok || run.width < math.Log(longRange) {
		if at := mostReproducible(cs, bend); at >= 0 {
			return at, found(at) + fmt.Sprintf("the most that two halves of the points agree on (stability %.2g) of the radii near the knee of the k-distances (%.3g)", cs[at].Stability, bend)
		}
		if at := nearBend(cs, bend); at >= 0 {
			return at, found(at) + fmt.Sprintf("the most compact ones (silhouette %.3g) of the radii near the knee of the k-distances (%.3g)", cs[at].Silhouette, bend)
		}
		run, _ = mostPersistent(cs, func(*Candidate) bool { return true })
	}
	return run.best, found(run.best) + fmt.Sprintf("and no other number of clusters lasts over a longer range of radii (%.3g to %.3g)", cs[run.first].Eps, cs[run.last].Eps)
}

// Limits of bestRadius. Beyond the knee, chains of points join the clusters of
// texts to one that holds nearly all, beside a few small ones, and that can last
// over a long range of radii.
const (
	belowBend  = 0.7     // least ratio of a radius near the knee to that at the knee, if there is a stability
	aroundBend = 1.25    // largest such ratio, and the inverse of the least without a stability
	longRange  = 1.45    // least ratio of the ends of a long range of radii
	mostInOne  = 2.0 / 3 // largest share of one of several even clusters in their points
)

// sizes returns the number of points of each cluster, and of all of them.
func (c *Candidate) sizes() (each []int, all int) {
	if c.Partition == nil {
		return nil, 0
	}
	each = make([]int, c.Clusters)
	for _, l := range c.Partition.Assignments() {
		if l != Noise {
			each[l]++
			all++
		}
	}
	return each, all
}

// even reports whether no cluster holds nearly all of the points in clusters.
func (c *Candidate) even() bool {
	each, all := c.sizes()
	return all == 0 || float64(slices.Max(each)) <= mostInOne*float64(all)
}

// nearBend returns the most compact of the candidates near the knee, at radius
// bend, that have two clusters, or -1: of those that are even, if there are any,
// since the silhouette likes an island beside one cluster of all the rest.
func nearBend(cs []Candidate, bend float64) int {
	best := -1
	for _, all := range []bool{false, true} {
		for i := range cs {
			c := &cs[i]
			if c.Clusters >= 2 && c.Eps >= bend/aroundBend && c.Eps <= bend*aroundBend && (all || c.even()) && (best < 0 || compactness(c) > compactness(&cs[best])) {
				best = i
			}
		}
		if best >= 0 {
			break
		}
	}
	return best
}

// bestRank returns, of the candidates with at least two clusters, the one with
// the best mean rank by the given number of criteria, and the reason.
func bestRank(cs []Candidate, criteria int) (best int, why string) {
	best = -1
	for i := range cs {
		if cs[i].Clusters >= 2 && (best < 0 || cs[i].MeanRank < cs[best].MeanRank) {
			best = i
		}
	}
	c := &cs[best]
	return best, fmt.Sprintf("%s has the best mean rank (%.2g of %d candidates) over %d criteria", c.Name(), c.MeanRank, len(cs), criteria)
}

// others says by which criteria the best candidate is first, and which
// candidates are first by the others.
func (v *ballot) others(cs []Candidate, best int) string {
	var b strings.Builder
	if len(v.first[best]) > 0 {
		fmt.Fprintf(&b, "; it is first by %s", strings.Join(v.first[best], ", "))
	}
	for i, f := range v.first {
		if i != best && len(f) > 0 {
			fmt.Fprintf(&b, "; %s is first by %s", cs[i].Name(), strings.Join(f, ", "))
		}
	}
	return b.String()
}

// doubts describes what suggests that there are no clusters at all, or that
// those found say little.
func doubts(choice *Choice) string {
	c := &choice.Candidates[choice.Best]
	if c.K == 0 {
		return c.doubtsOfDensity()
	}
	switch {
	case c.Gap-choice.OneGap < math.Hypot(c.GapError, choice.OneGapError): // false if NaN
		return fmt.Sprintf("; but its gap statistic (%.2g) is hardly better than that of a single cluster (%.2g): there may be no clusters of this kind", c.Gap, choice.OneGap)
	case c.Stability < unstableBelow: // false if NaN
		return fmt.Sprintf("; but resamples agree little with it (stability %.2g): there may be no clusters of this kind", c.Stability)
	}
	return ""
}

func (c *Candidate) doubtsOfDensity() string {
	each, all := c.sizes()
	switch {
	case c.Stability < halvesBelow: // false if NaN
		return fmt.Sprintf("; but halves of the points agree little (stability %.2g): there may be no clusters of this kind", c.Stability)
	case c.NoiseShare > nearlyAll:
		return "; but nearly all points are in no cluster: there may be no clusters of this kind"
	case all > 0 && float64(slices.Max(each)) > nearlyAll*float64(all):
		return fmt.Sprintf("; but one cluster holds %.0f%% of the points in clusters: there may be no others of this kind", 100*float64(slices.Max(each))/float64(all))
	}
	return ""
}

// ranks returns the rank of each value, the largest first. Equal values share
// the mean of their ranks, and NaN comes last.
func ranks(value []float64) []float64 {
	out, _ := rank.Mean(value)
	for i, r := range out {
		out[i] = float64(len(out)+1) - r
	}
	return out
}

// closeTo sets values that rank positions by their distance to at.
func closeTo(value []float64, at int) {
	for i := range value {
		value[i] = -math.Abs(float64(i - at))
	}
}
