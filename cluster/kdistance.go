package cluster

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// KDistances returns, in ascending order, the distance of each point of x to
// its k-th nearest point, where the point itself counts as the first. Ester et
// al. (1996) read DBSCAN's Eps from this curve: a point is a core point for
// MinSamples k if and only if its value is at most Eps, up to the rounding of
// Eps². Knee finds the bend of the curve. threads limits the number of
// goroutines; 0 means GOMAXPROCS.
func KDistances(ctx context.Context, x mat.Matrix, k int, m Metric, threads int) ([]float64, error) {
	const name = "KDistances"
	if k < 1 {
		return nil, &OptionError{Estimator: name, Option: "k", Got: k, Want: "at least 1"}
	}
	if !m.Valid() {
		return nil, &OptionError{Estimator: name, Option: "Metric", Got: m, Want: "one of the package's metrics", Err: ErrMetric}
	}
	p, err := newPoints(ctx, name, "points", x, m, threads)
	if err != nil {
		return nil, err
	}
	if p.n < k {
		return nil, &TooFewPointsError{Estimator: name, Need: "k", Want: k, Got: p.n}
	}
	table := newKeyTable(p, p, m)
	near, err := nearestOf(ctx, table, k, threads)
	if err != nil {
		return nil, err
	}
	out := make([]float64, p.n)
	for i, l := range near {
		out[i] = l[k-1].distance
	}
	slices.Sort(out)
	return out, nil
}

// Knee returns the index at which a monotone curve y bends most: the point
// farthest from the straight line between its ends, on the side to which the
// curve bulges (as in Satopää et al., 2011). It is 0 for fewer than three
// values and for a straight line.
func Knee(y []float64) int {
	n := len(y)
	if n < 3 {
		return 0
	}
	at, most := 0, 0.0
	slope := (y[n-1] - y[0]) / float64(n-1)
	scale := max(y[n-1], y[0]) - min(y[n-1], y[0])
	for i, v := range y {
		d := v - (y[0] + slope*float64(i))
		if d < 0 {
			d = -d
		}
		if d > most+1e-12*scale {
			at, most = i, d
		}
	}
	return at
}
