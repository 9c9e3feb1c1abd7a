// Package pipeline chooses how points are reduced before they are clustered and
// into how many clusters, from the points alone.
package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/refine"
)

// Auto smooths points over their neighbours, clusters them by KMeans, and
// chooses the number of clusters; see Choose. It is meant for embeddings of
// texts: points are compared by their cosines. The zero value tries 2 to 150
// clusters.
type Auto struct {
	// KMin and KMax are the least and the largest number of clusters to try. 0: 2,
	// and 150, or a fifth of the points if that is less; of fewer than 50 points
	// 10, or a third of them.
	KMin, KMax int
	NInit      int    // starts of KMeans with the chosen number; 0: 10
	Seed       uint64 // the same seed gives the same choice
	Threads    int    // number of goroutines; 0: GOMAXPROCS; they do not affect the result
	// Unrefined leaves the segments as KMeans finds them, without training on the
	// texts; see cohort.Options.Refine. Cluster never trains.
	Unrefined bool
}

// Candidate is a number of clusters that was tried, with its scores, each of
// which is best at 1.
type Candidate struct {
	K int
	// Silhouette is that of the points themselves, by cosine distance, and
	// Smoothed that of the smoothed points.
	Silhouette, Smoothed float64
	// Agreement is the adjusted Rand index with the clusters that KMeans finds
	// without smoothing.
	Agreement float64
	// Neighbors is the share of nearest neighbours that are in one cluster, less
	// that of any two points.
	Neighbors float64
	// Words is Cohen's kappa of the clusters and those in which naive Bayes puts
	// each point by its words, learnt from those of the others; 0 if words are not
	// known.
	Words float64
	// Score is the product of Silhouette, Smoothed, Agreement and Neighbors,
	// averaged with those of the numbers tried before and after, which count half;
	// before two clusters comes one, whose product is 0. With Choice.Worded, the
	// geometric mean of Words and Silhouette takes the place of Silhouette.
	Score float64
}

// Choice is what Choose found.
type Choice struct {
	Candidates []Candidate // by ascending K
	Worded     bool        // whether words tell the clusters of some candidate, and count
	Best       int         // index of the candidate in the middle of those with the best scores, within 5 %
	Reduce     reduce.Reducer
	Clusterer  cluster.Clusterer
	Reason     string // a sentence
}

// Tuning. Scores hardly change with more points or starts.
const (
	mostPoints = 2000 // points that are looked at, or four for each cluster
	mostScored = 1000 // points of which silhouettes are computed
	starts     = 3    // of KMeans for each candidate
	usualInit  = 10   // default of NInit
	usualMost  = 150  // default of KMax
	neighbors  = 15   // most neighbours that points are smoothed over, and of Candidate.Neighbors
	fewNear    = 3    // least number of them
	pointsNear = 40   // points for each neighbour, between these limits
	leastTold  = 0.2  // the most of Candidate.Words from which on words count
	asGood     = 0.95 // of the best score, from which on a score is as good
	nearly     = 0.8  // of the best score, from which on a number fits about as well
	wide       = 2.4  // times the least of these numbers, from which on the largest makes the choice uncertain
	apart      = 1.5  // times one rival is the next, or more
	mostRivals = 5
)

func (a Auto) check(n int) (Auto, error) {
	const name = "Auto"
	bad := func(option string, got int, want string) error {
		return &cluster.OptionError{Estimator: name, Option: option, Got: got, Want: want}
	}
	if a.KMin == 0 {
		a.KMin = 2
	}
	if a.KMin < 2 {
		return a, bad("KMin", a.KMin, "2 or more, or 0")
	}
	if a.NInit < 0 || a.NInit > 1<<20 {
		return a, bad("NInit", a.NInit, "0 to 1048576")
	}
	a.NInit = cmp.Or(a.NInit, usualInit)
	usual := a.KMax == 0
	if usual {
		a.KMax = max(usualMost, a.KMin)
	}
	if a.KMax < a.KMin {
		return a, bad("KMax", a.KMax, fmt.Sprintf("at least KMin, %d, or 0", a.KMin))
	}
	if least := max(Fewest, 2*a.KMin); n < least && a.KMin < a.KMax {
		return a, &cluster.TooFewPointsError{Estimator: name, Need: "choosing a pipeline", Want: least, Got: n}
	}
	if usual {
		a.KMax = max(a.KMin, min(a.KMax, max(n/5, min(10, n/3))))
	}
	if a.KMax > n/2 && a.KMin < a.KMax {
		return a, bad("KMax", a.KMax, fmt.Sprintf("at most half of the points, %d", n/2))
	}
	return a, nil
}

// Fewest is the least number of points: with fewer, hardly anyone's neighbours are
// alike.
const Fewest = 30

// near returns the number of neighbours of each of n points: of few points, those
// of small groups are few.
func near(n int) int { return min(max(n/pointsNear, fewNear), neighbors, n-1) }

// rungs returns the numbers of clusters that are tried: every one up to 8, then
// steps of about a fifth.
func (a Auto) rungs() []int {
	var ks []int
	for k := a.KMin; k < a.KMax; k = max(k+1, int(math.Round(float64(k)*1.2))) {
		ks = append(ks, k)
	}
	return append(ks, a.KMax)
}

// Cluster implements cluster.Clusterer: it chooses, reduces and clusters x.
func (a Auto) Cluster(ctx context.Context, x mat.Matrix) (cluster.Partition, error) {
	c, err := a.Choose(ctx, x, nil)
	if err != nil {
		return nil, err
	}
	if c.Reduce != nil {
		p, err := c.Reduce.Reduce(ctx, x)
		if err != nil {
			return nil, fmt.Errorf("reducing: %w", err)
		}
		f, ok := p.(interface{ Fitted() *mat.Dense })
		if !ok {
			return nil, fmt.Errorf("pipeline: a %T keeps no points", p)
		}
		x = f.Fitted()
	}
	return c.Clusterer.Cluster(ctx, x)
}

// Plan returns what Choose chooses, and why. If the points are too few for that,
// it is a cluster.Auto, which chooses the number of clusters among 2 to 10, or
// KMin to KMax, and gives its own reasons.
func (a Auto) Plan(ctx context.Context, x mat.Matrix, words []refine.Bag) (reduce.Reducer, cluster.Clusterer, string, error) {
	if n := rows(x); n > 0 && n < Fewest && a.Wanted() == 0 && a.KMin >= 0 && (a.KMax == 0 || a.KMax >= a.KMin) {
		low, high := max(a.KMin, 2), min(cmp.Or(a.KMax, max(10, a.KMin)), max(n-1, 2))
		return nil, cluster.Auto{ChooseOptions: cluster.ChooseOptions{K: cluster.Ladder(low, max(low, high)), NInit: a.NInit, Seed: a.Seed, Threads: a.Threads}}, "", nil
	}
	c, err := a.Choose(ctx, x, words)
	if err != nil {
		return nil, nil, "", err
	}
	return c.Reduce, c.Clusterer, c.Reason, nil
}

// rows returns the number of rows of x, 0 for nil.
func rows(x mat.Matrix) int {
	if x == nil {
		return 0
	}
	n, _ := x.Dims()
	return n
}

// Wanted returns the number of clusters if only one is to be tried, else 0.
func (a Auto) Wanted() int {
	if a.KMin == a.KMax {
		return max(a.KMin, 0)
	}
	return 0
}

// Describe returns the options that affect the result.
func (a Auto) Describe() estimator.Description {
	d := estimator.Description{Name: "auto pipeline"}
	for _, p := range []struct {
		name  string
		value int
	}{{"k_min", cmp.Or(a.KMin, 2)}, {"k_max", a.KMax}, {"n_init", cmp.Or(a.NInit, usualInit)}} {
		var v any = p.value
		if p.value == 0 {
			v = estimator.Auto
		}
		d.Params = append(d.Params, estimator.Param{Name: p.name, Value: v})
	}
	d.Params = append(d.Params, estimator.Param{Name: "seed", Value: estimator.Whole(a.Seed)}, estimator.Param{Name: "refine", Value: !a.Unrefined})
	return d
}
