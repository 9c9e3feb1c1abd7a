package refine

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/knn"
)

// Neighbours by vectors and words are looked for among several times as many by
// vectors. A cosine of words counts byWords times one of vectors.
const (
	wider   = 4
	byWords = 0.5
)

// graph holds the neighbours of n users and their weights, which sum to 1 unless
// all are 0.
type graph struct {
	near   []int32   // [n, k]
	weight []float32 // [n, k]
	k      int
}

// nearest returns the k nearest neighbours of each of the points x [n, d] of length
// 1, or all others if there are fewer.
func nearest(ctx context.Context, x dense.Rows[float32], k, threads int) (*knn.Graph, error) {
	if k = min(k, x.Len-1); k == 0 {
		return &knn.Graph{Len: x.Len}, nil
	}
	return knn.Nearest(ctx, x, k, knn.Approximately, knn.Options{Threads: threads})
}

// newGraph connects each of n points to k others among those of found, their
// nearest by vectors.
func newGraph(ctx context.Context, found *knn.Graph, w *words, k, threads int) (*graph, error) {
	n := found.Len
	k = min(k, found.K)
	g := &graph{near: make([]int32, n*k), weight: make([]float32, n*k), k: k}
	if k == 0 {
		return g, nil
	}
	type other struct {
		at   int32
		like float64
	}
	scratch := make([][]other, pieces)
	err := eachRow(ctx, n, threads, func(piece, i int) {
		list := scratch[piece][:0]
		near, far := found.Row(i)
		for n, j := range near {
			d := float64(far[n])
			like := 1 - d*d/2
			if w != nil {
				like += byWords * w.likeness(i, int(j))
			}
			list = append(list, other{j, max(like, 0)})
		}
		slices.SortStableFunc(list, func(a, b other) int { return cmp.Compare(b.like, a.like) })
		scratch[piece] = list
		sum := 0.0
		for _, o := range list[:k] {
			sum += o.like
		}
		for n, o := range list[:k] {
			g.near[i*k+n] = o.at
			if sum > 0 {
				g.weight[i*k+n] = float32(o.like / sum)
			}
		}
	})
	return g, err
}

// mean writes the weighted mean of the rows of q [n, k] of i's neighbours to dst
// [k].
func (g *graph) mean(dst []float32, q dense.Rows[float32], i int) {
	clear(dst)
	for n := i * g.k; n < (i+1)*g.k; n++ {
		for c, v := range q.Row(int(g.near[n])) {
			dst[c] += g.weight[n] * v
		}
	}
}
