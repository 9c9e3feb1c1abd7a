package reduce

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// layout moves points by stochastic gradient descent so that similar ones come
// together and others do not (McInnes et al. 2018, algorithm 5).
//
// In each epoch every point moves on its own, seeing the others where they were
// at the epoch's start; the random numbers come from a hash of seed, epoch and
// edge. So the points can be moved in parallel, and any number of goroutines
// gives the same result.
type layout struct {
	forces           // of the similarity curve
	negative int     // samples pushed away for each one pulled near
	rate     float64 // learning rate at the start; it falls to 0
	epochs   int
	seed     uint64
	threads  int
}

// step adds rate·f·(y-z), each coordinate of f·(y-z) clipped to ±4, to y.
func step(y, z []float64, f, rate float64) {
	for j, v := range z {
		y[j] += rate * min(4, max(-4, f*(y[j]-v)))
	}
}

func squaredDistance(y, z []float64) float64 {
	var s float64
	for j, v := range z {
		s += (y[j] - v) * (y[j] - v)
	}
	return s
}

// due reports whether an edge of weight w is followed in epoch e (from 1): the
// strongest, of weight top, in each, others in proportion.
func due(e int, w, top float64) bool {
	return math.Floor(float64(e)*w/top) > math.Floor(float64(e-1)*w/top)
}

// fit moves the points y [n, k] along the symmetric graph w [n, n].
func (l *layout) fit(ctx context.Context, y dense.Rows[float64], w *weights) error {
	n := y.Len
	var top float64
	for _, v := range w.value {
		top = max(top, float64(v))
	}
	now, next := y, dense.New[float64](n, y.Dim)
	for e := 1; e <= l.epochs; e++ {
		rate := l.rate * (1 - float64(e-1)/float64(l.epochs))
		err := parallel.Do(ctx, l.threads, blocksOf(n), func(_, b int) {
			for i := b * blockRows; i < min((b+1)*blockRows, n); i++ {
				p := next.Row(i)
				copy(p, now.Row(i))
				cols, value := w.row(i)
				for c, j := range cols {
					if !due(e, float64(value[c]), top) {
						continue
					}
					// Once for the edge to j, once for that from j: in the
					// sequential algorithm each edge moves both its ends.
					near := now.Row(int(j))
					step(p, near, l.pull.at(squaredDistance(p, near)), rate)
					step(p, near, l.pull.at(squaredDistance(p, near)), rate)
					l.pushAway(p, now, i, splitmix.Mix(l.seed, uint64(e), uint64(i), uint64(j)), rate)
				}
			}
		})
		if err != nil {
			return err
		}
		now, next = next, now
	}
	if l.epochs%2 == 1 {
		copy(y.Data, now.Data)
	}
	return nil
}

// pushAway moves p away from a few random points but self. The points come
// from SplitMix64 started at seed (Steele, Lea & Flood 2014).
func (l *layout) pushAway(p []float64, others dense.Rows[float64], self int, seed uint64, rate float64) {
	for range l.negative {
		seed += 0x9e3779b97f4a7c15
		h := (seed ^ seed>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		// A random index without division: the high half of a product.
		j := int(h >> 32 * uint64(others.Len) >> 32)
		if j == self {
			continue
		}
		far := others.Row(j)
		step(p, far, l.push.at(squaredDistance(p, far)), rate)
	}
}

// place moves one new point p among fixed ones, by its neighbours and their
// weights. seed is the point's own.
func (l *layout) place(p []float64, fixed dense.Rows[float64], near []int32, value []float32, seed uint64) {
	var top float64
	for _, v := range value {
		top = max(top, float64(v))
	}
	for e := 1; e <= l.epochs; e++ {
		rate := l.rate * (1 - float64(e-1)/float64(l.epochs))
		for c, j := range near {
			if value[c] == 0 || !due(e, float64(value[c]), top) {
				continue
			}
			z := fixed.Row(int(j))
			step(p, z, l.pull.at(squaredDistance(p, z)), rate)
			l.pushAway(p, fixed, -1, splitmix.Mix(seed, uint64(e), uint64(j)), rate)
		}
	}
}
