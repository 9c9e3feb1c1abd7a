package refine

import (
	"context"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
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
	scratch := make([]other, pieces(n)*k)
	return g, eachRow(ctx, n, threads, func(piece, i int) {
		best := scratch[piece*k : piece*k : (piece+1)*k] // the likest first, of equals the nearest
		near, far := found.Row(i)
		for c, j := range near {
			d := float64(far[c])
			like := 1 - d*d/2
			if w != nil {
				like += byWords * w.likeness(i, int(j))
			}
			like = max(like, 0)
			if len(best) == k {
				if like <= best[k-1].like {
					continue
				}
				best = best[:k-1]
			}
			at := len(best)
			for at > 0 && best[at-1].like < like {
				at--
			}
			best = slices.Insert(best, at, other{j, like})
		}
		sum := 0.0
		for _, o := range best {
			sum += o.like
		}
		for c, o := range best {
			g.near[i*k+c] = o.at
			if sum > 0 {
				g.weight[i*k+c] = float32(o.like / sum)
			}
		}
	})
}

// mean writes the weighted mean of the rows of q [n, k] of i's neighbours to dst
// [k].
func (g *graph) mean(dst []float32, q dense.Rows[float32], i int) {
	clear(dst)
	for n := i * g.k; n < (i+1)*g.k; n++ {
		kernel.Axpy(g.weight[n], q.Row(int(g.near[n])), dst)
	}
}
