package reduce

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/sparse"
)

// schedule determines the order in which the edges of a graph are followed in
// an epoch. The points are divided into blocks, and the edges into tasks by the
// blocks of their two ends. The tasks of one round share no block, so they can
// run in parallel while each sees the moves of all previous rounds; this is the
// stratification of Gemulla et al. 2011. The blocks depend only on the number
// of points.
type schedule struct {
	edges  []edge
	start  []int    // task t is edges[start[t]:start[t+1]]
	rounds [][2]int // first task of each round, and the one after its last
}

// edge is one direction of an edge. Points for repulsion are drawn for its
// head.
type edge struct {
	head, tail int32
	share      uint32 // share of the epochs in which it is followed, in units of 2^-31
}

// due reports whether the edge is followed in epoch e; epochs start at 1. Edges
// of share 1 are followed in each, others at even intervals.
func (g edge) due(e int) bool {
	now := uint64(e) * uint64(g.share)
	return now>>31 != (now-uint64(g.share))>>31
}

// shareOf returns w/top as a share, or 0 if w is 0.
func shareOf(w, top float64) uint32 {
	if w <= 0 {
		return 0
	}
	return uint32(math.Round(w / top * (1 << 31)))
}

// newSchedule orders the edges of w that are followed at least once.
func newSchedule(w *sparse.Matrix, epochs int) *schedule {
	n := len(w.Start) - 1
	// 64 blocks keep 32 goroutines busy. With fewer than 512 points per block,
	// running a task would take hardly longer than starting it.
	blocks := 2 * max(1, min(32, n/1024))
	size := (n + blocks - 1) / blocks
	s := &schedule{}
	task := s.tournament(blocks)
	var top float64
	for _, v := range w.Value {
		top = max(top, float64(v))
	}
	each := func(f func(t int, g edge)) {
		for i := range n {
			cols, value := w.Row(i)
			row := task[i/size*blocks:]
			for c, j := range cols {
				g := edge{int32(i), j, shareOf(float64(value[c]), top)}
				if uint64(epochs)*uint64(g.share)>>31 > 0 {
					f(row[int(j)/size], g)
				}
			}
		}
	}
	each(func(t int, _ edge) { s.start[t+1]++ })
	for t := range len(s.start) - 1 {
		s.start[t+1] += s.start[t]
	}
	s.edges = make([]edge, s.start[len(s.start)-1])
	next := append([]int(nil), s.start...)
	each(func(t int, g edge) {
		s.edges[next[t]] = g
		next[t]++
	})
	return s
}

// tournament numbers the tasks, which are pairs of blocks, for an even number
// of blocks. Each block meets each other block, and itself in the first round,
// and no block is in two tasks of a round: the last block stays in place while
// the others rotate around it. It returns the task of each pair, [blocks,
// blocks].
func (s *schedule) tournament(blocks int) []int {
	task := make([]int, blocks*blocks)
	for b := range blocks {
		task[b*blocks+b] = b
	}
	s.rounds = append(s.rounds, [2]int{0, blocks})
	t, around := blocks, blocks-1
	for r := range around {
		first := t
		for p := range blocks / 2 {
			a, b := (r+p)%around, (r+around-p)%around
			if p == 0 {
				b = blocks - 1
			}
			task[a*blocks+b], task[b*blocks+a] = t, t
			t++
		}
		s.rounds = append(s.rounds, [2]int{first, t})
	}
	s.start = make([]int, t+1)
	return task
}
