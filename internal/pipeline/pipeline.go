// Package pipeline chooses how points are reduced before they are clustered and
// into how many clusters, from the points alone.
package pipeline

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/reduce"
)

// Auto chooses among KMeans on the points as they are, on 50 principal
// components and on 5 dimensions of UMAP, and the number of clusters. It is
// meant for embeddings of texts: points are compared by their cosines. The zero
// value tries 2 to 150 clusters.
type Auto struct {
	KMin, KMax int    // numbers of clusters to try; 0: 2 and 150, or a tenth of the points if that is less
	Seed       uint64 // the same seed gives the same choice
	Threads    int    // number of goroutines; 0: GOMAXPROCS; they do not affect the result
}

// Candidate is a number of clusters that was tried, with its scores.
type Candidate struct {
	K int
	// Silhouette is that of the points drawn by UMAP, and Null that of as many
	// points without clusters.
	Silhouette, Null float64
	// Agreement is the adjusted Rand index of the clusters that two halves of the
	// drawn points give, the mean of several halvings, and NullAgreement that of
	// points without clusters.
	Agreement, NullAgreement float64
	// Cross is the mean adjusted Rand index with the clusters of the points as they
	// are and of their principal components.
	Cross float64
	// Score is (Silhouette - Null) (Agreement - NullAgreement) Cross, averaged with
	// those of the numbers tried before and after, which count half. The largest is
	// the best.
	Score float64
}

// Reduction is a way to describe the points, with the cosine silhouette of the
// chosen number of clusters found in it. That is measured on the points as they
// are, so that reductions can be compared.
type Reduction struct {
	By         reduce.Reducer // nil: the points as they are
	Silhouette float64
}

// Choice is what Choose found.
type Choice struct {
	Candidates []Candidate // by ascending K
	Best       int         // index of the best candidate
	Reductions []Reduction // the best first
	Reduce     reduce.Reducer
	Clusterer  cluster.Clusterer
	Reason     string // a sentence
}

// Tuning. Scores hardly change with more points, starts or halvings.
const (
	mostPoints = 2000 // points that are looked at; the others are not
	mostScored = 1000 // points of which silhouettes are computed
	starts     = 3    // of KMeans
	halvings   = 3
	usualMost  = 150 // default of KMax
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
	usual := a.KMax == 0
	if usual {
		a.KMax = max(usualMost, a.KMin)
	}
	if a.KMax < a.KMin {
		return a, bad("KMax", a.KMax, fmt.Sprintf("at least KMin, %d, or 0", a.KMin))
	}
	if least := max(fewest, 4*a.KMin); n < least { // halves need more points than clusters
		return a, &cluster.TooFewPointsError{Estimator: name, Need: "choosing a pipeline", Want: least, Got: n}
	}
	if usual {
		a.KMax = max(a.KMin, min(a.KMax, min(n, mostPoints)/10))
	}
	if most := min(n, mostPoints) / 4; a.KMax > most {
		return a, bad("KMax", a.KMax, fmt.Sprintf("at most a quarter of the points that are looked at, %d", most))
	}
	return a, nil
}

// fewest is the least number of points: with fewer, UMAP's neighbours are
// everyone.
const fewest = 50

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
	c, err := a.Choose(ctx, x)
	if err != nil {
		return nil, err
	}
	if c.Reduce != nil {
		if x, err = apply(ctx, c.Reduce, x); err != nil {
			return nil, err
		}
	}
	return c.Clusterer.Cluster(ctx, x)
}

// apply returns the rows of x [n, dim] reduced, [n, k].
func apply(ctx context.Context, by reduce.Reducer, x mat.Matrix) (mat.Matrix, error) {
	p, err := by.Reduce(ctx, x)
	if err != nil {
		return nil, fmt.Errorf("reducing: %w", err)
	}
	if f, ok := p.(interface{ Fitted() *mat.Dense }); ok {
		return f.Fitted(), nil
	}
	y, err := p.Transform(ctx, x)
	if err != nil {
		return nil, fmt.Errorf("reducing: %w", err)
	}
	return y, nil
}
