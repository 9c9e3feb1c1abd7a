package knn

import (
	"cmp"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Graph holds the K nearest neighbours of each of Len points.
type Graph struct {
	Len, K int
	Index  []int32   // [Len, K] neighbours, nearest first
	Dist   []float32 // [Len, K] their distances
}

// Row returns the neighbours of point i and their distances, [K] each.
func (g *Graph) Row(i int) ([]int32, []float32) {
	lo, hi := i*g.K, (i+1)*g.K
	return g.Index[lo:hi:hi], g.Dist[lo:hi:hi]
}

// First returns the graph of the k nearest neighbours, or g if it has no more.
func (g *Graph) First(k int) *Graph {
	if k >= g.K {
		return g
	}
	out := newGraph(g.Len, k)
	for i := range g.Len {
		index, dist := g.Row(i)
		to, at := out.Row(i)
		copy(to, index)
		copy(at, dist)
	}
	return out
}

func newGraph(n, k int) *Graph {
	return &Graph{Len: n, K: k, Index: make([]int32, n*k), Dist: make([]float32, n*k)}
}

// list holds one point's nearest points so far, by ascending squared distance,
// then by the order of arrival. Its capacity is the number to keep.
type list struct {
	index []int32
	d2    []float32
}

// worst returns the squared distance below which a point is added.
func (l *list) worst() float32 {
	if len(l.d2) < cap(l.d2) {
		return float32(math.Inf(1))
	}
	return l.d2[len(l.d2)-1]
}

// add inserts point i at squared distance d2, dropping the farthest point if
// the list is full. It returns the position, or -1 if the point was not added.
func (l *list) add(i int32, d2 float32) int {
	n := len(l.d2)
	if n == cap(l.d2) {
		if n == 0 || d2 >= l.d2[n-1] {
			return -1
		}
		n--
	}
	at, end := 0, n // the first that is farther lies between
	for at < end {
		if mid := (at + end) / 2; l.d2[mid] > d2 {
			end = mid
		} else {
			at = mid + 1
		}
	}
	l.index, l.d2 = l.index[:n+1], l.d2[:n+1]
	copy(l.index[at+1:], l.index[at:n])
	copy(l.d2[at+1:], l.d2[at:n])
	l.d2[at], l.index[at] = d2, i
	return at
}

// finish recomputes the distances from the candidates to q, from differences in
// float64, and writes the nearest to row i of g.
func (g *Graph) finish(i int, q []float32, x dense.Rows[float32], candidates []int32) {
	type pair struct {
		d2 float64
		i  int32
	}
	p := make([]pair, len(candidates))
	for c, j := range candidates {
		p[c] = pair{kernel.SquaredDistance(q, x.Row(int(j))), j}
	}
	slices.SortFunc(p, func(a, b pair) int { return cmp.Or(cmp.Compare(a.d2, b.d2), cmp.Compare(a.i, b.i)) })
	index, dist := g.Row(i)
	for c := range index {
		index[c], dist[c] = p[c].i, float32(math.Sqrt(p[c].d2))
	}
}
