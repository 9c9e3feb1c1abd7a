package knn

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

const (
	queryRows = 96  // queries that pass a panel together
	panelCols = 960 // points packed at a time
	// spare is how many candidates more than k are kept by their float32
	// distance, to be ordered by the float64 one.
	spare = 8
)

// Exact returns the k nearest other points of each of x [n, d]; k < n.
func Exact(ctx context.Context, x dense.Rows[float32], k, threads int) (*Graph, error) {
	return search(ctx, x, x, k, true, threads)
}

// Search returns the k nearest points of x [n, d] to each of q [m, d]; k <= n.
func Search(ctx context.Context, x, q dense.Rows[float32], k, threads int) (*Graph, error) {
	return search(ctx, x, q, k, false, threads)
}

// search passes all points, panel by panel, and all queries by each panel.
// Memory is O(m k).
func search(ctx context.Context, x, q dense.Rows[float32], k int, skipSelf bool, threads int) (*Graph, error) {
	keep := min(k+spare, x.Len)
	if skipSelf {
		keep = min(k+spare, x.Len-1)
	}
	lists := newLists(q.Len, keep)
	qsq := make([]float32, q.Len) // [m] |q|²
	kernel.SquaredNorms(qsq, q.Data, q.Stride, q.Len, q.Dim)
	xsq := make([]float32, panelCols) // [panelCols] |x|²
	type scratch struct {
		products []float32 // [queryRows, panelCols]
		below    []int32
	}
	work := make([]scratch, parallel.Threads(threads))
	blocks := (q.Len + queryRows - 1) / queryRows
	var panel kernel.Packed
	for lo := 0; lo < x.Len; lo += panelCols {
		cols := x.Slice(lo, min(lo+panelCols, x.Len))
		w := cols.Len
		panel.Reset(cols.Data, w, cols.Dim, cols.Stride)
		kernel.SquaredNorms(xsq[:w], cols.Data, cols.Stride, w, cols.Dim)
		err := parallel.Do(ctx, threads, blocks, func(worker, b int) {
			s := &work[worker]
			if s.products == nil {
				s.products = make([]float32, queryRows*panelCols)
			}
			rows := q.Slice(b*queryRows, min((b+1)*queryRows, q.Len))
			kernel.Gemm(s.products, w, rows.Data, rows.Stride, rows.Len, &panel, kernel.Epilogue{})
			for r := range rows.Len {
				i := b*queryRows + r
				d2 := s.products[r*w : (r+1)*w]
				kernel.SquaredDistances(d2, xsq[:w], qsq[i])
				l := &lists[i]
				s.below = kernel.AppendBelow(s.below[:0], d2, l.worst(), 0)
				for _, j := range s.below {
					if skipSelf && lo+int(j) == i {
						continue
					}
					l.add(int32(lo)+j, d2[j])
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	g := newGraph(q.Len, k)
	err := parallel.Do(ctx, threads, blocks, func(_, b int) {
		for i := b * queryRows; i < min((b+1)*queryRows, q.Len); i++ {
			g.finish(i, q.Row(i), x, lists[i].index)
		}
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// newLists returns n empty lists that keep k each, in two blocks of memory.
func newLists(n, k int) []list {
	index, d2 := make([]int32, n*k), make([]float32, n*k)
	lists := make([]list, n)
	for i := range lists {
		lo, hi := i*k, (i+1)*k
		lists[i] = list{index[lo:lo:hi], d2[lo:lo:hi]}
	}
	return lists
}
