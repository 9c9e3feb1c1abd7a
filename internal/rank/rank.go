// Package rank ranks values, for rank correlations and rank-sum tests.
package rank

import (
	"cmp"
	"slices"
)

// Mean returns the rank of each value of x, from 1 for the least; NaN is below
// all numbers. Equal values share the mean of their ranks. ties is the sum of
// t³-t over groups of t equal values, by which the tests correct their variance.
func Mean(x []float64) (ranks []float64, ties float64) {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	ranks = make([]float64, len(x))
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && cmp.Compare(x[order[to]], x[order[from]]) == 0 {
			to++
		}
		t := float64(to - from)
		ties += t*t*t - t
		for _, i := range order[from:to] {
			ranks[i] = float64(from+1+to) / 2 // the mean of from+1 to to
		}
		from = to
	}
	return ranks, ties
}
