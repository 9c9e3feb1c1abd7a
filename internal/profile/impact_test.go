package profile

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The interval must be as wide as drawing users anew says.
func TestImpactIntervalIsThatOfResampledUsers(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	const users, k = 300, 3
	b, of := newByUser(users), make([]int, users)
	for u := range users {
		of[u] = u % k
		mood := r.NormFloat64() // shared by a user's ratings
		for range 1 + r.IntN(6) {
			b.add(u, float64(of[u])+mood+0.3*r.NormFloat64())
		}
	}
	got := b.impacts(k, func(u int) int { return of[u] })
	sums, squares := make([]float64, k), make([]float64, k)
	const rounds = 2000
	for range rounds {
		d, again := newByUser(users), make([]int, users)
		for u := range users {
			v := r.IntN(users)
			d.n[u], d.sum[u], again[u] = b.n[v], b.sum[v], of[v]
		}
		for i, e := range d.impacts(k, func(u int) int { return again[u] }) {
			sums[i] += e.Mean
			squares[i] += e.Mean * e.Mean
		}
	}
	total := 0.0
	for i, e := range got {
		mean := sums[i] / rounds
		want := 1.96 * math.Sqrt(squares[i]/rounds-mean*mean)
		if half := e.High - e.Mean; math.Abs(half/want-1) > 0.1 {
			t.Errorf("group %d: half width %v, resampling says %v", i, half, want)
		}
		total += e.Mean
	}
	if math.Abs(total) > 1e-9 || got[0].High >= 0 || got[2].Low <= 0 {
		t.Errorf("impacts %+v sum to %v, want 0, with the first below 0 and the last above", got, total)
	}
}
