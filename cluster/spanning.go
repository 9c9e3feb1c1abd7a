package cluster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// edge joins two points of a spanning tree, i < j.
type edge struct {
	i, j   int32
	weight float64
}

// compareEdges is a total order by weight, then ends.
func compareEdges(a, b edge) int {
	return cmp.Or(cmp.Compare(a.weight, b.weight), cmp.Compare(a.i, b.i), cmp.Compare(a.j, b.j))
}

// spanningBatch is how many rows are looked at before what they found is made
// known to the others; part of what makes ties come out the same.
const spanningBatch = 1024

// spanningTree returns the n-1 edges of a minimum spanning tree under mutual
// reachability, max(core[i], core[j], distance), ascending, by Borůvka's
// algorithm: every component takes the least edge that leaves it, until there
// is one. core may be nil for plain distances; lists hold some nearest
// neighbours of each point, ascending.
//
// A row is compared with all points only if an edge of it may be the least one
// of its component. bound[i] is known to be below every edge leaving i's
// component from i: it starts at the distance of the last listed neighbour and
// only grows, as components do.
func spanningTree(ctx context.Context, t *keyTable, core []float64, lists [][]neighbor, threads int) ([]edge, error) {
	n := t.p.n
	if core == nil {
		core = make([]float64, n)
	}
	sets := newUnionFind(n)
	component := upTo(n) // [n] root of each point
	bound := make([]float64, n)
	for i, l := range lists {
		bound[i] = core[i]
		if len(l) > 0 && len(l) < n {
			bound[i] = max(core[i], l[len(l)-1].distance)
		} else if len(l) >= n {
			bound[i] = math.Inf(1)
		}
	}
	none := edge{-1, -1, math.Inf(1)}
	best := make([]edge, n) // [n] by root: the least edge leaving the component
	found := make([]edge, n)
	var tree []edge
	scratch := make([]struct{ near []int32 }, parallel.Threads(threads))
	coreKey := make([]float32, n) // [n] keys as of the core distances
	for i, c := range core {
		coreKey[i] = t.keyOf(c)
	}
	for len(tree) < n-1 {
		for i := range best {
			best[i] = none
		}
		for i := range n {
			root := component[i]
			for _, nb := range lists[i] {
				if max(core[i], nb.distance) > best[root].weight {
					break
				}
				if component[nb.index] == root {
					continue
				}
				e := makeEdge(int32(i), nb.index, max(core[i], core[nb.index], nb.distance))
				if compareEdges(e, best[root]) < 0 {
					best[root] = e
				}
			}
		}
		var rows []int32
		for i := range n {
			if bound[i] < best[component[i]].weight {
				rows = append(rows, int32(i))
			}
		}
		slices.SortFunc(rows, func(a, b int32) int {
			return cmp.Or(cmp.Compare(bound[a], bound[b]), cmp.Compare(a, b))
		})
		// The first batch has one row of each component, so that the others know
		// what they have to fall below.
		batch, rows := firstOfEach(rows, component)
		for len(batch) > 0 {
			slices.Sort(batch)
			for _, i := range batch {
				found[i] = none
			}
			err := t.each(ctx, batch, threads, func(worker int, i, at int32, keys []float32) {
				limit := min(best[component[i]].weight, found[i].weight)
				if core[i] >= limit {
					return
				}
				s := t.rowKeys(i)
				near := kernel.AppendBelow(scratch[worker].near[:0], keys, s.key(limit), 0)
				scratch[worker].near = near
				found[i] = leastEdge(&s, component, core, coreKey, at, keys, near, limit, found[i])
			}, nil)
			if err != nil {
				return nil, err
			}
			for _, i := range batch {
				root := component[i]
				// Nothing that leaves from i is below either of these.
				bound[i] = max(bound[i], min(found[i].weight, best[root].weight))
			}
			for _, i := range batch {
				if root := component[i]; compareEdges(found[i], best[root]) < 0 {
					best[root] = found[i]
				}
			}
			for batch = nil; len(rows) > 0 && len(batch) < spanningBatch; rows = rows[1:] {
				if i := rows[0]; bound[i] < best[component[i]].weight {
					batch = append(batch, i)
				}
			}
		}
		for _, e := range best {
			if e.i >= 0 && sets.find(e.i) != sets.find(e.j) {
				sets.join(e.i, e.j)
				tree = append(tree, e)
			}
		}
		for i := range component {
			component[i] = sets.find(int32(i))
		}
	}
	slices.SortFunc(tree, compareEdges)
	return tree, nil
}

// firstOfEach parts rows into the first of each component and the others.
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

// leastEdge returns the least edge, of weight up to limit, from the row that s
// sees to the columns at+near[0], at+near[1], … outside its component, or e if
// that is less. Keys say which edges may be the least; those are weighed
// exactly.
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
		if least, most := s.span(keys[k]); most > w { // or else the distance does not count
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
// takes the shorter of two edges of equal weight, ascending. All the edges of a
// point to those within its core distance weigh that much, so such ties are
// common, and which of them a tree holds decides where the points between two
// clusters fall; by length, that no longer depends on the order of the points.
// tree is any minimum spanning tree; lists hold each point's neighbours up to
// its core distance.
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
		// Weights that no minimum spanning tree has need no settling.
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
