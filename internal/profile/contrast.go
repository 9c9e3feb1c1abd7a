package profile

import (
	"math"
)

// fisher returns the two-sided p-value of Fisher's exact test: of n users in all,
// of whom m do something, k are in a group, and x of these do it. It sums the
// probabilities of all tables that are no more likely than this one.
func fisher(x, k, m, n int) float64 {
	low, high := max(0, k+m-n), min(k, m)
	if low == high {
		return 1
	}
	at := logChoose(m, x) + logChoose(n-m, k-x)
	all := logChoose(n, k)
	const slack = 1e-7 // as in R: equal but for rounding
	sum := 0.0
	for i := low; i <= high; i++ {
		if l := logChoose(m, i) + logChoose(n-m, k-i); l <= at+slack {
			sum += math.Exp(l - all)
		}
	}
	return min(sum, 1)
}

func logChoose(n, k int) float64 {
	return logFactorial(n) - logFactorial(k) - logFactorial(n-k)
}

func logFactorial(n int) float64 {
	v, _ := math.Lgamma(float64(n) + 1)
	return v
}

// proportionZ returns the difference between two shares, x of k and y of l, in
// standard errors of their common share.
func proportionZ(x, k, y, l int) float64 {
	if k == 0 || l == 0 {
		return 0
	}
	p := float64(x+y) / float64(k+l)
	se := math.Sqrt(p * (1 - p) * (1/float64(k) + 1/float64(l)))
	if se == 0 {
		return 0
	}
	return (float64(x)/float64(k) - float64(y)/float64(l)) / se
}
