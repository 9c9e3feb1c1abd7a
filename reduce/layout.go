package reduce

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/sparse"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// layout moves points by stochastic gradient descent so that similar points
// come together and others separate (McInnes et al. 2018, algorithm 5).
//
// Each edge moves both its ends from their current positions, as in the
// sequential algorithm, but edges without a common point may be processed at
// the same time; see schedule. Points are pushed away from the positions that
// others had at the start of the epoch. Random numbers come from a hash of
// seed, epoch and task. The result therefore does not depend on the number of
// goroutines.
//
// It would be simpler to move all points at once, each relative to the others'
// positions at the start of the epoch. But then both ends of an edge jump past
// each other: neighbours end up apart, and distant groups anywhere.
type layout struct {
	forces           // forces of the similarity curve
	negative int     // number of points pushed away for each one pulled closer
	rate     float64 // initial learning rate; it decreases to 0
	epochs   int
	seed     uint64
	threads  int
}

func squaredDistance(y, z []float64) float64 {
	var s float64
	for j, v := range z {
		s += float64((y[j] - v) * (y[j] - v)) // the conversion prevents fused operations, on any machine
	}
	return s
}

// clip keeps a coordinate of a gradient within ±4.
func clip(g float64) float64 {
	if g > 4 { // rare
		return 4
	}
	if g < -4 {
		return -4
	}
	return g
}

// step adds rate·f·(y-z), each coordinate of f·(y-z) clipped, to y.
func step(y, z []float64, f, rate float64) {
	for j, v := range z {
		y[j] += float64(rate * clip(f*(y[j]-v)))
	}
}

// meet applies step to both y and z, in opposite directions.
func meet(y, z []float64, f, rate float64) {
	for j, v := range z {
		g := float64(rate * clip(f*(y[j]-v)))
		y[j] += g
		z[j] -= g
	}
}

// rateOf returns the learning rate of epoch e; epochs start at 1.
func (l *layout) rateOf(e int) float64 { return l.rate * (1 - float64(e-1)/float64(l.epochs)) }

// fit moves the points y [n, k] along the symmetric graph w [n, n].
func (l *layout) fit(ctx context.Context, y dense.Rows[float64], w *sparse.Matrix) error {
	s := newSchedule(w, l.epochs)
	before := dense.New[float64](y.Len, y.Dim)
	follow := l.follow
	if y.Dim == 2 {
		follow = l.followPlane
	}
	for e := 1; e <= l.epochs; e++ {
		rate := l.rateOf(e)
		copy(before.Data, y.Data)
		for _, round := range s.rounds {
			err := parallel.Do(ctx, l.threads, round[1]-round[0], func(_, i int) {
				t := round[0] + i
				edges := s.edges[s.start[t]:s.start[t+1]]
				random := splitmix.Mix(l.seed, uint64(e), uint64(t))
				follow(y, before, edges, e, random, rate)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// follow moves points of y along the edges that are due in epoch e.
func (l *layout) follow(y, before dense.Rows[float64], edges []edge, e int, random uint64, rate float64) {
	for _, g := range edges {
		if !g.due(e) {
			continue
		}
		p, near := y.Row(int(g.head)), y.Row(int(g.tail))
		meet(p, near, l.pull.at(squaredDistance(p, near)), rate)
		random = l.pushAway(p, before, int(g.head), random, rate)
	}
}

// pushAway moves p away from a few random points other than self. They come
// from SplitMix64 with state random (Steele, Lea & Flood 2014), whose next
// state it returns.
func (l *layout) pushAway(p []float64, others dense.Rows[float64], self int, random uint64, rate float64) uint64 {
	for range l.negative {
		random += 0x9e3779b97f4a7c15
		j := draw(random, others.Len)
		if j == self {
			continue
		}
		far := others.Row(j)
		step(p, far, l.push.at(squaredDistance(p, far)), rate)
	}
	return random
}

// draw returns a number in [0, n) for a state of SplitMix64.
func draw(state uint64, n int) int {
	h := (state ^ state>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	// The high half of a product avoids a division.
	return int(h >> 32 * uint64(n) >> 32)
}

// place moves a new point p among fixed ones according to its neighbours and
// their weights. random is the point's own random state.
func (l *layout) place(p []float64, fixed dense.Rows[float64], near []int32, value []float32, random uint64) {
	var top float64
	for _, v := range value {
		top = max(top, float64(v))
	}
	for e := 1; e <= l.epochs; e++ {
		rate := l.rateOf(e)
		for c, j := range near {
			g := edge{share: shareOf(float64(value[c]), top)}
			if !g.due(e) {
				continue
			}
			z := fixed.Row(int(j))
			step(p, z, l.pull.at(squaredDistance(p, z)), rate)
			l.pushAway(p, fixed, -1, splitmix.Mix(random, uint64(e), uint64(j)), rate)
		}
	}
}
