package feedback

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// Options configures [Split].
type Options struct {
	// HeldOut is the share of the constrained users who only judge; 0: 0.25.
	HeldOut float64
	Seed    uint64 // of who is held out, and of the segments that are judged
	K       int    // number of segments, 2 or more, and at least that of the named ones
	Threads int    // goroutines of the clustering; 0: GOMAXPROCS
}

// Held is a division of constraints.
type Held struct {
	unsavedState

	Learn *Constraints // those to learn from
	judge *judge
	o     Options
}

// Split holds out a share of the constraints. Users whom must-links join are held
// out together; seeds are always learned from. Held-out users have no part in
// Learn, not even in cannot-links with others. Without both constraints that
// judge and some to learn from it returns an ErrTooLittle.
func Split(c *Constraints, o Options) (*Held, error) {
	if c == nil {
		return nil, optionsError("constraints are nil")
	}
	if o.HeldOut == 0 {
		o.HeldOut = 0.25
	}
	if !(o.HeldOut > 0 && o.HeldOut < 1) {
		return nil, optionsError("HeldOut is %v, want above 0 and below 1", o.HeldOut)
	}
	if o.K < max(2, len(c.Segments)) {
		return nil, optionsError("K is %d, want 2 or more, and at least the %d named segments", o.K, len(c.Segments))
	}
	if o.K > c.Users {
		return nil, optionsError("K is %d, but there are %d users", o.K, c.Users)
	}
	held := c.draw(o.HeldOut, rand.New(rand.NewPCG(o.Seed, 0)))
	h := &Held{Learn: c.without(held), judge: c.judgeOf(held), o: o}
	if h.judge.of(make([]int, c.Rows)).Pairs() == 0 {
		return nil, errTooLittle(c, "none is held out to judge by")
	}
	if len(h.Learn.Must)+len(h.Learn.Cannot) == 0 && !h.Learn.labelled() {
		return nil, errTooLittle(c, "none is left to learn from")
	}
	return h, nil
}

// draw chooses rows: of the units with constraints that share, rounded, and at
// least one.
func (c *Constraints) draw(share float64, r *rand.Rand) []bool {
	unit, _ := c.groups()
	constrained := make([]bool, c.Rows) // by unit
	for row, l := range c.Label {
		constrained[unit[row]] = constrained[unit[row]] || l >= 0
	}
	for _, links := range [][][2]int{c.Must, c.Cannot} {
		for _, p := range links {
			constrained[unit[p[0]]], constrained[unit[p[1]]] = true, true
		}
	}
	var units []int
	for u := range c.Users { // a seed is its own unit, after the users
		if unit[u] == u && constrained[u] {
			units = append(units, u)
		}
	}
	r.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	chosen := make([]bool, c.Rows)
	for _, u := range units[:min(len(units), max(1, int(share*float64(len(units))+0.5)))] {
		chosen[u] = true
	}
	held := make([]bool, c.Rows)
	for row, u := range unit {
		held[row] = chosen[u]
	}
	return held
}

// without returns the constraints of the rows that are not held. Segments keep
// their numbers if any of their rows is left; others are dropped.
func (c *Constraints) without(held []bool) *Constraints {
	out := &Constraints{Rows: c.Rows, Users: c.Users, Label: make([]int, c.Rows), Unknown: c.Unknown}
	number := make([]int, len(c.Segments)) // plus 1
	for r, l := range c.Label {
		if l >= 0 && !held[r] {
			number[l] = 1
		}
	}
	for l := range number {
		if number[l] > 0 {
			out.Segments = append(out.Segments, c.Segments[l])
			number[l] = len(out.Segments)
		}
	}
	for r, l := range c.Label {
		if out.Label[r] = -1; l >= 0 && !held[r] {
			out.Label[r] = number[l] - 1
		}
	}
	for _, p := range c.Must {
		if !held[p[0]] {
			out.Must = append(out.Must, p)
		}
	}
	for _, p := range c.Cannot {
		if !held[p[0]] && !held[p[1]] {
			out.Cannot = append(out.Cannot, p)
		}
	}
	return out
}

func (c *Constraints) labelled() bool {
	for _, l := range c.Label {
		if l >= 0 {
			return true
		}
	}
	return false
}

// Judged is what the mean of a few clusterings satisfies, whose first centres
// differ.
type Judged struct {
	Satisfied           // rounded
	Shares    []float64 // Satisfied.Share of each clustering
}

// Above reports whether j's share is larger than that of other, by so much that
// the different first centres explain it with a probability of less than 5 %
// (Student's test of the differences, which takes five clusterings).
func (j Judged) Above(other Judged) bool {
	n := float64(min(len(j.Shares), len(other.Shares)))
	if n < judged {
		return false
	}
	mean, square := 0.0, 0.0
	for i := range int(n) {
		d := j.Shares[i] - other.Shares[i]
		mean += d / n
		square += d * d / n
	}
	const t4 = 2.132 // of one side, for five differences
	return mean > 0 && mean > t4*math.Sqrt(max(square-mean*mean, 0)/(n-1))
}

// Plain returns how many of the held-out constraints k-means satisfies on the
// users' rows of x [rows, dim], without knowing of any constraint.
func (h *Held) Plain(ctx context.Context, x mat.Matrix) (Judged, error) {
	if err := h.Learn.check(x); err != nil {
		return Judged{}, err
	}
	users := dense.Narrow(x).Slice(0, h.Learn.Users)
	return h.average(func(seed uint64) ([]int, error) {
		r, err := cluster.KMeans{K: h.o.K, Seed: seed, Threads: h.o.Threads}.Fit(ctx, dense.Matrix{Rows: users})
		if err != nil {
			return nil, err
		}
		return append(r.Labels, make([]int, h.Learn.Rows-h.Learn.Users)...), nil
	})
}

// Constrained is Plain for [Cluster] of all rows with the constraints that are not
// held out.
func (h *Held) Constrained(ctx context.Context, x mat.Matrix) (Judged, error) {
	return h.average(func(seed uint64) ([]int, error) {
		r, err := Cluster(ctx, x, h.Learn, ClusterOptions{K: h.o.K, Starts: 1, Seed: seed})
		if err != nil {
			return nil, err
		}
		return r.Labels, nil
	})
}

// judged is the number of clusterings.
const judged = 5

func (h *Held) average(labels func(seed uint64) ([]int, error)) (Judged, error) {
	var sum Judged
	for i := range uint64(judged) {
		l, err := labels(h.o.Seed + i)
		if err != nil {
			return Judged{}, err
		}
		s := h.judge.of(l)
		sum.Together, sum.Apart = s.Together, s.Apart
		sum.Met += s.Met
		sum.Parted += s.Parted
		sum.Shares = append(sum.Shares, s.Share())
	}
	sum.Met, sum.Parted = (sum.Met+judged/2)/judged, (sum.Parted+judged/2)/judged
	return sum, nil
}

// check requires a vector for each row.
func (c *Constraints) check(x mat.Matrix) error {
	if c == nil || x == nil {
		return optionsError("vectors or constraints are nil")
	}
	n, d := x.Dims()
	if n != c.Rows || len(c.Label) != c.Rows || d == 0 {
		return optionsError("vectors [%d, %d], want %d rows, the users and then the seeds", n, d, c.Rows)
	}
	return finite(x)
}
