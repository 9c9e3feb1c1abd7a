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
	wider       = 4
	byWords     = 0.5
	approximate = 200_000 // users from which neighbours are found approximately
)

// graph holds the neighbours of n users and their weights, which sum to 1 unless
// all are 0.
type graph struct {
	near   []int32   // [n, k]
	weight []float32 // [n, k]
	k      int
}

// newGraph connects each of the points x [n, d] of length 1 to k others.
func newGraph(ctx context.Context, x dense.Rows[float32], w *words, k, threads int) (*graph, error) {
	k = min(k, x.Len-1)
	many := k
	if w != nil {
		many = min(wider*k, x.Len-1)
	}
	g := &graph{near: make([]int32, x.Len*k), weight: make([]float32, x.Len*k), k: k}
	if k == 0 {
		return g, nil
	}
	var found *knn.Graph
	var err error
	if x.Len < approximate {
		found, err = knn.Exact(ctx, x, many, threads)
	} else {
		found, err = knn.Descent(ctx, x, many, knn.Options{Threads: threads})
	}
	if err != nil {
		return nil, err
	}
	type other struct {
		at   int32
		like float64
	}
	scratch := make([][]other, pieces)
	err = eachRow(ctx, x.Len, threads, func(piece, i int) {
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
