package quality

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/score"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/result"
)

// nullPlan is the number of sets without segments that a run's agreement is
// compared with, and of resamples of each.
type nullPlan struct{ sets, rounds int }

// Fitting a slow reduction to every set costs more than clustering it.
var (
	plainNull  = nullPlan{sets: 8, rounds: 2}
	fittedNull = nullPlan{sets: 6, rounds: 1}
)

// student99 holds the 0.99 quantiles of Student's t distribution by its degrees
// of freedom.
var student99 = map[int]float64{5: 3.365, 7: 2.998}

// Least deviations, which keep a handful of sets that are alike by chance from
// giving a bound without any tolerance.
const (
	leastOfAgreement  = 0.01
	leastOfSilhouette = 0.002
)

// mostNull replaces an agreement of 1, which would be infinitely far.
const mostNull = 0.999

// nullOf returns the estimate for the agreements of sets without segments: its
// High is the one-sided prediction bound that the next such set exceeds with a
// probability of 1 %, and Low the opposite bound. Bounds are computed on the
// scale of -log(1 - agreement), since what is near 1 has little room to vary.
// Silhouettes have the same scale.
func nullOf(values []float64, least float64) *result.Estimate {
	n := float64(len(values))
	var plain, mean, square float64
	scaled := make([]float64, len(values))
	for i, a := range values {
		scaled[i] = -math.Log(1 - min(a, mostNull))
		plain += a / n
		mean += scaled[i] / n
	}
	for _, a := range scaled {
		square += (a - mean) * (a - mean)
	}
	deviation := max(least, math.Sqrt(square/(n-1)))
	reach := student99[len(values)-1] * deviation * math.Sqrt(1+1/n)
	at := func(s float64) float64 { return 1 - math.Exp(-s) }
	return &result.Estimate{Mean: plain, Low: max(-1, min(plain, at(mean-reach))), High: max(plain, at(mean+reach)), N: len(values)}
}

// Texts on one topic are no normal cloud, either: resamples of them may agree a
// little more than those of a crowd, and their segments be separated twice as
// well. Those of several topics are separated 2 to 14 times as well and agree
// (docs/quality.md). So the bound is not all that has to be passed.
const (
	agreedFrom    = 0.5 // agreement below which only separation can show groups
	apartFrom     = 1.4 // ratio of silhouettes for agreement above its bound
	separatedFrom = 2.0 // ratio for agreement within its bound
	aloneFrom     = 2.6 // ratio that shows groups whatever the agreement
)

// beaten reports whether segments agree with resamples and are separated more
// than cuts through a crowd, or through a single topic.
func beaten(agreement float64, null *result.Estimate, s *result.Separation) bool {
	switch {
	case s.Silhouette <= s.Null.High:
		return false
	case agreement < agreedFrom:
		return apart(s, aloneFrom)
	case agreement <= null.High:
		return apart(s, separatedFrom)
	}
	return apart(s, apartFrom)
}

// apart reports whether the silhouette is ratio times that of a crowd, or lacks
// a ratio-th as much of 1.
func apart(s *result.Separation, ratio float64) bool {
	return s.Silhouette >= ratio*s.Null.Mean || 1-s.Silhouette <= (1-s.Null.Mean)/ratio
}

// silhouette returns the cosine silhouette of the users in segments; 0 if there
// are fewer than two segments. With features, that of squared distances takes its
// place, which the cosine distances of vectors of length 1 are, halved.
func silhouette(ctx context.Context, c joint, of []int) (float64, error) {
	if parted(of) < 2 {
		return 0, nil
	}
	keep := score.Drop(of)
	own := pool.Take(c.points, keep)
	var x mat.Matrix = dense.Matrix{Rows: own}
	if own.Dim > c.texts {
		x = lifted(own)
	}
	s, err := eval.Scorer{Metric: eval.Cosine}.Silhouette(ctx, x, score.Pick(of, keep))
	if errors.Is(err, eval.ErrLabelCount) { // every user is a segment
		return 0, nil
	}
	return s, err
}

// heights is how many times as high as long points are lifted.
const heights = 1000

// lifted returns points [n, dim + 1] whose cosine distances are proportional to
// the squared distances of x [n, dim], to a part in heights²: their directions
// seen from far away.
func lifted(x dense.Rows[float32]) *mat.Dense {
	far := 0.0
	for i := range x.Len {
		far = max(far, vector.Norm(x.Row(i)))
	}
	out := mat.NewDense(x.Len, x.Dim+1, nil)
	for i := range x.Len {
		row := out.RawRowView(i)
		for j, v := range x.Row(i) {
			row[j] = float64(v)
		}
		row[x.Dim] = heights * max(far, 1e-6)
	}
	return out
}

// parted returns the number of clusters of labels, without noise.
func parted(labels []int) int {
	seen := map[int]bool{}
	for _, l := range labels {
		if l >= 0 {
			seen[l] = true
		}
	}
	return len(seen)
}
