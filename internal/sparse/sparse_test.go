package sparse

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/knn"
)

// The transpose has each value at the place of its neighbour, in ascending order.
func TestTransposed(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	for _, c := range []struct{ n, k int }{{2, 1}, {9, 3}, {40, 7}} {
		g := &knn.Graph{Len: c.n, K: c.k, Dist: make([]float32, c.n*c.k)}
		values := make([]float32, c.n*c.k)
		want := make([]map[int32]float32, c.n)
		for i := range want {
			want[i] = map[int32]float32{}
		}
		for i := range c.n {
			others := r.Perm(c.n)
			others = slices.DeleteFunc(others, func(j int) bool { return j == i })
			for n, j := range others[:c.k] {
				g.Index = append(g.Index, int32(j))
				values[i*c.k+n] = r.Float32()
				want[j][int32(i)] = values[i*c.k+n]
			}
		}
		back := Transposed(g, values)
		for i := range c.n {
			cols, value := back.Row(i)
			if len(cols) != len(want[i]) || !slices.IsSorted(cols) {
				t.Fatalf("row %d of %d: columns %v, want those of %v, sorted", i, c.n, cols, want[i])
			}
			for n, j := range cols {
				if value[n] != want[i][j] {
					t.Errorf("row %d, column %d: %v, want %v", i, j, value[n], want[i][j])
				}
			}
		}
	}
}
