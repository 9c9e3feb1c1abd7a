package cluster

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// Memberships returns the degree to which each row of x, [n, d], belongs to each
// cluster of labels, [n], which any estimator may have found: [n, clusters],
// every row of which sums to 1. Points labelled Noise have degrees as well.
//
// They are those of fuzzy c-means with the exponent 2 (Bezdek, Pattern
// Recognition with Fuzzy Objective Function Algorithms, 1981): inversely
// proportional to the squared Euclidean distance from the cluster's mean, here
// in units of the cluster's own mean squared distance, so that a point at the
// rim of a wide cluster belongs to it rather than to a narrow one beside it. A
// cluster of equal points is as narrow as the narrowest other one.
//
// Errors: those of other functions for x, and an OptionError for labels of
// another length or below Noise.
func Memberships(ctx context.Context, x mat.Matrix, labels []int) (*mat.Dense, error) {
	const name = "Memberships"
	p, err := newPoints(ctx, name, "points", x, Euclidean, 0)
	if err != nil {
		return nil, err
	}
	if len(labels) != p.n {
		return nil, &OptionError{Estimator: name, Option: "labels", Got: len(labels), Want: "one for each point"}
	}
	k := 0
	for _, l := range labels {
		if l < Noise {
			return nil, &OptionError{Estimator: name, Option: "labels", Got: l, Want: "at least -1"}
		}
		k = max(k, l+1)
	}
	if k == 0 {
		return nil, &TooFewPointsError{Estimator: name, Need: "a cluster", Want: 1, Got: 0}
	}
	rows := dense.Float64(x)
	mean, size := mat.NewDense(k, rows.Dim, nil), make([]float64, k)
	for i, l := range labels {
		if l == Noise {
			continue
		}
		size[l]++
		m := mean.RawRowView(l)
		for j, v := range rows.Row(i) {
			m[j] += (v - m[j]) / size[l]
		}
	}
	out := mat.NewDense(p.n, k, nil) // first squared distances
	width := make([]float64, k)
	for i, l := range labels {
		row := out.RawRowView(i)
		for c := range row {
			for j, v := range rows.Row(i) {
				d := v - mean.At(c, j)
				row[c] += d * d
			}
		}
		if l != Noise {
			width[l] += row[l] / size[l]
		}
	}
	for c := range width {
		if size[c] == 0 {
			width[c] = math.NaN()
		}
	}
	for i := range p.n {
		Degrees(out.RawRowView(i), width)
	}
	return out, nil
}

// Degrees replaces the squared distances [k] of a point from the means of
// clusters by its degrees of membership, as Memberships computes them. width [k]
// holds the clusters' own mean squared distances, NaN for one without points, of
// which nothing is a member.
func Degrees(row, width []float64) {
	narrowest := math.Inf(1)
	for _, w := range width {
		if w > 0 {
			narrowest = min(narrowest, w)
		}
	}
	if math.IsInf(narrowest, 1) {
		narrowest = 1
	}
	nearest := math.Inf(1)
	for c, w := range width {
		if row[c] /= max(w, narrowest); row[c] < nearest {
			nearest = row[c]
		}
	}
	sum := 0.0
	for c, d := range row {
		switch {
		case math.IsNaN(d):
			row[c] = 0
		case d == nearest:
			row[c] = 1
		default:
			row[c] = nearest / d // relative to the nearest, so that 0 is no problem
		}
		sum += row[c]
	}
	for c := range row {
		row[c] /= sum
	}
}
