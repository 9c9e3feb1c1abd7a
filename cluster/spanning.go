package cluster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// edge connects two points of a spanning tree, i < j.
type edge struct {
	i, j   int32
	weight float64
}

// compareEdges orders edges by weight, then by their ends. It is a total order.
func compareEdges(a, b edge) int {
	return cmp.Or(cmp.Compare(a.weight, b.weight), cmp.Compare(a.i, b.i), cmp.Compare(a.j, b.j))
}

// spanningBatch is the number of rows examined before their results become
// visible to the others. It helps to make the resolution of ties deterministic.
const spanningBatch = 1024

// spanningTree returns the n-1 edges of a minimum spanning tree under mutual
// reachability, max(core[i], core[j], distance), in ascending order. It uses
// Borůvka's algorithm: every component takes the least edge that leaves it,
// until one component is left. core may be nil for plain distances. lists hold
// some of the nearest neighbours of each point, in ascending order.
func spanningTree(ctx context.Context, t *keyTable, core []float64, lists [][]neighbor, threads int) ([]edge, error) {
	b := newBoruvka(t, core, lists, threads)
	for len(b.tree) < t.p.n-1 {
		b.fromLists()
		if err := b.fromAll(ctx); err != nil {
			return nil, err
		}
		b.join()
	}
	slices.SortFunc(b.tree, compareEdges)
	return b.tree, nil
}

// boruvka is the state of the construction of a spanning tree.
//
// A row is compared with all points only if it may have the least edge of its
// component. bound[i] is a lower bound of the edges from i that leave its
// component. It starts as the distance of the last listed neighbour and only
// grows, as components do.
type boruvka struct {
	t       *keyTable
	core    []float64    // [n]
	coreKey []float32    // [n] keys of the core distances
	lists   [][]neighbor // [n]
	threads int
	near    [][]int32 // [workers] scratch space

	sets      unionFind
	component []int32   // [n] root of each point's component
	bound     []float64 // [n]
	best      []edge    // [n] by root: least edge that leaves the component
	found     []edge    // [n] by row
	tree      []edge
}

var noEdge = edge{-1, -1, math.Inf(1)}

func newBoruvka(t *keyTable, core []float64, lists [][]neighbor, threads int) *boruvka {
	n := t.p.n
	if core == nil {
		core = make([]float64, n)
	}
	b := &boruvka{
		t: t, core: core, coreKey: make([]float32, n), lists: lists, threads: threads, near: make([][]int32, parallel.Threads(threads)),
		sets: newUnionFind(n), component: upTo(n), bound: make([]float64, n), best: make([]edge, n), found: make([]edge, n),
	}
	for i, l := range lists {
		b.bound[i] = core[i]
		if len(l) > 0 && len(l) < n {
			b.bound[i] = max(core[i], l[len(l)-1].distance)
		} else if len(l) >= n {
			b.bound[i] = math.Inf(1)
		}
	}
	for i, c := range core {
		b.coreKey[i] = t.keyOf(c)
	}
	return b
}

// fromLists finds the least edges to listed neighbours.
func (b *boruvka) fromLists() {
	for i := range b.best {
		b.best[i] = noEdge
	}
	for i, list := range b.lists {
		root := b.component[i]
		for _, nb := range list {
			if max(b.core[i], nb.distance) > b.best[root].weight {
				break
			}
			if b.component[nb.index] == root {
				continue
			}
			e := makeEdge(int32(i), nb.index, max(b.core[i], b.core[nb.index], nb.distance))
			if compareEdges(e, b.best[root]) < 0 {
				b.best[root] = e
			}
		}
	}
}

// fromAll compares the rows that may have a smaller edge with all points.
func (b *boruvka) fromAll(ctx context.Context) error {
	var rows []int32
	for i := range b.bound {
		if b.bound[i] < b.best[b.component[i]].weight {
			rows = append(rows, int32(i))
		}
	}
	slices.SortFunc(rows, func(i, j int32) int {
		return cmp.Or(cmp.Compare(b.bound[i], b.bound[j]), cmp.Compare(i, j))
	})
	// The first batch has one row of each component, which gives the other rows a
	// limit.
	batch, rows := firstOfEach(rows, b.component)
	for len(batch) > 0 {
		if err := b.compare(ctx, batch); err != nil {
			return err
		}
		for batch = nil; len(rows) > 0 && len(batch) < spanningBatch; rows = rows[1:] {
			if i := rows[0]; b.bound[i] < b.best[b.component[i]].weight {
				batch = append(batch, i)
			}
		}
	}
	return nil
}

// compare compares the rows of a batch with all points.
func (b *boruvka) compare(ctx context.Context, batch []int32) error {
	slices.Sort(batch)
	for _, i := range batch {
		b.found[i] = noEdge
	}
	err := b.t.each(ctx, batch, b.threads, func(worker int, i, at int32, keys []float32) {
		limit := min(b.best[b.component[i]].weight, b.found[i].weight)
		if b.core[i] >= limit {
			return
		}
		s := b.t.rowKeys(i)
		near := kernel.AppendBelow(b.near[worker][:0], keys, s.key(limit), 0)
		b.near[worker] = near
		b.found[i] = leastEdge(&s, b.component, b.core, b.coreKey, at, keys, near, limit, b.found[i])
	}, nil)
	if err != nil {
		return err
	}
	for _, i := range batch {
		root := b.component[i]
		// No edge that leaves the component from i is smaller than either of these.
		b.bound[i] = max(b.bound[i], min(b.found[i].weight, b.best[root].weight))
	}
	for _, i := range batch {
		if root := b.component[i]; compareEdges(b.found[i], b.best[root]) < 0 {
			b.best[root] = b.found[i]
		}
	}
	return nil
}

// join adds the least edges to the tree.
func (b *boruvka) join() {
	for _, e := range b.best {
		if e.i >= 0 && b.sets.find(e.i) != b.sets.find(e.j) {
			b.sets.join(e.i, e.j)
			b.tree = append(b.tree, e)
		}
	}
	for i := range b.component {
		b.component[i] = b.sets.find(int32(i))
	}
}

// firstOfEach splits rows into the first of each component and the others.
func firstOfEach(rows, component []int32) (firsts, others []int32) {
	seen := make(map[int32]bool)
	for _, i := range rows {
		if c := component[i]; !seen[c] {
			seen[c] = true
			firsts = append(firsts, i)
		} else {
			others = append(others, i)
		}
	}
	return firsts, others
}

// leastEdge returns the least edge, of weight up to limit, from the row of s to
// the columns at+near[0], at+near[1], … outside its component, or e if that is
// smaller. Keys select the edges that may be the least; their exact weights
// decide.
func leastEdge(s *rowKeys, component []int32, core []float64, coreKey []float32, at int32, keys []float32, near []int32, limit float64, e edge) edge {
	i := s.row
	root, own := component[i], core[i]
	outside := near[:0]
	nearest, least := int32(-1), float32(math.Inf(1))
	for _, k := range near {
		j := at + k
		if component[j] == root {
			continue
		}
		outside = append(outside, k)
		if v := max(keys[k], coreKey[j]); v < least {
			nearest, least = k, v
		}
	}
	if nearest < 0 {
		return e
	}
	_, most := s.span(keys[nearest])
	limit = min(limit, max(own, core[at+nearest], most))
	highest := s.key(limit)
	for _, k := range outside {
		j := at + k
		if keys[k] > highest || core[j] > limit {
			continue
		}
		w := max(own, core[j])
		if least, most := s.span(keys[k]); most > w { // otherwise the core distances alone determine the weight
			if least > limit {
				continue
			}
			w = max(w, s.exact(j))
		}
		if found := makeEdge(i, j, w); compareEdges(found, e) < 0 {
			e = found
			limit = min(limit, w)
		}
	}
	return e
}

// breakTies returns the minimum spanning tree under mutual reachability that
// prefers the shorter of two edges of equal weight, in ascending order. All
// edges between a point and those within its core distance have that weight, so
// ties are common, and the choice among them determines the cluster of points
// between two clusters. Choosing by length makes it independent of the order of
// the points. tree is any minimum spanning tree; lists hold each point's
// neighbours up to its core distance.
func breakTies(p *points, m Metric, core []float64, lists [][]neighbor, tree []edge) []edge {
	type long struct {
		edge
		length float64
	}
	byCore := upTo(p.n)
	slices.SortFunc(byCore, func(a, b int32) int { return cmp.Or(cmp.Compare(core[a], core[b]), cmp.Compare(a, b)) })
	sets := newUnionFind(p.n)
	settled := make([]edge, 0, len(tree))
	var class []long // all edges of one weight that may be in such a tree
	for len(tree) > 0 {
		w := tree[0].weight
		class = class[:0]
		for len(tree) > 0 && tree[0].weight == w {
			e := tree[0]
			class = append(class, long{e, p.distance(m, int(e.i), p, int(e.j))})
			tree = tree[1:]
		}
		// Weights that do not occur in a minimum spanning tree need no tie-breaking.
		for len(byCore) > 0 && core[byCore[0]] < w {
			byCore = byCore[1:]
		}
		for len(byCore) > 0 && core[byCore[0]] == w {
			i := byCore[0]
			for _, nb := range lists[i] {
				if nb.index != i && core[nb.index] <= w {
					class = append(class, long{makeEdge(i, nb.index, w), nb.distance})
				}
			}
			byCore = byCore[1:]
		}
		slices.SortFunc(class, func(a, b long) int {
			return cmp.Or(cmp.Compare(a.length, b.length), compareEdges(a.edge, b.edge))
		})
		for _, e := range class { // Kruskal (1956)
			if sets.find(e.i) != sets.find(e.j) {
				sets.join(e.i, e.j)
				settled = append(settled, e.edge)
			}
		}
	}
	return settled
}

func makeEdge(i, j int32, w float64) edge {
	if i > j {
		i, j = j, i
	}
	return edge{i, j, w}
}
