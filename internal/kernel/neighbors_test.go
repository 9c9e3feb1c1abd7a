package kernel

import (
	"math"
	"testing"
)

func TestAppendBelow(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, n := range append([]int{511, 512, 513, 600, 1024, 1100}, lengths...) {
			x := normals(newRand(uint64(n)), n)
			for i := range x {
				switch i % 7 {
				case 3:
					x[i] = float32(math.NaN())
				case 5:
					x[i] = 0.5 // equal to the limit
				}
			}
			for _, limit := range []float32{0.5, -10, 10, float32(math.NaN())} {
				want := []int32{-1}
				for i, v := range x {
					if v <= limit {
						want = append(want, int32(100+i))
					}
				}
				got := AppendBelow([]int32{-1}, x, limit, 100)
				if len(got) != len(want) {
					t.Fatalf("n=%d limit=%v: %d elements, want %d", n, limit, len(got), len(want))
				}
				for i := range want {
					if got[i] != want[i] {
						t.Fatalf("n=%d limit=%v: element %d is %d, want %d", n, limit, i, got[i], want[i])
					}
				}
			}
		}
	})
}

func TestSquaredDistances(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, n := range lengths {
			r := newRand(uint64(n))
			p, norms := normals(r, n), normals(r, n)
			g := newGuarded[float32](n, 1)
			copy(g.data(), p)
			SquaredDistances(g.data(), norms, 0.5)
			for i, got := range g.data() {
				want := math.Max(0, 0.5+float64(norms[i])-2*float64(p[i]))
				if !near(got, want, 1e-6) {
					t.Fatalf("n=%d: element %d is %v, want %v", n, i, got, want)
				}
			}
			g.check(t, func(int) bool { return false })
			if n > 0 {
				p[n-1] = float32(math.NaN())
				SquaredDistances(p, norms, 0.5)
				if p[n-1] == p[n-1] {
					t.Errorf("NaN became %v", p[n-1])
				}
			}
		}
	})
}

func TestSquaredNorms(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, n := range lengths {
			x := normals(newRand(uint64(n)), 3*(n+2))
			g := newGuarded[float32](3, 1)
			SquaredNorms(g.data(), Matrix{x, 3, n, n + 2})
			for i, got := range g.data() {
				want := 0.0
				for _, v := range x[i*(n+2):][:n] {
					want += float64(v) * float64(v)
				}
				if !near(got, want, 1e-7*want) {
					t.Fatalf("n=%d: row %d is %v, want %v", n, i, got, want)
				}
			}
			g.check(t, func(int) bool { return false })
		}
	})
}
