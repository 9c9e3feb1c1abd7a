package group

import (
	"context"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/result"
)

// Follow returns centres that were moved towards the users placed among them,
// by the rule of mini-batch k-means (Sculley, Web-scale k-means clustering,
// 2010): each is the mean of the users counted so far and of the new ones. A
// centre counts as at most memory users before, so that new ones always matter;
// 0: as all that it has seen. placed are the users' places, by their number.
// Users without texts and those in no segment move nothing. IDs, names and radii
// stay.
func (p *Placer) Follow(ctx context.Context, u *pool.Users, placed []result.Assignment, memory int) (Centres, error) {
	y, err := p.Space.Place(ctx, u.Vectors, u.Features)
	if err != nil {
		return nil, err
	}
	at := map[int]int{} // ID -> index
	out := slices.Clone(p.Centres)
	members := make([][]int, len(out)) // rows
	for i := range out {
		at[out[i].ID] = i
	}
	for n, r := range u.Row {
		if i, ok := at[placed[n].Segment]; ok && r >= 0 {
			members[i] = append(members[i], r)
		}
	}
	for i := range out {
		if len(members[i]) == 0 {
			continue
		}
		slices.Sort(members[i]) // rows do not depend on the order of users
		c := &out[i]
		before := c.Users
		if memory > 0 {
			before = min(before, memory)
		}
		c.Vector = moved(c.Vector, before, members[i], u.Vectors.Row)
		c.Anchor = moved(c.Anchor, before, members[i], y.Row)
		c.Users += len(members[i])
	}
	return out, nil
}

// moved returns the mean of before users at c [k] and of the given rows.
func moved(c []float32, before int, rows []int, row func(int) []float32) []float32 {
	sum := make([]float64, len(c))
	for j, v := range c {
		sum[j] = float64(v) * float64(before)
	}
	for _, r := range rows {
		for j, v := range row(r) {
			sum[j] += float64(v)
		}
	}
	out := make([]float32, len(c))
	for j, s := range sum {
		out[j] = float32(s / float64(before+len(rows)))
	}
	return out
}
