package cluster

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// start chooses the first centres, [K, d] in exact space.
func (m KMeans) start(ctx context.Context, p *points, rng *rand.Rand) (dense.Rows[float64], error) {
	var chosen []int
	var err error
	switch m.Init {
	case Random:
		chosen = drawDistinct(p.n, m.K, m.Weights, rng)
	case Parallel:
		return startParallel(ctx, p, m.Weights, m.K, m.Threads, rng)
	default:
		chosen, err = plusPlus(ctx, p, m.Weights, m.K, m.Threads, rng)
	}
	if err != nil {
		return dense.Rows[float64]{}, err
	}
	rows := dense.New[float64](m.K, p.d)
	for j, i := range chosen {
		p.exact(rows.Row(j), i)
	}
	return rows, nil
}

// drawDistinct draws k distinct numbers below n with probability proportional
// to weights, by the method of Efraimidis and Spirakis (2006): the k smallest
// of exponential variates with these rates. Numbers of weight 0 come last.
func drawDistinct(n, k int, weights []float64, rng *rand.Rand) []int {
	type key struct {
		v float64
		i int
	}
	keys := make([]key, n)
	for i := range keys {
		keys[i] = key{rng.ExpFloat64(), i}
		if weights != nil {
			keys[i].v /= weights[i] // +Inf for weight 0
		}
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.v, b.v), cmp.Compare(a.i, b.i)) })
	out := make([]int, k)
	for j := range out {
		out[j] = keys[j].i
	}
	return out
}

// plusPlus chooses k points by greedy k-means++.
//
// Each step needs a few candidates drawn with probability proportional to
// weight × squared distance to the nearest centre so far, and the distances of
// all points to each candidate. This is a thin product, limited by memory
// bandwidth, so the candidates of several steps are drawn at once and measured
// in one product. Candidates drawn before other centres were added are then
// accepted with probability (distance now)/(distance when drawn). This is
// rejection sampling and gives exactly the same distribution as drawing them
// now.
func plusPlus(ctx context.Context, p *points, weights []float64, k, threads int, rng *rand.Rand) ([]int, error) {
	trials := 2 + int(math.Log(float64(k)))
	g := newSeedDistances(p, weights, threads)
	chosen := make([]int, 0, k)
	first := drawOne(p.n, weights, rng)
	chosen = append(chosen, first)
	if err := g.measure(ctx, []int{first}, 0); err != nil {
		return nil, err
	}
	if err := g.take(ctx, 0); err != nil {
		return nil, err
	}
	width := g.width(trials, k)
	var queue []candidate // drawn and measured, not yet examined
	for len(chosen) < k {
		if g.total <= 0 { // every point is already a centre
			chosen = append(chosen, drawOne(p.n, weights, rng))
			continue
		}
		var trial []candidate
		for len(trial) < trials {
			if len(queue) == 0 {
				// Keep the accepted ones; draw and measure the rest again.
				for t := range trial {
					g.move(t, trial[t].column)
					trial[t].column = t
				}
				want := (trials*(k-len(chosen)) - len(trial))
				want = min(width-len(trial), want+want/4)
				rows := make([]int, 0, want)
				for range want {
					i := g.draw(rng)
					queue = append(queue, candidate{row: i, column: len(trial) + len(rows), near: g.near[i]})
					rows = append(rows, i)
				}
				if err := g.measure(ctx, rows, len(trial)); err != nil {
					return nil, err
				}
			}
			c := queue[0]
			queue = queue[1:]
			if now := g.near[c.row]; now > 0 && rng.Float64()*float64(c.near) < float64(now) {
				trial = append(trial, c)
			}
		}
		best, err := g.best(ctx, trial)
		if err != nil {
			return nil, err
		}
		if err := g.take(ctx, best.column); err != nil {
			return nil, err
		}
		chosen = append(chosen, best.row)
	}
	return chosen, nil
}

// candidate is a point that may become a centre.
type candidate struct {
	row    int
	column int     // index in the distances of seedDistances
	near   float32 // squared distance to the nearest centre when it was drawn
}

// drawOne draws a number below n with probability proportional to weights.
func drawOne(n int, weights []float64, rng *rand.Rand) int {
	if weights == nil {
		return rng.IntN(n)
	}
	total := 0.0
	for _, w := range weights {
		total += w
	}
	u := rng.Float64() * total
	last := 0
	for i, w := range weights {
		if w == 0 {
			continue
		}
		last = i
		if u -= w; u < 0 {
			return i
		}
	}
	return last
}

// startParallel is k-means||. It starts with one point, and a few rounds each
// take every point with probability 2k · weight · distance² / (their sum).
// Greedy k-means++ then chooses among the points taken, each weighted by the
// total weight of the points nearest to it.
func startParallel(ctx context.Context, p *points, weights []float64, k, threads int, rng *rand.Rand) (dense.Rows[float64], error) {
	const rounds = 5
	none := dense.Rows[float64]{}
	g := newSeedDistances(p, weights, threads)
	taken := []int{drawOne(p.n, weights, rng)}
	fresh := taken
	for range rounds {
		for len(fresh) > 0 {
			m := min(len(fresh), g.limit())
			if err := g.measure(ctx, fresh[:m], 0); err != nil {
				return none, err
			}
			for c := range m {
				if err := g.take(ctx, c); err != nil {
					return none, err
				}
			}
			fresh = fresh[m:]
		}
		if g.total <= 0 {
			break
		}
		rate := 2 * float64(k) / g.total
		old := len(taken)
		for i := range p.n {
			if u := rng.Float64(); u < rate*g.weight(i)*float64(g.near[i]) {
				taken = append(taken, i)
			}
		}
		fresh = taken[old:]
	}
	// There are too few only if points coincide or k is nearly n.
	if len(taken) < k {
		have := make(map[int]bool, len(taken))
		for _, i := range taken {
			have[i] = true
		}
		for _, i := range drawDistinct(p.n, p.n, weights, rng) {
			if len(taken) == k {
				break
			}
			if !have[i] {
				taken = append(taken, i)
			}
		}
	}
	rows := dense.New[float64](len(taken), p.d)
	for j, i := range taken {
		p.exact(rows.Row(j), i)
	}
	labels := make([]int32, p.n)
	if err := assign(ctx, p, p.viewCenters(rows), threads, labels); err != nil {
		return none, err
	}
	mass := make([]float64, len(taken))
	for i, c := range labels {
		mass[c] += g.weight(i)
	}
	few := &points{n: rows.Len, d: p.d, f64: rows, scale: p.scale, shift: p.shift, relError: p.relError, absError: p.absError, norm2: make([]float64, rows.Len)}
	for j, i := range taken {
		few.norm2[j] = p.norm2[i]
	}
	chosen, err := plusPlus(ctx, few, mass, k, threads, rng)
	if err != nil {
		return none, err
	}
	out := dense.New[float64](k, p.d)
	for j, i := range chosen {
		copy(out.Row(j), rows.Row(i))
	}
	return out, nil
}

// search returns the first block whose running sum exceeds u.
func search(running []float64, u float64) int {
	return min(sort.Search(len(running), func(b int) bool { return running[b] > u }), len(running)-1)
}
