package score

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

const (
	// Distances are computed for a strip of pairRows points and one block of
	// pairCols points at a time. The strips of pairPiece points form one piece of
	// work. These are multiples of the matrix kernels' tiles and of each other.
	pairRows  = 96
	pairPiece = 5 * pairRows
	pairCols  = 2 * pairPiece
	// sumsLimit limits the n·k sums of distances with which each distance serves
	// both its points, halving the work: 64 MiB of float64.
	sumsLimit = 8 << 20
)

// tiler computes distances between points in sorted order: position i stands
// for point Order[i] of a Groups.
type tiler[T dense.Float] interface {
	// panel prepares positions [lo, hi) as columns. The result is valid until the
	// worker's next call.
	panel(worker, lo, hi int) any
	// strip writes the distances from positions [lo, hi), at most pairRows, to the
	// panel's w positions to dst [hi-lo, w]. worker selects the scratch space.
	strip(worker int, dst []T, lo, hi int, panel any)
}

// silhouettePairs computes silhouettes from all pairwise distances without
// storing them.
func silhouettePairs[T dense.Float](ctx context.Context, t tiler[T], g *Groups, threads int) ([]float64, error) {
	if len(g.Order)*g.K() <= sumsLimit {
		return silhouetteSums(ctx, t, g, threads)
	}
	return silhouetteRows(ctx, t, g, threads)
}

// run is a range [lo, hi) of positions within one block and one group c.
type run struct{ c, lo, hi int }

// runs splits positions [lo, hi) where the group changes.
func (g *Groups) runs(lo, hi int) []run {
	var out []run
	for lo < hi {
		c := int(g.Of[g.Order[lo]])
		end := min(hi, g.Start[c+1])
		out = append(out, run{c, lo, end})
		lo = end
	}
	return out
}

// silhouetteSums computes each distance once and adds it to the sums of both
// its points. It processes the columns block by block. For one block of
// columns, the pieces of rows are independent and run in parallel; their sums
// for the columns are then added in order.
func silhouetteSums[T dense.Float](ctx context.Context, t tiler[T], g *Groups, threads int) ([]float64, error) {
	n, k := len(g.Order), g.K()
	sums := make([]float64, n*k) // [n, k] by position: sum of distances to each cluster
	pieces := (n + pairPiece - 1) / pairPiece
	rowRuns := make([][]run, pieces)
	for b := range pieces {
		rowRuns[b] = g.runs(b*pairPiece, min((b+1)*pairPiece, n))
	}
	scratch := make([][]T, parallel.Threads(threads)) // [pairRows, pairCols] distances
	colSums := make([][]float64, pieces)              // [runs of the piece, w] sums of columns
	for clo := 0; clo < n; clo += pairCols {
		chi := min(clo+pairCols, n)
		w := chi - clo
		panel := t.panel(0, clo, chi)
		colRuns := g.runs(clo, chi)
		first := clo / pairPiece
		err := parallel.Do(ctx, threads, pieces-first, func(worker, i int) {
			piece := first + i
			if scratch[worker] == nil {
				scratch[worker] = make([]T, pairRows*pairCols)
			}
			dist := scratch[worker]
			rlo, rhi := piece*pairPiece, min((piece+1)*pairPiece, n)
			mirror := rlo >= chi // the columns do not include these rows
			var cols []float64
			if mirror {
				cols = zeroed(colSums[piece], len(rowRuns[piece])*w)
				colSums[piece] = cols
			}
			r := 0 // index of the run that contains row i
			for lo := rlo; lo < rhi; lo += pairRows {
				hi := min(lo+pairRows, rhi)
				t.strip(worker, dist, lo, hi, panel)
				for i := lo; i < hi; i++ {
					row := dist[(i-lo)*w : (i-lo+1)*w]
					for _, cr := range colRuns {
						sums[i*k+cr.c] += sum(row[cr.lo-clo : cr.hi-clo])
					}
					if mirror {
						for i >= rowRuns[piece][r].hi {
							r++
						}
						add(cols[r*w:(r+1)*w], row)
					}
				}
			}
		})
		if err != nil {
			return nil, err
		}
		for piece := (chi + pairPiece - 1) / pairPiece; piece < pieces; piece++ {
			for r, stretch := range rowRuns[piece] {
				for j, v := range colSums[piece][r*w : (r+1)*w] {
					sums[(clo+j)*k+stretch.c] += v
				}
			}
		}
	}
	out := make([]float64, n)
	for i, point := range g.Order {
		own := int(g.Of[point])
		if g.Size(own) == 1 {
			continue
		}
		var within float64
		between := math.Inf(1)
		for c, v := range sums[i*k : (i+1)*k] {
			if c == own {
				within = v / float64(g.Size(c)-1)
			} else {
				between = min(between, v/float64(g.Size(c)))
			}
		}
		out[point] = ratio(within, between)
	}
	return out, nil
}

// silhouetteRows is for so many clusters that the sums would exceed sumsLimit.
// Each block of rows passes over all columns, cluster after cluster, and keeps
// only the current sum and the best so far.
func silhouetteRows[T dense.Float](ctx context.Context, t tiler[T], g *Groups, threads int) ([]float64, error) {
	n := len(g.Order)
	out := make([]float64, n)
	scratch := make([][]T, parallel.Threads(threads)) // [pairRows, pairCols] distances
	err := parallel.Do(ctx, threads, (n+pairPiece-1)/pairPiece, func(worker, rb int) {
		if scratch[worker] == nil {
			scratch[worker] = make([]T, pairRows*pairCols)
		}
		dist := scratch[worker]
		rlo, rhi := rb*pairPiece, min((rb+1)*pairPiece, n)
		current := make([]float64, rhi-rlo) // [rows] sum over the current cluster
		within := make([]float64, rhi-rlo)
		between := make([]float64, rhi-rlo)
		for i := range between {
			between[i] = math.Inf(1)
		}
		for clo := 0; clo < n && ctx.Err() == nil; clo += pairCols {
			chi := min(clo+pairCols, n)
			w := chi - clo
			panel := t.panel(worker, clo, chi)
			runs := g.runs(clo, chi)
			for lo := rlo; lo < rhi; lo += pairRows {
				hi := min(lo+pairRows, rhi)
				t.strip(worker, dist, lo, hi, panel)
				for i := lo; i < hi; i++ {
					row := dist[(i-lo)*w : (i-lo+1)*w]
					own := int(g.Of[g.Order[i]])
					r := i - rlo
					for _, cr := range runs {
						current[r] += sum(row[cr.lo-clo : cr.hi-clo])
						if cr.hi < g.Start[cr.c+1] {
							continue
						}
						if cr.c == own {
							within[r] = current[r] / float64(max(1, g.Size(own)-1))
						} else {
							between[r] = min(between[r], current[r]/float64(g.Size(cr.c)))
						}
						current[r] = 0
					}
				}
			}
		}
		for r := range current {
			if point := g.Order[rlo+r]; g.Size(int(g.Of[point])) > 1 {
				out[point] = ratio(within[r], between[r])
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// zeroed returns s with length n and all elements zero, reallocated if it is
// too small.
func zeroed(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// sum returns the sum of x in float64.
func sum[T dense.Float](x []T) float64 {
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a := x[i : i+4 : i+4]
		s0 += float64(a[0])
		s1 += float64(a[1])
		s2 += float64(a[2])
		s3 += float64(a[3])
	}
	for ; i < len(x); i++ {
		s0 += float64(x[i])
	}
	return (s0 + s1) + (s2 + s3)
}
