package cluster

import "math"

// linkage is a node of a binary tree over points: node n+t joins two nodes,
// each a point (below n) or an earlier node, at a distance.
type linkage struct {
	left, right int32
	distance    float64
	size        int32 // number of points below it
}

// singleLinkage converts the ascending edges of a spanning tree to the tree of
// their joins.
func singleLinkage(n int, tree []edge) []linkage {
	top := upTo(n) // [n] indexed by set: its topmost node
	size := make([]int32, n)
	parent := upTo(n)
	for i := range size {
		size[i] = 1
	}
	find := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	out := make([]linkage, 0, n-1)
	for _, e := range tree {
		a, b := find(e.i), find(e.j)
		if size[a] < size[b] {
			a, b = b, a
		}
		out = append(out, linkage{top[a], top[b], e.weight, size[a] + size[b]})
		parent[b] = a
		size[a] += size[b]
		top[a] = int32(n + len(out) - 1)
	}
	return out
}

// condensed is one row of a condensed tree: child leaves the cluster parent at
// density lambda = 1/distance. A child below n is a point; others are clusters.
type condensed struct {
	parent, child int32
	lambda        float64
	size          int32
}

// condense keeps only those splits of a linkage tree in which both parts have
// at least minSize points; smaller parts become points that leave their
// cluster. The root cluster is n; a parent's number is lower than its
// children's.
func condense(n int, tree []linkage, minSize int) []condensed {
	if len(tree) == 0 {
		return nil
	}
	size := func(node int32) int32 {
		if int(node) < n {
			return 1
		}
		return tree[int(node)-n].size
	}
	var out []condensed
	var stack []int32
	leave := func(node, cluster int32, lambda float64) { // for all points below node
		stack = append(stack[:0], node)
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if int(v) < n {
				out = append(out, condensed{cluster, v, lambda, 1})
				continue
			}
			l := tree[int(v)-n]
			stack = append(stack, l.right, l.left)
		}
	}
	type at struct{ node, cluster int32 }
	root := at{int32(n + len(tree) - 1), int32(n)}
	next := int32(n + 1)
	queue := []at{root}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		if int(v.node) < n {
			continue // with minSize 1, a single point that is a cluster
		}
		l := tree[int(v.node)-n]
		lambda := inverse(l.distance)
		a, b := int(size(l.left)) >= minSize, int(size(l.right)) >= minSize
		switch {
		case math.IsInf(lambda, 1): // points that coincide are not separated by any density
			leave(l.left, v.cluster, lambda)
			leave(l.right, v.cluster, lambda)
		case a && b:
			for _, child := range []int32{l.left, l.right} {
				out = append(out, condensed{v.cluster, next, lambda, size(child)})
				queue = append(queue, at{child, next})
				next++
			}
		case a:
			leave(l.right, v.cluster, lambda)
			queue = append(queue, at{l.left, v.cluster})
		case b:
			leave(l.left, v.cluster, lambda)
			queue = append(queue, at{l.right, v.cluster})
		default:
			leave(l.left, v.cluster, lambda)
			leave(l.right, v.cluster, lambda)
		}
	}
	return out
}

func inverse(distance float64) float64 {
	if distance > 0 {
		return 1 / distance
	}
	return math.Inf(1)
}

// clusterTree holds what selection needs of a condensed tree. Clusters are
// numbered from 0, the root.
type clusterTree struct {
	parent    []int32   // -1 for the root
	children  [][]int32 // clusters only
	birth     []float64 // density at which it splits off; 0 for the root
	stability []float64 // sum over its points of (density when leaving - birth)
	death     []float64 // the largest density at which anything leaves it
	size      []int32
}

func newClusterTree(n int, rows []condensed) *clusterTree {
	k := 1
	for _, r := range rows {
		k = max(k, int(r.child)-n+1, int(r.parent)-n+1)
	}
	t := &clusterTree{
		parent: make([]int32, k), children: make([][]int32, k), birth: make([]float64, k),
		stability: make([]float64, k), death: make([]float64, k), size: make([]int32, k),
	}
	t.parent[0] = -1
	for _, r := range rows {
		p := r.parent - int32(n)
		t.death[p] = max(t.death[p], r.lambda)
		if int(r.child) < n {
			t.size[p]++
			continue
		}
		c := r.child - int32(n)
		t.parent[c], t.birth[c] = p, r.lambda
		t.children[p] = append(t.children[p], c)
	}
	for c := k - 1; c > 0; c-- {
		t.size[t.parent[c]] += t.size[c]
	}
	for _, r := range rows {
		p := r.parent - int32(n)
		if d := r.lambda - t.birth[p]; d > 0 { // false for Inf - Inf
			t.stability[p] += d * float64(r.size)
		}
	}
	return t
}

// below calls f for every cluster below c, excluding c.
func (t *clusterTree) below(c int32, f func(int32)) {
	for _, d := range t.children[c] {
		f(d)
		t.below(d, f)
	}
}
