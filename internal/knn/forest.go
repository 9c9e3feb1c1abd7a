package knn

import (
	"context"
	"math/rand/v2"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// tree is a partition of the points into leaves.
type tree struct {
	order  []int32 // [n] the points, leaf after leaf
	leafLo []int32 // [n] where each point's leaf begins in order
	leafHi []int32 // [n] and ends
}

// of returns the points of i's leaf, including i.
func (t *tree) of(i int) []int32 { return t.order[t.leafLo[i]:t.leafHi[i]] }

// forest grows random projection trees, in parallel.
func forest(ctx context.Context, x dense.Rows[float32], o Options) ([]tree, error) {
	trees := make([]tree, o.Trees)
	err := parallel.Do(ctx, o.Threads, o.Trees, func(_, t int) {
		trees[t] = grow(ctx, x, o.LeafSize, rand.New(rand.NewPCG(o.Seed, uint64(t))))
	})
	return trees, err
}

// grow splits the points by the plane halfway between two random ones, and
// splits the halves again, until they fit into a leaf.
func grow(ctx context.Context, x dense.Rows[float32], leafSize int, r *rand.Rand) tree {
	n := x.Len
	t := tree{make([]int32, n), make([]int32, n), make([]int32, n)}
	for i := range t.order {
		t.order[i] = int32(i)
	}
	normal := make([]float32, x.Dim)
	type span struct{ lo, hi int }
	todo := []span{{0, n}}
	for len(todo) > 0 && ctx.Err() == nil {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		points := t.order[s.lo:s.hi]
		if len(points) <= leafSize {
			for _, p := range points {
				t.leafLo[p], t.leafHi[p] = int32(s.lo), int32(s.hi)
			}
			continue
		}
		a := r.IntN(len(points))
		b := r.IntN(len(points) - 1)
		if b >= a {
			b++
		}
		pa, pb := x.Row(int(points[a])), x.Row(int(points[b]))
		var offset float64
		for j := range normal {
			normal[j] = pa[j] - pb[j]
			offset += float64(normal[j]) * (float64(pa[j]) + float64(pb[j])) / 2
		}
		cut := 0 // points[:cut] are on the near side
		for i, p := range points {
			if float64(kernel.Dot(normal, x.Row(int(p)))) > offset {
				points[cut], points[i] = points[i], points[cut]
				cut++
			}
		}
		// Duplicates and far outliers do not split: shuffle and halve those.
		if cut < len(points)/20 || cut > len(points)-len(points)/20 || cut == 0 || cut == len(points) {
			r.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
			cut = len(points) / 2
		}
		todo = append(todo, span{s.lo, s.lo + cut}, span{s.lo + cut, s.hi})
	}
	return t
}
