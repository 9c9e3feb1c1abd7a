package cluster

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestKeysKeptOrMadeAnew: neighbours and trees are the same, to the last bit,
// whether all keys are kept (each made once for both its points) or made for
// each row that asks, and for any number of threads.
func TestKeysKeptOrMadeAnew(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(41, 2))
	lattice := mat.NewDense(400, 4, nil) // many equal distances
	for i := range 400 {
		for j := range 4 {
			lattice.Set(i, j, float64(1+rng.IntN(3)))
		}
	}
	wide := blobs(rng, sized(1100, 600), 17, 12, 1)
	far := blobs(rng, 700, 8, 5, 0.5)
	for i := range 700 {
		for j, v := range far.RawRowView(i) {
			far.Set(i, j, v+3000)
		}
	}
	inputs := map[string]mat.Matrix{"lattice": lattice, "float64": wide, "float32": toSingle(wide), "far": far}
	if testing.Short() {
		t.Log("short: float32 rows only")
		inputs = map[string]mat.Matrix{"float32": toSingle(wide)}
	}
	for name, x := range inputs {
		for _, m := range []Metric{Euclidean, Cosine, Manhattan, Chebyshev} {
			p, err := newPoints(t.Context(), "", "", x, m, 1)
			if err != nil {
				t.Fatal(err)
			}
			find := func(kept bool, threads int) ([][]neighbor, []edge) {
				table := newKeyTable(p, p, m)
				if kept {
					if err := table.fill(t.Context(), threads); err != nil {
						t.Fatal(err)
					}
				}
				near, err := nearestOf(t.Context(), table, 6, threads)
				if err != nil {
					t.Fatal(err)
				}
				core := make([]float64, p.n)
				for i, l := range near {
					core[i] = l[5].distance
				}
				tree, err := spanningTree(t.Context(), table, core, near, threads)
				if err != nil {
					t.Fatal(err)
				}
				return near, breakTies(p, m, core, near, tree)
			}
			near, tree := find(false, 1)
			for i := 0; i < p.n; i += 1 + p.n/sized(50, 5) { // slow: some of them
				l := near[i]
				if !reflect.DeepEqual(l, slowNearest(p, m, i, 6)) {
					t.Fatalf("%s, %v: neighbours of point %d are %v, want %v", name, m, i, l, slowNearest(p, m, i, 6))
				}
			}
			for _, threads := range threadCounts()[sized(0, 1):] {
				otherNear, otherTree := find(true, threads)
				if !reflect.DeepEqual(near, otherNear) || !slices.Equal(tree, otherTree) {
					t.Errorf("%s, %v, %d threads: kept keys give other neighbours or another tree", name, m, threads)
				}
			}
		}
	}
}

// slowNearest is the definition of nearestOf for one point.
func slowNearest(p *points, m Metric, i, k int) []neighbor {
	all := make([]neighbor, p.n)
	for j := range all {
		all[j] = neighbor{int32(j), p.distance(m, i, p, j)}
	}
	slices.SortStableFunc(all, func(a, b neighbor) int {
		switch {
		case a.distance < b.distance:
			return -1
		case a.distance > b.distance:
			return 1
		}
		return 0
	})
	return all[:k]
}
