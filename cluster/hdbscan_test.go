package cluster

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestHDBSCANGolden(t *testing.T) {
	t.Parallel()
	eachGolden(t, func(t *testing.T, g golden) {
		for _, e := range g.HDBSCAN {
			m := HDBSCAN{MinClusterSize: e.MinClusterSize}
			if e.Method == "leaf" {
				m.Selection = Leaf
			}
			r, err := m.Fit(t.Context(), g.X)
			if err != nil {
				t.Fatal(err)
			}
			if d := partitionDiff(r.Labels, e.Labels) + probabilityDiff(r, e.Probabilities); d == 0 {
				continue
			}
			// Then it has to be a tie. Points that share a core distance make
			// edges of equal weight, and which of these are in the tree decides
			// where a few points fall: another tree, equally minimal, must give
			// exactly what the reference gives.
			weights := ourWeights(t, g, r)
			rng := rand.New(rand.NewPCG(7, 7))
			same := false
			for try := 0; try < 50 && !same; try++ {
				edges := primTree(t, g, r, rng)
				for i, e := range edges {
					if !near(e.weight, weights[i], 1e-12) {
						t.Fatalf("edge %d: the trees differ in weight: no tie", i)
					}
				}
				other := m.extract(len(e.Labels), edges, upTo(len(e.Labels)))
				same = partitionDiff(other.Labels, e.Labels)+probabilityDiff(other, e.Probabilities) == 0
				if same {
					t.Logf("min %d %s: equal to the reference's on an equally minimal tree", e.MinClusterSize, e.Method)
				}
			}
			if same {
				continue
			}
			// Too many ties for chance to hit all: then each point that differs
			// has to be one that can go either way.
			tied := tiedAtBirth(t, g, r)
			ties := 0
			for i, other := range matchLabels(r.Labels, e.Labels) {
				switch {
				case r.Labels[i] == other && math.Abs(r.Probabilities[i]-e.Probabilities[i]) <= 1e-6:
				case tied[i]:
					ties++
				default:
					t.Errorf("min %d %s: point %d is in cluster %d (%v), want %d (%v)", e.MinClusterSize, e.Method, i, r.Labels[i], r.Probabilities[i], other, e.Probabilities[i])
				}
			}
			t.Logf("min %d %s: %d points tied between clusters are on the other side, the rest is equal", e.MinClusterSize, e.Method, ties)
		}
	})
}

// tiedAtBirth reports the points whose least mutual reachability distance to
// any other is exactly one at which a cluster parts from the others: whether
// they are inside depends on the order of equal edges.
func tiedAtBirth(t *testing.T, g golden, r *HDBSCANResult) []bool {
	p, err := newPoints(t.Context(), "", "", g.X, r.Metric, 1)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]bool, p.n)
	for i := range out {
		least := math.Inf(1)
		for j := range p.n {
			if j != i {
				least = min(least, max(r.CoreDistances[i], r.CoreDistances[j], p.distance(r.Metric, i, p, j)))
			}
		}
		out[i] = slices.Contains(r.Births, 1/least)
	}
	return out
}

// matchLabels renames the labels of b by those of a that most of their points
// have.
func matchLabels(a, b []int) []int {
	votes := map[[2]int]int{}
	for i := range a {
		votes[[2]int{b[i], a[i]}]++
	}
	to := map[int]int{-1: -1}
	for v, n := range votes {
		if c, ok := to[v[0]]; !ok || (v[0] != -1 && n > votes[[2]int{v[0], c}]) {
			to[v[0]] = v[1]
		}
	}
	out := make([]int, len(b))
	for i, l := range b {
		out[i] = to[l]
	}
	return out
}

func probabilityDiff(r *HDBSCANResult, want []float64) int {
	n := 0
	for i, p := range want {
		if math.Abs(p-r.Probabilities[i]) > 1e-6 {
			n++
		}
	}
	return n
}

// primTree is a minimum spanning tree grown from a random point, with edges of
// equal weight chosen and ordered at random.
func primTree(t *testing.T, g golden, r *HDBSCANResult, rng *rand.Rand) []edge {
	p, err := newPoints(t.Context(), "", "", g.X, r.Metric, 1)
	if err != nil {
		t.Fatal(err)
	}
	in := make([]bool, p.n)
	reach := make([]edge, p.n)
	for j := range reach {
		reach[j].weight = math.Inf(1)
	}
	order := rng.Perm(p.n)
	var tree []edge
	for at := order[0]; ; {
		in[at] = true
		next := -1
		for _, j := range order {
			if in[j] {
				continue
			}
			w := max(r.CoreDistances[at], r.CoreDistances[j], p.distance(r.Metric, at, p, j))
			if w < reach[j].weight || (w == reach[j].weight && rng.IntN(2) == 0) {
				reach[j] = edge{int32(at), int32(j), w}
			}
			if next < 0 || reach[j].weight < reach[next].weight {
				next = j
			}
		}
		if next < 0 {
			break
		}
		tree = append(tree, reach[next])
		at = next
	}
	rng.Shuffle(len(tree), func(i, j int) { tree[i], tree[j] = tree[j], tree[i] })
	slices.SortStableFunc(tree, func(a, b edge) int { return cmp.Compare(a.weight, b.weight) })
	return tree
}

// ourWeights are the weights of the spanning tree that Fit makes, found here
// without the help of neighbour lists.
func ourWeights(t *testing.T, g golden, r *HDBSCANResult) []float64 {
	p, err := newPoints(t.Context(), "", "", g.X, r.Metric, 1)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := spanningTree(t.Context(), newKeyTable(p, p, r.Metric), r.CoreDistances, make([][]neighbor, p.n), 1)
	if err != nil {
		t.Fatal(err)
	}
	weights := make([]float64, len(tree))
	for i, e := range tree {
		weights[i] = e.weight
	}
	return weights
}

// partitionDiff counts points that the best matching of labels by first
// occurrence puts elsewhere; noise only matches noise.
func partitionDiff(a, b []int) int {
	to, back := map[int]int{-1: -1}, map[int]int{-1: -1}
	differ := 0
	for i := range a {
		x, okA := to[a[i]]
		y, okB := back[b[i]]
		if !okA && !okB {
			to[a[i]], back[b[i]] = b[i], a[i]
			continue
		}
		if !okA || !okB || x != b[i] || y != a[i] {
			differ++
		}
	}
	return differ
}
