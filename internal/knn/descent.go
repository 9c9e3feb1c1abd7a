package knn

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// Options configures Descent. The zero value is a good choice.
type Options struct {
	Seed       uint64
	Trees      int // number of random projection trees to start from, 0 means 8
	LeafSize   int // maximum number of points in a leaf, 0 means 64
	Iterations int // maximum number of rounds, 0 means 12
	Threads    int // 0 means GOMAXPROCS
}

const (
	descentRows = 256   // points in one piece of work
	converged   = 0.001 // share of neighbours that change in the last round
)

// Descent returns approximately the k nearest other points of each of x [n, d],
// k < n, by nearest-neighbour descent (Dong, Moses & Li 2011): a neighbour of a
// neighbour is likely to be a neighbour. It starts from the leaves of random
// projection trees (Dasgupta & Freund 2008).
//
// Each point searches among its neighbours' neighbours, using lists built
// before the round, instead of receiving candidates from the points in between.
// This computes each distance twice, but no two goroutines write to the same
// place, so the result depends only on the seed.
func Descent(ctx context.Context, x dense.Rows[float32], k int, o Options) (*Graph, error) {
	if o.Trees == 0 {
		o.Trees = 8
	}
	if o.LeafSize == 0 {
		o.LeafSize = 64
	}
	if o.Iterations == 0 {
		o.Iterations = 12
	}
	n := x.Len
	keep := min(k+spare, n-1)
	d := &descent{
		x: x, o: o, keep: keep, lists: newLists(n, keep), fresh: make([]bool, n*keep),
		visited: make([][]int32, parallel.Threads(o.Threads)),
	}
	if err := d.start(ctx); err != nil {
		return nil, err
	}
	for round := range o.Iterations {
		changed, err := d.round(ctx, splitmix.Mix(o.Seed, uint64(round)))
		if err != nil {
			return nil, err
		}
		if float64(changed) <= converged*float64(n*keep) {
			break
		}
	}
	g := newGraph(n, k)
	err := d.eachPoint(ctx, func(_, i int) { g.finish(i, x.Row(i), x, d.lists[i].index) })
	if err != nil {
		return nil, err
	}
	return g, nil
}

// descent is the state of one Descent.
type descent struct {
	x       dense.Rows[float32] // [n, d]
	o       Options
	keep    int       // number of neighbours in a list
	lists   []list    // [n]
	fresh   []bool    // [n, keep] neighbours not yet examined
	visited [][]int32 // [workers][n] for each point, the last point of the worker that visited it
}

// eachPoint calls f for every point, in parallel.
func (d *descent) eachPoint(ctx context.Context, f func(worker, i int)) error {
	return parallel.Do(ctx, d.o.Threads, (d.x.Len+descentRows-1)/descentRows, func(worker, piece int) {
		for i := piece * descentRows; i < min((piece+1)*descentRows, d.x.Len); i++ {
			f(worker, i)
		}
	})
}

// seenBy returns, for a worker, the last point that visited each point, after
// recording that i visited itself.
func (d *descent) seenBy(worker, i int) []int32 {
	if d.visited[worker] == nil {
		d.visited[worker] = make([]int32, d.x.Len)
		for j := range d.visited[worker] {
			d.visited[worker][j] = -1
		}
	}
	d.visited[worker][i] = int32(i)
	return d.visited[worker]
}

// add adds j to the list of i if it is near enough.
func (d *descent) add(i int, j int32) bool {
	d2 := float32(kernel.SquaredDistance(d.x.Row(i), d.x.Row(int(j))))
	l := &d.lists[i]
	at := l.add(j, d2)
	if at < 0 {
		return false
	}
	flags := d.fresh[i*d.keep : i*d.keep+len(l.index)]
	copy(flags[at+1:], flags[at:])
	flags[at] = true
	return true
}

// start fills the lists from the leaves of random projection trees.
func (d *descent) start(ctx context.Context) error {
	n := d.x.Len
	leaves, err := forest(ctx, d.x, d.o)
	if err != nil {
		return err
	}
	err = d.eachPoint(ctx, func(worker, i int) {
		seen := d.seenBy(worker, i)
		for t := range leaves {
			for _, j := range leaves[t].of(i) {
				if seen[j] != int32(i) {
					seen[j] = int32(i)
					d.add(i, j)
				}
			}
		}
		// With duplicates, a point may be alone in every leaf; then use any others.
		for j := 0; len(d.lists[i].index) < d.keep; j++ {
			if c := (i + 1 + j) % n; seen[c] != int32(i) {
				seen[c] = int32(i)
				d.add(i, int32(c))
			}
		}
	})
	for _, v := range d.visited { // the descent starts with nothing visited
		for j := range v {
			v[j] = -1
		}
	}
	return err
}

// round makes every point examine its neighbours' neighbours and returns the
// number of list entries added.
func (d *descent) round(ctx context.Context, seed uint64) (changed int, err error) {
	c, err := candidates(ctx, d.lists, d.fresh, d.keep, seed, d.o.Threads)
	if err != nil {
		return 0, err
	}
	clear(d.fresh)
	found := make([]int, len(d.visited)) // indexed by worker
	err = d.eachPoint(ctx, func(worker, i int) {
		seen := d.seenBy(worker, i)
		for _, j := range d.lists[i].index {
			seen[j] = int32(i)
		}
		for _, via := range c.of(i) {
			for _, to := range c.of(int(via.index)) {
				if !via.fresh && !to.fresh || seen[to.index] == int32(i) {
					continue
				}
				seen[to.index] = int32(i)
				if d.add(i, to.index) {
					found[worker]++
				}
			}
		}
		// The marks must not outlive the round.
		for _, via := range c.of(i) {
			for _, to := range c.of(int(via.index)) {
				seen[to.index] = -1
			}
		}
		for _, j := range d.lists[i].index {
			seen[j] = -1
		}
		seen[i] = -1
	})
	for _, n := range found {
		changed += n
	}
	return changed, err
}

type candidate struct {
	index int32
	fresh bool
}

// candidateLists holds, for each point, its neighbours and the points that have
// it as a neighbour.
type candidateLists struct {
	start []int // [n+1]
	all   []candidate
	count []int32 // [n] number of entries of start[i]:start[i+1] in use
}

func (c *candidateLists) of(i int) []candidate {
	return c.all[c.start[i] : c.start[i]+int(c.count[i])]
}

// candidates combines each point's neighbours with a sample, drawn by a hash,
// of at most keep of the points that have it as a neighbour.
func candidates(ctx context.Context, lists []list, fresh []bool, keep int, seed uint64, threads int) (*candidateLists, error) {
	n := len(lists)
	// The points that have i as a neighbour: counted, then filled in order.
	start := make([]int, n+1)
	for i := range lists {
		for _, j := range lists[i].index {
			start[j+1]++
		}
	}
	c := &candidateLists{start: make([]int, n+1), count: make([]int32, n)}
	for i := range n {
		c.start[i+1] = c.start[i] + len(lists[i].index) + min(start[i+1], keep)
		start[i+1] += start[i]
	}
	back := make([]candidate, start[n])
	next := slices.Clone(start[:n])
	for i := range lists {
		for at, j := range lists[i].index {
			back[next[j]] = candidate{int32(i), fresh[i*keep+at]}
			next[j]++
		}
	}
	c.all = make([]candidate, c.start[n])
	err := parallel.Do(ctx, threads, (n+descentRows-1)/descentRows, func(_, piece int) {
		for i := piece * descentRows; i < min((piece+1)*descentRows, n); i++ {
			out := c.all[c.start[i]:c.start[i]:c.start[i+1]]
			for at, j := range lists[i].index {
				out = append(out, candidate{j, fresh[i*keep+at]})
			}
			from := back[start[i]:start[i+1]]
			if len(from) > keep {
				slices.SortFunc(from, func(a, b candidate) int {
					return cmp.Or(cmp.Compare(splitmix.Mix(seed, uint64(i), uint64(a.index)), splitmix.Mix(seed, uint64(i), uint64(b.index))), cmp.Compare(a.index, b.index))
				})
				from = from[:keep]
			}
			c.count[i] = int32(len(append(out, from...)))
		}
	})
	return c, err
}
