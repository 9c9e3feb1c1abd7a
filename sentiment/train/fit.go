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

// fit fits the head to all kinds but one, and the weight of negations.
func (t *trainer) fit(ctx context.Context, kinds []kind, negations sentiment.Judged, without string) (*sentiment.Mixed, error) {
	m := &sentiment.Mixed{Lang: t.lang}
	var sets []sentiment.Judged
	turns := []sentiment.Judged{negations}
	var names []string
	var near, far []kind // fitted on and left out, for the measure of novelty
	for i := range kinds {
		k := &kinds[i]
		if k.weight == 0 || k.name == without {
			continue
		}
		names = append(names, k.name)
		taken := 0
		fit := k.rows(func(i int) bool {
			if k.heldOut(i) || taken == mostOfKind {
				return false
			}
			taken++
			return true
		})
		spared := 0
		rest := k.rows(func(i int) bool { // neither fitted on nor held out
			if k.heldOut(i) || spared == mostOfKind+turnsOfKind {
				return false
			}
			spared++
			return spared > taken-turnsOfKind && spared <= taken
		})
		turns = append(turns, sentiment.Judged{Texts: rest.texts, X: rest.x, Shares: rest.shares})
		fit = fit.rows(func(i int) bool { return i < taken-turnsOfKind })
		near, far = append(near, fit), append(far, k.rows(k.heldOut))
		sets = append(sets, sentiment.Judged{Texts: fit.texts, X: fit.x, Shares: fit.shares, Weight: fit.weight})
	}
	if err := sentiment.FitClasses(ctx, m, sets, sentiment.ClassOptions{}); err != nil {
		return nil, err
	}
	if err := sentiment.FitTurn(ctx, m, turns); err != nil {
		return nil, err
	}
	m.Classes.Model, m.Classes.Data = t.name, describe(names)
	var err error
	m.Familiar, err = sentiment.FitFamiliar(ctx, stack(near), stack(far), sentiment.FamiliarOptions{})
	return m, err
}

// fitChinese fits the weights of the words beside the blend, and what is
// familiar. Of the Chinese sets with a neutral class that could be had none is
// good enough to fit three classes: of the dialogues the text alone tells little.
func (t *trainer) fitChinese(ctx context.Context, shopping *kind, negations sentiment.Judged) (*sentiment.Mixed, error) {
	rest := shopping.rows(func(i int) bool { return !shopping.heldOut(i) })
	texts, x := rest.texts, rest.x
	var y []float64
	for i := range texts {
		y = append(y, rest.judged(i))
	}
	for range timesNegations {
		var all mat.Dense
		all.Stack(x, negations.X)
		x, texts = &all, append(texts[:len(texts):len(texts)], negations.Texts...)
		for _, s := range negations.Shares {
			y = append(y, s[2]-s[0])
		}
	}
	m := &sentiment.Mixed{Lang: t.lang, Blend: t.blend}
	if err := sentiment.FitMixed(ctx, m, texts, x, y); err != nil {
		return nil, err
	}
	var err error
	if m.Familiar, err = sentiment.FitFamiliar(ctx, rest.x, shopping.rows(shopping.heldOut).x, sentiment.FamiliarOptions{}); err != nil {
		return nil, err
	}
	m.Familiar.Slope = leastSlope
	return m, nil
}

// timesNegations is the weight of a negation relative to a review.
const timesNegations = 3

// describe names the kinds for a report.
func describe(names []string) string {
	shown := map[string]string{
		"products": "product reviews", "reviews3": "reviews of products, films and restaurants", "tweets": "tweets", "editorials": "editorials",
		"films": "film reviews", "reddit": "Reddit comments", "developers": "posts of developers", "subtitles": "subtitles",
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
