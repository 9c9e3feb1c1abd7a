// Package group finds the segments of users, and places users into segments
// found before.
package group

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/refine"
	"github.com/seed-56ee9438/cohort/result"
)

// Config configures Find.
type Config struct {
	Clusterer cluster.Clusterer
	Reduce    reduce.Reducer // nil: the vectors are clustered as they are
	// ByText clusters the texts; a user belongs to the cluster of most of their
	// texts, by weight. The Users must have been gathered with TextsOf.
	ByText bool
	// Weight multiplies the squared distances of users' features, once their scale
	// is set beside that of the texts by Balance. Not with ByText.
	Weight  float64
	Balance features.Balance
	Rest    Rest          // what becomes of those whom the Clusterer leaves out
	Least   float64       // membership or likeness of words from which they join a segment
	Words   []refine.Bag  // of each row, those with content, counted in texts; for RestByWords and pipelines
	Every   []refine.Bag  // of each row, stop words too; for Refine
	Edits   []result.Edit // applied to the result of the Clusterer
	// Refine trains on users' vectors and Every word after the Clusterer, in Again; see
	// Groups.Refined.
	Refine   bool
	Training Training
	Seed     uint64 // seed of splits
	Threads  int    // goroutines of splits; 0: GOMAXPROCS
	Progress progress.Func
}

// Groups are the segments of the users' rows.
type Groups struct {
	Centres Centres
	Members [][]int             // of each centre: rows, ascending
	Of      []int               // row -> index of a centre, or result.Unassigned
	Space   Space               // the space in which users are placed
	Placed  dense.Rows[float32] // [rows, k] the users in it

	Found int // number of segments before the edits
	// Memberships [rows, segments] are the degrees to which users belong to
	// segments; nil before SetMemberships.
	Memberships *mat.Dense
	Joined      int               // users whom the clusterer left out and who joined a segment by Config.Rest
	Reduce      reduce.Reducer    // the Config's, or what it is for these points
	Clusterer   cluster.Clusterer // the Config's, or the setting that it chose
	Setting     cluster.Clusterer // the Clusterer, with what its defaults are for these points
	Chosen      string            // the reason for the choice, as a sentence; "" if nothing was chosen

	Moved int   // users whose cluster is another one since refinement
	kept  []int // row -> cluster before they were, nil if they were not
	start []int // row -> cluster before the edits
}

// labels is the result of a clusterer.
type labels struct {
	of      []int
	by      cluster.Clusterer
	setting cluster.Clusterer // by, with its defaults for these points
	chosen  string
}

// chooser is a Clusterer that tries several settings.
type chooser interface {
	Choose(ctx context.Context, x mat.Matrix) (*cluster.Choice, error)
	Estimator(c *cluster.Candidate) cluster.Clusterer
}

// planner is a Clusterer that chooses how points are reduced as well, by the words
// of each, too, if they are not nil.
type planner interface {
	Plan(ctx context.Context, x mat.Matrix, words []refine.Bag) (reduce.Reducer, cluster.Clusterer, string, error)
}

// plan returns c with what its Clusterer, if it is a planner, chooses for x
// [n, dim], and why, as a sentence.
func (c Config) plan(ctx context.Context, x dense.Rows[float32]) (Config, string, error) {
	p, ok := c.Clusterer.(planner)
	if !ok {
		return c, "", nil
	}
	if c.Reduce != nil {
		return c, "", fmt.Errorf("%w: a reduction and a clusterer that chooses one", fault.ErrOptions)
	}
	var words []refine.Bag
	if !c.ByText { // Words are those of users
		words = c.Words
	}
	by, clusterer, why, err := p.Plan(ctx, dense.Matrix{Rows: x}, words)
	if err != nil {
		return c, "", fmt.Errorf("choosing the segments: %w", err)
	}
	c.Reduce, c.Clusterer = by, clusterer
	return c, why, nil
}

// label clusters the rows of x.
func label(ctx context.Context, x mat.Matrix, by cluster.Clusterer) (labels, error) {
	if a, ok := by.(chooser); ok {
		c, err := a.Choose(ctx, x)
		if err != nil {
			return labels{}, fmt.Errorf("choosing the number of segments: %w", err)
		}
		best := c.Recommended()
		by := a.Estimator(best)
		return labels{best.Partition.Assignments(), by, by, c.Reason}, nil
	}
	p, err := by.Cluster(ctx, x)
	if err != nil {
		return labels{}, fmt.Errorf("clustering: %w", err)
	}
	n, _ := x.Dims()
	of := p.Assignments()
	if len(of) != n {
		return labels{}, fmt.Errorf("cohort: the clusterer gave %d labels for %d users", len(of), n)
	}
	setting := by
	if h, ok := by.(cluster.HDBSCAN); ok {
		setting = h.For(n)
	}
	return labels{of: of, by: by, setting: setting}, nil
}

// Find clusters the users, numbers the segments by size and applies the edits.
func Find(ctx context.Context, u *pool.Users, c Config) (*Groups, error) {
	x, texts := u.Vectors, []int(nil)
	if c.ByText {
		said, err := u.Said()
		if err != nil {
			return nil, err
		}
		x, texts = said.Vectors, said.Text
	}
	_, plans := c.Clusterer.(planner)
	if c.Reduce != nil || plans {
		c.Progress.Report("reduce", 0, 1)
	}
	c, chosen, err := c.plan(ctx, x)
	if err != nil {
		return nil, err
	}
	if a, ok := c.Reduce.(reduce.AtMost); ok {
		c.Reduce = a.For(x.Len, x.Dim)
	}
	space, y, err := fitSpace(ctx, x, u.Features, c)
	if err != nil {
		return nil, err
	}
	if c.Reduce != nil || plans {
		c.Progress.Report("reduce", 1, 1)
	}
	c.Progress.Report("cluster", 0, 1)
	l, err := label(ctx, y, c.Clusterer)
	if err != nil {
		return nil, err
	}
	if l.chosen == "" {
		l.chosen = chosen
	}
	var voted func(of []int) []int
	if c.ByText {
		voted = func(of []int) []int { return vote(u, texts, of) }
	}
	of, joined, err := c.settle(ctx, y, l.of, c.Words, voted)
	if err != nil {
		return nil, err
	}
	placed := narrow(y)
	if c.ByText {
		if placed, err = space.Place(ctx, u.Vectors, u.Features); err != nil {
			return nil, err
		}
	}
	g := &Groups{Space: space, Placed: placed, Joined: joined, Reduce: c.Reduce, Clusterer: l.by, Setting: l.setting, Chosen: l.chosen, start: of}
	if err := g.number(ctx, u, c); err != nil {
		return nil, err
	}
	c.Progress.Report("cluster", 1, 1)
	return g, parallel.Cause(ctx)
}

// number makes segments of the clusters at the start, numbered by size, and
// applies the edits.
func (g *Groups) number(ctx context.Context, u *pool.Users, c Config) error {
	parts := partition(g.start, g.Space.Joined(u))
	g.Found = len(parts)
	parts, err := edited(ctx, parts, g.Placed, c)
	if err != nil {
		return err
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(len(b.members), len(a.members)) })
	g.Of = make([]int, u.Vectors.Len)
	for r := range g.Of {
		g.Of[r] = result.Unassigned
	}
	for _, p := range parts {
		g.add(p, u.Vectors)
	}
	return nil
}

// part is a segment under construction.
type part struct {
	id      int
	name    string // given by an edit, otherwise ""
	members []int  // rows, ascending
}

// partition numbers the clusters of the labels from 1 by size, ties by the
// mean of their rows of x [n, dim], so that the numbers do not depend on the
// order of the rows.
func partition(of []int, x dense.Rows[float32]) []part {
	by := map[int]*part{}
	var list []*part
	for r, c := range of {
		if c < 0 {
			continue
		}
		if by[c] == nil {
			by[c] = &part{}
			list = append(list, by[c])
		}
		by[c].members = append(by[c].members, r)
	}
	slices.SortStableFunc(list, func(a, b *part) int {
		if c := cmp.Compare(len(b.members), len(a.members)); c != 0 {
			return c
		}
		return slices.Compare(mean(x, b.members), mean(x, a.members))
	})
	parts := make([]part, len(list))
	for i, p := range list {
		p.id = i + 1
		parts[i] = *p
	}
	return parts
}

// add adds p as a segment; x are the users' vectors [rows, dim].
func (g *Groups) add(p part, x dense.Rows[float32]) {
	c := Centre{ID: p.id, Name: p.name, Users: len(p.members), Vector: mean(x, p.members)}
	c.Anchor = c.Vector
	if g.Space.By != nil || g.Space.Join != nil {
		c.Anchor = mean(g.Placed, p.members)
	}
	for _, r := range p.members {
		g.Of[r] = len(g.Centres)
		d := vector.Distance(g.Placed.Row(r), c.Anchor)
		c.Radius = max(c.Radius, d)
		c.Width += d * d / float64(len(p.members))
	}
	g.Centres, g.Members = append(g.Centres, c), append(g.Members, p.members)
}

// Mean returns the mean of the rows of x [rows, dim] of the members of segment i.
func (g *Groups) Mean(x dense.Rows[float32], i int) []float32 { return mean(x, g.Members[i]) }

// mean returns the mean of some rows of x, summed in float64.
func mean(x dense.Rows[float32], rows []int) []float32 {
	sum := make([]float64, x.Dim)
	for _, r := range rows {
		for j, v := range x.Row(r) {
			sum[j] += float64(v)
		}
	}
	out := make([]float32, x.Dim)
	for j, s := range sum {
		out[j] = float32(s / float64(max(len(rows), 1)))
	}
	return out
}
