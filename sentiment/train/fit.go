package main

import (
	"context"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/sentiment"
)

// mostOfKind is the largest number of texts of a kind that the fit uses.
const mostOfKind = 2000

// turnsOfKind is the number of left-out texts of a kind that the weight of
// negations is fitted on, beside the negations.
const turnsOfKind = 100

// The weight of negations among the kinds where a blend is part of the head, and
// the share of it that says nothing of neutral texts.
const (
	weightOfNegations = 0.2
	polarNegations    = 0.75
)

// penalties are those of the weights of vectors. The Chinese head relies more on
// its blend, which was fitted on many more reviews.
var penalties = map[string]float64{"en": 10, "zh": 400}

// fit fits the head to all kinds but one, and the weight of negations; a head with a
// blend is fitted to the negations as to a kind.
func (t *trainer) fit(ctx context.Context, kinds []kind, negations sentiment.Judged, without string) (*sentiment.Mixed, error) {
	m := &sentiment.Mixed{Lang: t.lang, Blend: t.blend}
	var sets []sentiment.Judged
	turns := []sentiment.Judged{negations}
	var names []string
	var near, far []kind // fitted on and left out, for the measure of novelty
	spare := turnsOfKind
	if t.blend != nil { // it has no such weight: FitTurn took 1.6 points of accuracy from shopping reviews
		spare = 0
	}
	for i := range kinds {
		k := &kinds[i]
		if k.weight == 0 || k.name == without {
			continue
		}
		names = append(names, k.name)
		taken := 0
		first := k.rows(func(i int) bool {
			if k.heldOut(i) || taken == mostOfKind {
				return false
			}
			taken++
			return true
		})
		fit, rest := first.rows(func(i int) bool { return i < taken-spare }), first.rows(func(i int) bool { return i >= taken-spare })
		turns = append(turns, sentiment.Judged{Texts: rest.texts, X: rest.x, Shares: rest.shares})
		near, far = append(near, fit), append(far, k.rows(k.heldOut))
		sets = append(sets, sentiment.Judged{Texts: fit.texts, X: fit.x, Shares: fit.shares, Weight: fit.weight, Polar: fit.polar})
	}
	if t.blend != nil {
		negations.Weight, negations.Polar = weightOfNegations, polarNegations
		sets = append(sets, negations)
	}
	if err := sentiment.FitClasses(ctx, m, sets, sentiment.ClassOptions{Penalty: penalties[t.lang]}); err != nil {
		return nil, err
	}
	if t.blend == nil {
		if err := sentiment.FitTurn(ctx, m, turns); err != nil {
			return nil, err
		}
	}
	m.Classes.Model, m.Classes.Data = t.name, describe(names)
	var err error
	m.Familiar, err = sentiment.FitFamiliar(ctx, stack(near), stack(far), sentiment.FamiliarOptions{})
	return m, err
}

// describe names the kinds for a report.
func describe(names []string) string {
	shown := map[string]string{
		"products": "product reviews", "reviews3": "reviews of products, films and restaurants", "tweets": "tweets", "editorials": "editorials",
		"films": "film reviews", "reddit": "Reddit comments", "developers": "posts of developers", "subtitles": "subtitles",
		"zh_shopping": "shopping reviews", "zh_posts": "microblog posts", "zh_phones": "remarks on phones", "zh_dialogues": "dialogues of series",
		"zh_subtitles": "subtitles", "zh_restaurants": "restaurant reviews",
	}
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = shown[n]
	}
	return strings.Join(out, ", ")
}

// stack returns the vectors of all kinds, the same number of each at most, so
// that no kind decides what is familiar.
func stack(kinds []kind) *mat.Dense {
	const most = 1500
	var data []float64
	n, d := 0, 0
	for _, k := range kinds {
		if k.x == nil {
			continue
		}
		var rows int
		rows, d = k.x.Dims()
		for i := range min(rows, most) {
			data = append(data, k.x.RawRowView(i)...)
			n++
		}
	}
	return mat.NewDense(n, d, data)
}

// leftOut holds what heads said of the texts of kinds that they were not fitted
// on.
type leftOut struct {
	feelings map[string][]sentiment.Feeling // by kind, of its held-out texts
	errors   []float64                      // squared, in units of the variance that the probabilities imply
	excess   []float64                      // of the distance beyond the median, in units of that of the 95 % quantile
}

// leaveOut fits one head without each kind.
func (t *trainer) leaveOut(ctx context.Context, kinds []kind, negations sentiment.Judged) (*leftOut, error) {
	out := &leftOut{feelings: map[string][]sentiment.Feeling{}}
	for _, k := range kinds {
		if k.weight == 0 {
			continue
		}
		m, err := t.fit(ctx, kinds, negations, k.name)
		if err != nil {
			return nil, fmt.Errorf("without %s: %w", k.name, err)
		}
		m.Familiar.Slope = 1 // with it the factor tells the excess
		held := k.rows(k.heldOut)
		f, err := m.Feelings(ctx, held.texts, held.x)
		if err != nil {
			return nil, err
		}
		out.feelings[k.name] = f
		q := m.Familiar.Quantiles
		for i, x := range f {
			variance := x.Negative + x.Positive - x.Value*x.Value
			if x.Unknown || x.Novelty == 0 || variance <= 0 {
				continue
			}
			e := held.judged(i) - x.Value
			v := make([]float32, m.Familiar.Dim)
			for j, y := range held.x.RawRowView(i) {
				v[j] = float32(y)
			}
			d := m.Familiar.Distance(v)
			out.errors = append(out.errors, min(e*e/max(variance, 0.05), 25))
			out.excess = append(out.excess, max(0, (d-q[len(q)/2])/(q[len(q)*19/20]-q[len(q)/2])))
		}
	}
	return out, nil
}

// spread is the root mean square error of the texts that are not beyond the
// median distance.
func (l *leftOut) spread() float64 {
	sum, n := 0.0, 0.0
	for i, e := range l.errors {
		if l.excess[i] == 0 {
			sum += e
			n++
		}
	}
	return math.Sqrt(sum / n)
}

// Bounds of the slope: a text unlike all others widens the interval even if no
// kind that was left out shows it.
const (
	leastSlope = 0.25
	mostSlope  = 2
)

// slope fits errors = spread² (1 + slope excess²) by least squares.
func (l *leftOut) slope() float64 {
	base := l.spread() * l.spread()
	var xy, xx float64
	for i, e := range l.errors {
		x := l.excess[i] * l.excess[i]
		xy += x * (e/base - 1)
		xx += x * x
	}
	fmt.Printf("slope of squared errors with distance %.3f over %d texts of kinds left out, spread %.3f\n", xy/xx, len(l.errors), math.Sqrt(base))
	return min(mostSlope, max(leastSlope, xy/xx))
}
