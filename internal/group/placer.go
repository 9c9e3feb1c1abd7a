package group

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/result"
)

// Placer places users into the segments of an earlier run, without changing
// these.
type Placer struct {
	Centres Centres
	Space   Space
	// Noise is set if that run left users out. Then users who are farther from
	// the nearest centre than every user of that segment was are left out, too.
	Noise bool
	// ByText places users in the segment nearest to most of their texts, by
	// weight; see Config.ByText.
	ByText bool
}

// Placer returns a Placer for g.
func (g *Groups) Placer(byText bool) Placer {
	p := Placer{Centres: g.Centres, Space: g.Space, ByText: byText}
	for _, i := range g.Of {
		p.Noise = p.Noise || i < 0
	}
	return p
}

// Assign places v [k] at the centre with index at, unless it is beyond its
// reach.
func (p *Placer) Assign(v []float32, at int) result.Assignment {
	c := &p.Centres[at]
	a := result.Assignment{Segment: result.Unassigned, RunnerUp: result.Unassigned, Distance: vector.Distance(v, c.Anchor)}
	if p.Noise && a.Distance > c.Radius {
		a.RunnerUp = c.ID
		return a
	}
	var other int
	a.Segment = c.ID
	a.Margin, other = p.Centres.Margin(v, at)
	a.RunnerUp = p.Centres.ID(other)
	return a
}

// Users places all users. The caller sets the names of the Assignments. each, if
// it is not nil, is called with the number of each user who has a text, and with
// the user's place [k].
func (p *Placer) Users(ctx context.Context, u *pool.Users, each func(user int, v []float32)) ([]result.Assignment, error) {
	out := make([]result.Assignment, len(u.Row))
	for i := range out {
		out[i] = result.Assignment{Segment: result.Unassigned, RunnerUp: result.Unassigned, Texts: u.Sums[i].Texts}
	}
	if len(p.Centres) == 0 {
		return out, nil
	}
	var votes []int
	var err error
	if p.ByText {
		if votes, err = p.votes(ctx, u); err != nil {
			return nil, err
		}
	}
	placed, err := p.Space.Place(ctx, u.Vectors, u.Features)
	if err != nil {
		return nil, err
	}
	for i, r := range u.Row {
		if r < 0 {
			continue
		}
		v := placed.Row(r)
		if each != nil {
			each(i, v)
		}
		at, _ := p.Centres.Nearest(v)
		if votes != nil {
			at = votes[r]
		}
		out[i] = p.Assign(v, at)
		out[i].Texts = u.Sums[i].Texts
	}
	for i, a := range p.Quiet(u) {
		out[i] = a
	}
	return out, nil
}

// Quiet places the users without texts of whom features are known, by their
// number.
func (p *Placer) Quiet(u *pool.Users) map[int]result.Assignment {
	if p.Space.Join == nil || len(p.Centres) == 0 {
		return nil
	}
	out := make(map[int]result.Assignment, len(u.Quiet))
	placed := p.Space.Join.Quiet(u.QuietFeatures)
	for n, i := range u.Quiet {
		at, _ := p.Centres.Nearest(placed.Row(n))
		out[i] = p.Assign(placed.Row(n), at)
	}
	return out
}

// BlockTexts is the number of texts placed together: placing them one at a time
// would take a pass for each over all points that the reduction was fitted on.
const BlockTexts = 256

// votes returns the centre nearest to most of each user's texts, by weight,
// [rows].
func (p *Placer) votes(ctx context.Context, u *pool.Users) ([]int, error) {
	next, err := u.Texts.Reader()
	if err != nil {
		return nil, err
	}
	texts := len(u.Owner)
	sums := dense.New[float64](u.Vectors.Len, len(p.Centres))
	x := dense.New[float32](min(BlockTexts, texts), u.Vectors.Dim)
	for from := 0; from < texts; from += x.Len {
		n := min(x.Len, texts-from)
		for i := range n {
			if err := next(x.Row(i)); err != nil {
				return nil, err
			}
		}
		y, err := p.Space.Place(ctx, x.Slice(0, n), dense.Rows[float32]{})
		if err != nil {
			return nil, err
		}
		for i := range n {
			t := from + i
			at, _ := p.Centres.Nearest(y.Row(i))
			sums.Row(u.Row[u.Owner[t]])[at] += u.Weight[t]
		}
	}
	out := make([]int, u.Vectors.Len)
	for r := range out {
		for i, w := range sums.Row(r) {
			if w > sums.Row(r)[out[r]] {
				out[r] = i
			}
		}
	}
	return out, nil
}
