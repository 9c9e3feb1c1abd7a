package cohort

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// group is a segment in the making.
type group struct {
	id      int
	name    string    // given by an edit, else ""
	members []int     // rows of gathered.vectors, ascending
	centre  []float32 // [dim] mean of the members' vectors, not scaled
	anchor  []float32 // [k] the same in the space where users are placed
	radius  float64   // largest distance of a member to anchor
}

// groups are the segments of the users' rows.
type groups struct {
	list   []group
	of     []int // row -> index into list, or Unassigned
	space  space
	placed dense.Rows[float32] // [rows, k] the users in space
}

// labels clusters x with the caller's clusterer or the default one.
func labels(ctx context.Context, x mat.Matrix, o *Options) ([]int, error) {
	c := o.Clusterer
	if c == nil {
		c = cluster.KMeans{K: o.K, Seed: o.Seed, Threads: o.Threads}
	}
	if a, ok := c.(Auto); ok {
		chosen, err := cluster.Choose(ctx, x, a.ChooseOptions)
		if err != nil {
			return nil, fmt.Errorf("choosing the number of segments: %w", err)
		}
		o.Clusterer, o.chosen = a.Estimator(chosen.Recommended()), chosen.Reason
		return chosen.Recommended().Partition.Assignments(), nil
	}
	p, err := c.Cluster(ctx, x)
	if err != nil {
		return nil, fmt.Errorf("clustering: %w", err)
	}
	n, _ := x.Dims()
	l := p.Assignments()
	if len(l) != n {
		return nil, fmt.Errorf("cohort: the clusterer gave %d labels for %d users", len(l), n)
	}
	return l, nil
}

// findGroups clusters the users, numbers the segments by size and applies the
// edits.
func findGroups(ctx context.Context, g *gathered, o *Options) (*groups, error) {
	of, x, err := g.vectors, mat.Matrix(nil), error(nil)
	if o.Pooling == PoolMixture {
		if of, err = g.store.all(); err != nil {
			return nil, err
		}
	}
	if o.Reduce != nil {
		o.progress("reduce", 0, 1)
	}
	sp, x, err := findSpace(ctx, of, o)
	if err != nil {
		return nil, err
	}
	if o.Reduce != nil {
		o.progress("reduce", 1, 1)
	}
	o.progress("cluster", 0, 1)
	l, err := labels(ctx, x, o)
	if err != nil {
		return nil, err
	}
	placed := narrow(x)
	if o.Pooling == PoolMixture {
		l = g.vote(nil, l)
		if placed, err = sp.place(ctx, g.vectors); err != nil {
			return nil, err
		}
	}
	gr := newGroups(l)
	gr.space, gr.placed = sp, placed
	if err := gr.edit(ctx, o); err != nil {
		return nil, err
	}
	slices.SortStableFunc(gr.list, func(a, b group) int { return cmp.Compare(len(b.members), len(a.members)) })
	gr.measure(g.vectors)
	o.progress("cluster", 1, 1)
	return gr, ctx.Err()
}

// newGroups numbers the labels' clusters from 1 by size, ties by the first
// member.
func newGroups(l []int) *groups {
	by := map[int]*group{}
	var list []*group
	for r, c := range l {
		if c < 0 {
			continue
		}
		if by[c] == nil {
			by[c] = &group{}
			list = append(list, by[c])
		}
		by[c].members = append(by[c].members, r)
	}
	slices.SortStableFunc(list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(len(b.members), len(a.members)), cmp.Compare(a.members[0], b.members[0]))
	})
	gr := &groups{of: make([]int, len(l))}
	for i, p := range list {
		p.id = i + 1
		gr.list = append(gr.list, *p)
	}
	return gr
}

// measure computes what follows from the members: of, centres and radii. x are
// the users' vectors [rows, dim].
func (gr *groups) measure(x dense.Rows[float32]) {
	for r := range gr.of {
		gr.of[r] = Unassigned
	}
	for i := range gr.list {
		p := &gr.list[i]
		for _, r := range p.members {
			gr.of[r] = i
		}
		p.centre = mean(x, p.members)
		p.anchor = p.centre
		if gr.space.by != nil {
			p.anchor = mean(gr.placed, p.members)
		}
		p.radius = 0
		for _, r := range p.members {
			p.radius = max(p.radius, vector.Distance(gr.placed.Row(r), p.anchor))
		}
	}
}

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

// id returns the ID of the group at index i, Unassigned for -1.
func (gr *groups) id(i int) int {
	if i < 0 {
		return Unassigned
	}
	return gr.list[i].id
}

// place is where a vector lies among the centres.
type place struct {
	nearest, second int     // indexes of groups; second is -1 where there is one group
	d1, d2          float64 // their distances
}

// locate finds the two centres nearest to v [k]; ties go to the lower index.
func (gr *groups) locate(v []float32) place { return locate(gr.list, v) }

func locate(list []group, v []float32) place {
	p := place{nearest: -1, second: -1}
	for i := range list {
		d := vector.Distance(v, list[i].anchor)
		switch {
		case p.nearest < 0 || d < p.d1:
			p.second, p.d2 = p.nearest, p.d1
			p.nearest, p.d1 = i, d
		case p.second < 0 || d < p.d2:
			p.second, p.d2 = i, d
		}
	}
	return p
}

// margin is how much nearer v lies to group i than to the best other one,
// relative to the larger of the distances, and that other group (-1: none).
func (gr *groups) margin(v []float32, i int) (m float64, other int) {
	return marginOf(gr.list, v, i)
}

func marginOf(list []group, v []float32, i int) (m float64, other int) {
	own := vector.Distance(v, list[i].anchor)
	other = -1
	var best float64
	for j := range list {
		if j == i {
			continue
		}
		if d := vector.Distance(v, list[j].anchor); other < 0 || d < best {
			other, best = j, d
		}
	}
	if other < 0 || max(own, best) == 0 {
		return 0, other
	}
	return (best - own) / max(own, best), other
}
