package watch

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The p-values of shares are those of counting all outcomes.
func TestFisher(t *testing.T) {
	t.Parallel()
	choose := func(n, k int) float64 {
		x := 1.0
		for i := range k {
			x = x * float64(n-i) / float64(i+1)
		}
		return x
	}
	for _, c := range [][4]int{{3, 5, 2, 9}, {0, 4, 3, 7}, {4, 4, 0, 7}, {0, 0, 2, 5}, {2, 6, 6, 6}, {0, 5, 0, 5}} {
		x, n, before, all := c[0], c[1], c[2], c[3]
		more, fewer := 0.0, 0.0
		for k := max(0, x+before-all); k <= min(n, x+before); k++ {
			p := choose(n, k) * choose(all, x+before-k) / choose(n+all, x+before)
			if k >= x {
				more += p
			}
			if k <= x {
				fewer += p
			}
		}
		if got := moreOf(x, n, before, all); math.Abs(got-more) > 1e-12 {
			t.Errorf("%v: %v or more, want %v", c, got, more)
		}
		if got := fewerOf(x, n, before, all); math.Abs(got-fewer) > 1e-12 {
			t.Errorf("%v: %v or fewer, want %v", c, got, fewer)
		}
	}
}

// The chance to exceed an order statistic is that of drawing both.
func TestBeyond(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 1))
	const n, all, rank, rounds = 10, 30, 3, 20000
	counts := make([]int, n+1)
	for range rounds {
		ref := make([]float64, all)
		for i := range ref {
			ref[i] = r.Float64()
		}
		slices.Sort(ref)
		k := 0
		for range n {
			if r.Float64() > ref[all-rank] {
				k++
			}
		}
		counts[k]++
	}
	above := 0
	for x := n; x >= 0; x-- {
		above += counts[x]
		share := float64(above) / rounds
		if got := beyond(x, n, rank, all); math.Abs(got-share) > 4*math.Sqrt(got*(1-got)/rounds)+1e-12 {
			t.Errorf("%d or more: %v, drawn %v", x, got, share)
		}
	}
}

// The rank-sum test rejects as often as it says, or less, far out in the tail.
func TestLower(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 1))
	levels := []float64{0.05, 0.01, 0.001}
	for _, c := range []struct {
		n, m  int
		steps float64 // 0: no ties
	}{{8, 40, 0}, {20, 200, 0}, {20, 200, 4}, {60, 60, 2}} {
		const rounds = 6000
		hits := make([]int, len(levels))
		draw := func(n int) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = r.Float64()
				if c.steps > 0 {
					x[i] = math.Floor(c.steps * x[i])
				}
			}
			return x
		}
		for range rounds {
			p := lower(draw(c.n), draw(c.m), float64(c.m))
			for i, a := range levels {
				if p <= a {
					hits[i]++
				}
			}
		}
		for i, a := range levels {
			if share := float64(hits[i]) / rounds; share > a+3*math.Sqrt(a*(1-a)/rounds) {
				t.Errorf("%+v: rejected %v at level %v", c, share, a)
			}
		}
		low := draw(c.n)
		for i := range low {
			low[i] -= 100
		}
		if p := lower(low, draw(c.m), float64(c.m)); p > 1e-4 {
			t.Errorf("%+v: p is %v although all are lower", c, p)
		}
	}
	if p := lower([]float64{0, 0, 0}, []float64{9, 9, 9}, 3); p != 1 {
		t.Errorf("of three users: %v", p)
	}
}

func TestHolm(t *testing.T) {
	t.Parallel()
	got := holm([]float64{0.04, 0.01, 0.03, 0.5})
	want := []float64{0.09, 0.04, 0.09, 0.5}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-12 {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
