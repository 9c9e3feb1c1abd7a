package cluster

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// seedDistances measures the squared distances, in view units, of all points to
// candidate centres, and keeps each point's distance to the nearest centre
// chosen so far.
type seedDistances struct {
	p       *points
	weights []float64 // [n], nil means all 1
	threads int

	near    []float32   // [n] squared distance to the nearest centre, +Inf at first
	columns [][]float32 // [width][n] squared distances to candidates
	running []float64   // [blocks] running sums over blocks of weight × near
	total   float64     // the last of them
	part    []float64   // [blocks, candidates]
	scratch []seedScratch
}

type seedScratch struct{ view, dst, norm2 []float32 }

// seedMemory limits the columns' memory in bytes if the points are small;
// otherwise the limit is a fraction of the points' memory.
const seedMemory = 48 << 20

func newSeedDistances(p *points, weights []float64, threads int) *seedDistances {
	blocks := (p.n + blockRows - 1) / blockRows
	g := &seedDistances{
		p: p, weights: weights, threads: threads,
		near:    make([]float32, p.n),
		running: make([]float64, blocks),
		scratch: make([]seedScratch, parallel.Threads(threads)),
	}
	for i := range g.near {
		g.near[i] = float32(math.Inf(1))
	}
	return g
}

func (g *seedDistances) weight(i int) float64 {
	if g.weights == nil {
		return 1
	}
	return g.weights[i]
}

// limit is the largest number of columns that memory permits, at least one
// panel of the product's kernel.
func (g *seedDistances) limit() int {
	bytes := max(seedMemory, g.p.n*g.p.d*4/8)
	return min(256, max(32, bytes/(4*g.p.n)/32*32))
}

// width is the number of columns for choosing k centres with the given number
// of trials each.
func (g *seedDistances) width(trials, k int) int {
	return max(2*trials, min(64, g.limit(), trials*k))
}

// measure writes the distances to the given rows to columns at, at+1, ….
func (g *seedDistances) measure(ctx context.Context, rows []int, at int) error {
	p, m := g.p, len(rows)
	for len(g.columns) < at+m {
		g.columns = append(g.columns, make([]float32, p.n))
	}
	columns := g.columns[at : at+m]
	v := dense.New[float32](m, p.d)
	norm2 := make([]float64, m)
	for c, i := range rows {
		p.viewRow(v.Row(c), i)
		norm2[c] = p.norm2[i]
	}
	w := kernel.Pack(kernel.RowMajor(v.Data, m, p.d))
	return eachBlock(ctx, p.n, blockRows, g.threads, func(worker, _, lo, hi int) {
		s := &g.scratch[worker]
		x, stride := p.view(lo, hi, &s.view)
		s.dst = grow(s.dst, blockRows*m)
		kernel.Gemm(kernel.RowMajor(s.dst, hi-lo, m), kernel.Matrix{Data: x, Rows: hi - lo, Cols: p.d, Stride: stride}, w, kernel.Epilogue{})
		s.norm2 = grow(s.norm2, hi-lo)
		top := 0.0
		for i := range s.norm2 {
			s.norm2[i] = float32(p.norm2[lo+i])
			top = max(top, p.norm2[lo+i])
		}
		for c, col := range columns {
			qq := norm2[c]
			// Below this distance, rounding of the view hides the true value.
			hidden := float32(16*p.relError*(top+qq) + 4*p.absError)
			col := col[lo:hi]
			for i, xx := range s.norm2 {
				d := xx + float32(qq) - 2*s.dst[i*m+c]
				if d <= hidden {
					d = float32(p.squared(lo+i, p, rows[c]) * p.scale * p.scale)
				}
				col[i] = d
			}
		}
	})
}

// move moves column from to position to.
func (g *seedDistances) move(to, from int) {
	g.columns[to], g.columns[from] = g.columns[from], g.columns[to]
}

// best returns the candidate that would leave the least sum of weight × near,
// or the first of several.
func (g *seedDistances) best(ctx context.Context, trial []candidate) (candidate, error) {
	m := len(trial)
	blocks := len(g.running)
	g.part = grow(g.part, blocks*m)
	err := eachBlock(ctx, g.p.n, blockRows, g.threads, func(_, b, lo, hi int) {
		near := g.near[lo:hi]
		for t, c := range trial {
			col := g.columns[c.column][lo:hi]
			s := 0.0
			if g.weights == nil {
				for i, d := range near {
					s += float64(min(d, col[i]))
				}
			} else {
				for i, d := range near {
					s += g.weights[lo+i] * float64(min(d, col[i]))
				}
			}
			g.part[b*m+t] = s
		}
	})
	arg, least := 0, math.Inf(1)
	for t := range trial {
		s := 0.0
		for b := range blocks {
			s += g.part[b*m+t]
		}
		if s < least {
			arg, least = t, s
		}
	}
	return trial[arg], err
}

// take makes the candidate in the given column a centre.
func (g *seedDistances) take(ctx context.Context, column int) error {
	err := eachBlock(ctx, g.p.n, blockRows, g.threads, func(_, b, lo, hi int) {
		near, col := g.near[lo:hi], g.columns[column][lo:hi]
		s := 0.0
		for i, d := range col {
			near[i] = min(near[i], d)
			s += g.weight(lo+i) * float64(near[i])
		}
		g.running[b] = s
	})
	g.total = 0
	for b, s := range g.running {
		g.total += s
		g.running[b] = g.total
	}
	return err
}

// draw draws a point with probability proportional to weight × near.
func (g *seedDistances) draw(rng *rand.Rand) int {
	u := rng.Float64() * g.total
	b := search(g.running, u)
	if b > 0 {
		u -= g.running[b-1]
	}
	last := b * blockRows
	for i := b * blockRows; i < min((b+1)*blockRows, g.p.n); i++ {
		v := g.weight(i) * float64(g.near[i])
		if v <= 0 {
			continue
		}
		last = i
		if u -= v; u < 0 {
			return i
		}
	}
	return last
}
