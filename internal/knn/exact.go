package knn

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

const (
	queryRows = 96  // queries that are multiplied by a panel at once
	panelCols = 960 // points packed at a time
	// spare is the number of candidates beyond k that are kept by their float32
	// distance and then ordered by the float64 distance.
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

// search processes the points panel by panel, and all queries for each panel.
// Memory is O(m (k + d/4)).
func search(ctx context.Context, x, q dense.Rows[float32], k int, skipSelf bool, threads int) (*Graph, error) {
	keep := min(k+spare, x.Len)
	if skipSelf {
		keep = min(k+spare, x.Len-1)
	}
	bytes, err := newInt8Filter(ctx, x, q, threads)
	if err != nil {
		return nil, err
	}
	f := &finder{
		q: q, skipSelf: skipSelf, lists: newLists(q.Len, keep),
		qsq: make([]float32, q.Len), xsq: make([]float32, panelCols), filter: bytes,
	}
	kernel.SquaredNorms(f.qsq, matrix(q))
	work := make([]scratch, parallel.Threads(threads))
	blocks := (q.Len + queryRows - 1) / queryRows
	rest := make([]int, blocks) // number of panels for which a block does not use bytes
	for lo := 0; lo < x.Len; lo += panelCols {
		f.set(x, lo)
		err := parallel.Do(ctx, threads, blocks, func(worker, b int) {
			s := &work[worker]
			if s.products == nil {
				s.products = make([]float32, queryRows*panelCols)
				s.bias = make([]float32, panelCols)
			}
			first, end := b*queryRows, min((b+1)*queryRows, q.Len)
			switch {
			case f.filter == nil || lo == 0: // the lists are empty, so no point is too far
			case rest[b] > 0:
				rest[b]--
			default:
				if first = f.byBytes(s, b, first, end); first == end {
					return
				}
				rest[b] = filterRest
			}
			f.byProducts(s, first, end)
		})
		if err != nil {
			return nil, err
		}
	}
	g := newGraph(q.Len, k)
	err = parallel.Do(ctx, threads, blocks, func(_, b int) {
		for i := b * queryRows; i < min((b+1)*queryRows, q.Len); i++ {
			near := f.lists[i].index
			if len(near) < k { // squares beyond float32, which compare with nothing
				near = everyPoint(x.Len, i, skipSelf)
			}
			g.finish(i, q.Row(i), x, near)
		}
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// everyPoint returns 0 to n-1, without self if skip is set.
func everyPoint(n, self int, skip bool) []int32 {
	all := make([]int32, 0, n)
	for j := range n {
		if !skip || j != self {
			all = append(all, int32(j))
		}
	}
	return all
}

// finder is the state of one search.
type finder struct {
	q        dense.Rows[float32]
	skipSelf bool
	lists    []list
	qsq      []float32   // [m] |q|²
	filter   *int8Filter // or nil

	lo    int // the current panel holds the points from lo on
	cols  dense.Rows[float32]
	panel kernel.Packed
	xsq   []float32 // [panelCols] |x|² of the panel's points
}

// scratch is the scratch memory of one goroutine.
type scratch struct {
	products []float32 // [queryRows, panelCols]
	bias     []float32 // [panelCols]
	below    []int32
	near     []float32
}

// set makes the points from lo on the current panel.
func (f *finder) set(x dense.Rows[float32], lo int) {
	f.lo, f.cols = lo, x.Slice(lo, min(lo+panelCols, x.Len))
	w := f.cols.Len
	f.panel.Reset(matrix(f.cols))
	kernel.SquaredNorms(f.xsq[:w], matrix(f.cols))
	if f.filter != nil && lo > 0 {
		f.filter.set(f.cols, lo)
	}
}

// matrix converts rows to the form that the kernels take.
func matrix(rows dense.Rows[float32]) kernel.Matrix {
	return kernel.Matrix{Data: rows.Data, Rows: rows.Len, Cols: rows.Dim, Stride: rows.Stride}
}

// byProducts adds the points of the panel to the lists of the queries from
// first to end.
func (f *finder) byProducts(s *scratch, first, end int) {
	w := f.cols.Len
	rows := f.q.Slice(first, end)
	kernel.Gemm(kernel.RowMajor(s.products, rows.Len, w), matrix(rows), &f.panel, kernel.Epilogue{})
	for r := range rows.Len {
		i := first + r
		d2 := s.products[r*w : (r+1)*w]
		kernel.SquaredDistances(d2, f.xsq[:w], f.qsq[i])
		l := &f.lists[i]
		s.below = s.below[:0]
		if len(l.d2) == 0 {
			s.below = kernel.AppendBelow(s.below, d2, s.within(d2, cap(l.d2)), 0)
		}
		if len(s.below) <= cap(l.d2) { // the query may be one of them
			s.below = kernel.AppendBelow(s.below[:0], d2, l.worst(), 0)
		}
		for _, j := range s.below {
			if f.skipSelf && f.lo+int(j) == i {
				continue
			}
			l.add(int32(f.lo)+j, d2[j])
		}
	}
}

// sampled is the number of distances of which within looks at one.
const sampled = 8

// within returns a distance that probably more than n of d2 are not beyond, but not
// many more: most points need not be added to an empty list, only to be dropped.
func (s *scratch) within(d2 []float32, n int) float32 {
	if len(d2) < 4*n {
		return float32(math.Inf(-1))
	}
	expected := float64(n) / sampled
	near := s.near[:0] // of the sample, ascending; a list, which keeps points too, takes a tenth longer
	least := min(int(expected+3*math.Sqrt(expected))+1, (len(d2)+sampled-1)/sampled)
	for j := 0; j < len(d2); j += sampled {
		d := d2[j]
		at := len(near)
		if at == least {
			if at--; d >= near[at] {
				continue
			}
		} else {
			near = append(near, d)
		}
		for ; at > 0 && near[at-1] > d; at-- {
			near[at] = near[at-1]
		}
		near[at] = d
	}
	s.near = near
	return near[len(near)-1]
}

// byBytes is byProducts for block b, but computes only the products that bytes
// leave undecided. If there are too many it stops early and returns the first
// query not processed.
func (f *finder) byBytes(s *scratch, b, first, end int) int {
	w := f.cols.Len
	f.filter.products(s.products, s.bias, b, end-first, w)
	open := (end - first) * w / filterMost
	for i := first; i < end; i++ {
		low := s.products[(i-first)*w:][:w]
		l := &f.lists[i]
		limit := (l.worst() - f.qsq[i]) / 2
		s.below = kernel.AppendBelow(s.below[:0], low, limit, 0)
		if open -= len(s.below); open < 0 {
			return i
		}
		for _, j := range s.below {
			// Other points of the panel may have lowered the limit.
			if low[j] > limit || f.skipSelf && f.lo+int(j) == i {
				continue
			}
			d2 := max(0, f.qsq[i]+f.xsq[j]-2*kernel.Dot(f.q.Row(i), f.cols.Row(int(j))))
			if l.add(int32(f.lo)+j, d2) >= 0 {
				limit = (l.worst() - f.qsq[i]) / 2
			}
		}
	}
	return end
}

// newLists returns n empty lists with capacity k, in two blocks of memory.
func newLists(n, k int) []list {
	index, d2 := make([]int32, n*k), make([]float32, n*k)
	lists := make([]list, n)
	for i := range lists {
		lo, hi := i*k, (i+1)*k
		lists[i] = list{index[lo:lo:hi], d2[lo:lo:hi]}
	}
	return lists
}
