package watch

import (
	"cmp"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/rank"
)

func logChoose(n, k float64) float64 { return lgamma(n+1) - lgamma(k+1) - lgamma(n-k+1) }

func lgamma(x float64) float64 { v, _ := math.Lgamma(x); return v }

func logBeta(a, b float64) float64 { return lgamma(a) + lgamma(b) - lgamma(a+b) }

// moreOf returns Fisher's exact one-sided p-value: the chance that x or more of n
// users have what before of all users in the reference had, given how many of
// both together have it.
func moreOf(x, n, before, all int) float64 {
	with, total := x+before, n+all
	p := 0.0
	for k := x; k <= min(n, with); k++ {
		p += hypergeometric(k, n, with, total)
	}
	return min(p, 1)
}

// fewerOf is moreOf for x or fewer.
func fewerOf(x, n, before, all int) float64 {
	with, total := x+before, n+all
	p := 0.0
	for k := max(0, with-all); k <= x; k++ {
		p += hypergeometric(k, n, with, total)
	}
	return min(p, 1)
}

// hypergeometric returns the probability that k of n drawn without replacement
// from total are among the with ones.
func hypergeometric(k, n, with, total int) float64 {
	if k < 0 || k > n || k > with || n-k > total-with {
		return 0
	}
	return math.Exp(logChoose(float64(with), float64(k)) + logChoose(float64(total-with), float64(n-k)) - logChoose(float64(total), float64(n)))
}

// beyond returns the chance that x or more of n values exceed the r-th largest
// of all others of the same distribution: the share that does is distributed as
// Beta(r, all-r+1), so their number is beta-binomial.
func beyond(x, n int, r, all float64) float64 {
	if x <= 0 {
		return 1
	}
	a, b := r, all-r+1
	p := 0.0
	for k := x; k <= n; k++ {
		p += math.Exp(logChoose(float64(n), float64(k)) + logBeta(float64(k)+a, float64(n-k)+b) - logBeta(a, b))
	}
	return min(p, 1)
}

// leastFeelings is the number of users on either side below which feelings are
// not compared.
const leastFeelings = 8

// lower returns the one-sided p-value of the rank-sum test that values are lower
// than those of the reference, by the normal approximation with ties and a
// correction for continuity. The reference counts as size values. It is 1 where
// there are too few.
func lower(values, reference []float64, size float64) float64 {
	n, m := float64(len(values)), float64(len(reference))
	if n < leastFeelings || size < leastFeelings {
		return 1
	}
	ranks, ties := rank.Mean(slices.Concat(values, reference))
	sum := 0.0
	for _, r := range ranks[:len(values)] {
		sum += r
	}
	above := sum - n*(n+1)/2 // pairs in which the new value is higher
	both := n + m
	untied := 1 - ties/(both*both*both-both)
	if untied <= 0 {
		return 1 // they are all the same
	}
	// The variance of the share of pairs, with the effective size.
	v := untied * (n + size + 1) / (12 * n * size)
	z := ((above+0.5)/(n*m) - 0.5) / math.Sqrt(v)
	return math.Erfc(-z/math.Sqrt2) / 2
}

// holm returns p-values corrected for their number (Holm 1979): the chance that
// any is at most a, where nothing has changed, is at most a.
func holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	out := make([]float64, len(p))
	least := 0.0
	for i, at := range order {
		least = max(least, min(1, p[at]*float64(len(p)-i)))
		out[at] = least
	}
	return out
}
