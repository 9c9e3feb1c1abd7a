package reduce

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/sparse"
)

// ring returns a graph of n points, each bound to the next two and to a few
// anywhere, with weights in (0, 1] that are the same in both directions.
func ring(n int) *sparse.Matrix {
	r := rand.New(rand.NewPCG(1, 7))
	rows := make([]map[int32]float32, n)
	for i := range rows {
		rows[i] = map[int32]float32{}
	}
	for i := range n {
		for _, j := range []int{(i + 1) % n, (i + 2) % n, r.IntN(n)} {
			if i != j {
				v := float32(1 - r.Float64())
				rows[i][int32(j)], rows[j][int32(i)] = v, v
			}
		}
	}
	w := &sparse.Matrix{Start: []int{0}}
	for i := range rows {
		for j := range int32(n) {
			if v, ok := rows[i][j]; ok {
				w.Col, w.Value = append(w.Col, j), append(w.Value, v)
			}
		}
		w.Start = append(w.Start, len(w.Col))
	}
	return w
}

// TestScheduleFollowsEachEdgeAlone: each direction of each edge once, and no
// point in two tasks of one round.
func TestScheduleFollowsEachEdgeAlone(t *testing.T) {
	t.Parallel()
	for _, n := range []int{5, 500, 2047, 2048, 5000} {
		w := ring(n)
		var top float64
		for _, v := range w.Value {
			top = max(top, float64(v))
		}
		const epochs = 50
		s := newSchedule(w, epochs)
		shares := map[[2]int32]uint32{}
		tasks := 0
		for _, round := range s.rounds {
			owner := make([]int, n) // [n] the task of this round that moves a point, from 1
			for task := round[0]; task < round[1]; task++ {
				tasks++
				for _, g := range s.edges[s.start[task]:s.start[task+1]] {
					shares[[2]int32{g.head, g.tail}] = g.share
					for _, p := range []int32{g.head, g.tail} {
						if owner[p] != 0 && owner[p] != task+1 {
							t.Fatalf("n = %d: point %d is moved by tasks %d and %d of one round", n, p, owner[p]-1, task)
						}
						owner[p] = task + 1
					}
				}
			}
		}
		if tasks != len(s.start)-1 || len(shares) != len(s.edges) {
			t.Errorf("n = %d: rounds have %d of %d tasks, %d edges of %d", n, tasks, len(s.start)-1, len(shares), len(s.edges))
		}
		for i := range n {
			cols, value := w.Row(i)
			for c, j := range cols {
				want := float64(value[c]) / top
				share, ok := shares[[2]int32{int32(i), j}]
				if often := want * epochs; ok != (often >= 1) && math.Abs(often-1) > 1e-6 {
					t.Fatalf("n = %d: edge %d-%d, to be followed %v times: found %v", n, i, j, often, ok)
				}
				if !ok {
					continue
				}
				times := 0
				for e := 1; e <= epochs; e++ {
					if (edge{share: share}).due(e) {
						times++
					}
				}
				if math.Abs(float64(times)-want*epochs) > 1 {
					t.Fatalf("n = %d: edge %d-%d is followed %d times, want %v", n, i, j, times, want*epochs)
				}
			}
		}
	}
	if g := (edge{share: shareOf(3, 3)}); !g.due(1) || !g.due(2) || !g.due(500) {
		t.Error("the strongest edge is not followed in each epoch")
	}
	if g := (edge{share: shareOf(0, 0)}); g.due(1) || g.due(500) {
		t.Error("an edge of no weight is followed")
	}
}
