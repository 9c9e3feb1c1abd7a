package cluster

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// distanceKeys computes float32 keys that order the distances from a row to
// many points up to a known error, and converts between keys and distances.
//
// With matrix products the key is half the squared distance, |x|²/2 + |y|²/2 -
// x·y, in view units; for metrics without them it is the rounded distance in
// view units. Keys of different rows can therefore be compared, up to their
// errors.
type distanceKeys struct {
	q, p      *points // rows of q are compared with columns of p
	metric    Metric
	exactOnly bool
}

// leastKey is the largest error of a key that is too small to be rounded to 24
// bits.
const leastKey = 0x1p-149

func newDistanceKeys(q, p *points, m Metric) distanceKeys {
	return distanceKeys{q: q, p: p, metric: m, exactOnly: newBall(m, 0).exactOnly(q, p)}
}

// rowKeys are the distanceKeys of one row.
type rowKeys struct {
	distanceKeys
	row   int32
	slack float64 // largest error of a key
}

func (l distanceKeys) at(i int32, c *columns) rowKeys {
	s := rowKeys{distanceKeys: l, row: i}
	if !l.exactOnly {
		norm2 := l.q.norm2[i]
		s.slack = max(l.p.relError, l.q.relError)*math.Sqrt(norm2)*c.big + l.p.absError +
			6*unitRoundoff*(norm2+c.big*c.big)
	}
	return s
}

// exact returns the distance to point j.
func (s *rowKeys) exact(j int32) float64 { return s.q.distance(s.metric, int(s.row), s.p, int(j)) }

// key returns an upper bound of the keys of all distances up to d.
func (s *rowKeys) key(d float64) float32 {
	if math.IsInf(d, 1) {
		return float32(d)
	}
	k := s.meaning(d)
	if s.exactOnly {
		return float32(k*(1+4*unitRoundoff) + leastKey)
	}
	return float32(k + s.slack + 16*unitRoundoff*(k+s.slack))
}

// keyOf returns the key of distance d, rounded.
func (l distanceKeys) keyOf(d float64) float32 { return float32(l.meaning(d)) }

// meaning returns the key of distance d before rounding.
func (l distanceKeys) meaning(d float64) float64 {
	if l.metric == Cosine {
		return d
	}
	d *= l.p.scale
	if l.exactOnly {
		return d
	}
	return d * d / 2
}

// span returns the smallest and the largest distance that a key may stand for.
func (s *rowKeys) span(key float32) (least, most float64) {
	v := float64(key)
	if s.exactOnly {
		least, most = max(0, v*(1-4*unitRoundoff)-leastKey), v*(1+4*unitRoundoff)+leastKey
		return least / s.p.scale, most / s.p.scale
	}
	least, most = max(0, 2*v-2*s.slack), max(0, 2*v+2*s.slack)
	if s.metric == Cosine {
		return least / 2, most / 2
	}
	return math.Sqrt(least) / s.p.scale, math.Sqrt(most) / s.p.scale
}

// keys writes the keys of the given rows to dst, [rows, columns], with row
// stride ldd.
func (l distanceKeys) keys(dst []float32, ldd int, rows []int32, c *columns, view *[]float32) {
	if l.exactOnly {
		for r, i := range rows {
			for k, j := range c.index {
				dst[r*ldd+k] = l.keyOf(l.q.distance(l.metric, int(i), l.p, int(j)))
			}
		}
		return
	}
	x, stride := l.q.viewRows(rows, view)
	kernel.Gemm(kernel.Matrix{Data: dst, Rows: len(rows), Cols: len(c.index), Stride: ldd}, kernel.Matrix{Data: x, Rows: len(rows), Cols: l.p.d, Stride: stride}, &c.w, kernel.Epilogue{Bias: c.half})
	for r, i := range rows {
		half := float32(l.q.norm2[i] / 2)
		row := dst[r*ldd:][:len(c.index)]
		for k := range row {
			row[k] += half
		}
	}
}

// keyTable holds packed columns for a distanceKeys, and the keys of all rows
// for them if there is room.
type keyTable struct {
	distanceKeys
	blocks [][]int32 // groups of columns, in order
	packed []columns // one for each group, filled when needed
	cached []float32 // [n, columns] or nil
	big    columns   // the columns with the largest norm
}

// keyCache is the maximum size of a table of all keys, in bytes.
const keyCache = 160 << 20

// packGroups is the number of groups of columns packed at a time if the keys
// are recomputed for each use.
const packGroups = 16

func newKeyTable(q, p *points, m Metric) *keyTable {
	t := &keyTable{distanceKeys: newDistanceKeys(q, p, m)}
	all := upTo(p.n)
	for lo := 0; lo < p.n; lo += pairColumns {
		t.blocks = append(t.blocks, all[lo:min(lo+pairColumns, p.n)])
	}
	t.packed = make([]columns, min(packGroups, len(t.blocks)))
	for _, s := range p.norm2 {
		t.big.big = max(t.big.big, math.Sqrt(s))
	}
	return t
}

// fill computes and caches the keys of all rows if there is room for them. A
// key serves both its points.
func (t *keyTable) fill(ctx context.Context, threads int) error {
	n := t.p.n
	if t.q != t.p || n*n*4 > keyCache {
		return nil
	}
	cached := make([]float32, n*n)
	type scratch struct {
		cols      columns
		view, dst []float32
	}
	mem := make([]scratch, parallel.Threads(threads))
	all := upTo(n)
	// A stride for which the columns of a tile do not share one set of the cache.
	const ldd = pairColumns + 16
	err := parallel.Do(ctx, threads, len(t.blocks), func(worker, g int) {
		g = len(t.blocks) - 1 - g // longest first
		s := &mem[worker]
		s.dst = grow(s.dst, pairRows*ldd)
		index := t.blocks[g]
		first, m := int(index[0]), len(index)
		s.cols.set(t.p, index, t.exactOnly)
		for lo := 0; lo < first+m && ctx.Err() == nil; {
			end := first // number of rows before the block, then of the block itself
			if lo >= first {
				end = first + m
			}
			hi := min(lo+pairRows, end)
			t.keys(s.dst, ldd, all[lo:hi], &s.cols, &s.view)
			for i := lo; i < hi; i++ {
				copy(cached[i*n+first:][:m], s.dst[(i-lo)*ldd:])
			}
			if lo < first {
				for k := range m {
					row := cached[(first+k)*n+lo:][:hi-lo]
					for r := range row {
						row[r] = s.dst[r*ldd+k]
					}
				}
			}
			lo = hi
		}
	})
	t.cached = cached
	return err
}

// each calls visit with the keys of the given rows, a row in several pieces:
// keys are those of columns at, at+1, …. All pieces of a row come from one
// goroutine, in order; then done, if not nil, is called for the row.
func (t *keyTable) each(ctx context.Context, rows []int32, threads int, visit func(worker int, row, at int32, keys []float32), done func(worker int, row int32)) error {
	if t.cached != nil {
		n := t.p.n
		return eachBlock(ctx, len(rows), pairRows, threads, func(worker, _, lo, hi int) {
			for _, i := range rows[lo:hi] {
				visit(worker, i, 0, t.cached[int(i)*n:int(i+1)*n])
				if done != nil {
					done(worker, i)
				}
			}
		})
	}
	type scratch struct{ view, dst []float32 }
	mem := make([]scratch, parallel.Threads(threads))
	for at := 0; at < len(t.blocks); at += len(t.packed) {
		groups := t.blocks[at:min(at+len(t.packed), len(t.blocks))]
		err := parallel.Do(ctx, threads, len(groups), func(_, g int) {
			t.packed[g].set(t.p, groups[g], t.exactOnly)
		})
		if err != nil {
			return err
		}
		last := at+len(t.packed) >= len(t.blocks)
		err = eachBlock(ctx, len(rows), pairRows, threads, func(worker, _, lo, hi int) {
			s := &mem[worker]
			s.dst = grow(s.dst, pairRows*pairColumns)
			for g := range groups {
				c := &t.packed[g]
				m := len(c.index)
				t.keys(s.dst, m, rows[lo:hi], c, &s.view)
				for r, i := range rows[lo:hi] {
					visit(worker, i, c.index[0], s.dst[r*m:r*m+m])
				}
			}
			if last && done != nil {
				for _, i := range rows[lo:hi] {
					done(worker, i)
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rowKeys returns the rowKeys of row i.
func (t *keyTable) rowKeys(i int32) rowKeys { return t.at(i, &t.big) }
