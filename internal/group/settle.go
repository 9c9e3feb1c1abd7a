package group

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/refine"
)

// Rest says what becomes of those whom the clusterer leaves out.
type Rest uint8

// What becomes of them.
const (
	RestKept         Rest = iota // they stay out
	RestByCentre                 // they join the cluster with the nearest mean
	RestByMembership             // they join that of which they are most a member; see cluster.Memberships
	RestByWords                  // they join that whose words are most like theirs; see byWords
)

// settle returns the labels of the users in some rows, whose points y [n, k] the
// clusterer labelled of, with noise settled, and the number of users who were
// noise before. bags are the users' words. vote, nil unless the points are texts,
// returns the labels of users for those of their texts.
func (c *Config) settle(ctx context.Context, y mat.Matrix, of []int, bags []refine.Bag, vote func(of []int) []int) ([]int, int, error) {
	if vote == nil {
		vote = func(of []int) []int { return of }
	}
	before := vote(of)
	after := before
	switch c.Rest {
	case RestKept:
		return before, 0, nil
	case RestByWords:
		if k := clusters(before); k > 0 {
			after = byWords(bags, before, k, c.Least)
		}
	default:
		points, err := settle(ctx, y, of, c.Rest, c.Least)
		if err != nil {
			return nil, 0, err
		}
		after = vote(points)
	}
	joined := 0
	for r := range after {
		if before[r] < 0 && after[r] >= 0 {
			joined++
		}
	}
	return after, joined, nil
}

// clusters returns the number of clusters of the labels.
func clusters(of []int) int {
	k := 0
	for _, l := range of {
		k = max(k, l+1)
	}
	return k
}

// settle returns the labels of the rows of y with noise settled by centre or by
// membership, if that is at least least. Where there is no cluster, all stays
// noise.
func settle(ctx context.Context, y mat.Matrix, of []int, by Rest, least float64) ([]int, error) {
	k := clusters(of)
	if k == 0 || !slices.ContainsFunc(of, func(l int) bool { return l < 0 }) {
		return of, nil
	}
	out := slices.Clone(of)
	if by == RestByMembership {
		m, err := cluster.Memberships(ctx, y, of)
		if err != nil {
			return nil, fmt.Errorf("settling those left out: %w", err)
		}
		for r, l := range of {
			if l < 0 {
				row := m.RawRowView(r)
				if at := best(row); row[at] >= least {
					out[r] = at
				}
			}
		}
		return out, nil
	}
	members := make([][]int, k)
	for r, l := range of {
		if l >= 0 {
			members[l] = append(members[l], r)
		}
	}
	rows := narrow(y)
	centre := dense.New[float32](k, rows.Dim)
	for l := range members {
		copy(centre.Row(l), mean(rows, members[l]))
	}
	for r, l := range of {
		if l >= 0 {
			continue
		}
		near := make([]float64, k)
		for c := range near {
			near[c] = -vector.Distance(rows.Row(r), centre.Row(c))
		}
		out[r] = best(near)
	}
	return out, nil
}

// best returns the index of the largest value, the lowest of equals.
func best(v []float64) int {
	at := 0
	for i := range v {
		if v[i] > v[at] {
			at = i
		}
	}
	return at
}

// SetMemberships sets g.Memberships. Without segments there are none.
func (g *Groups) SetMemberships(ctx context.Context) error {
	if len(g.Centres) == 0 {
		return nil
	}
	m, err := cluster.Memberships(ctx, dense.Matrix{Rows: g.Placed}, g.Of)
	if err != nil {
		return fmt.Errorf("soft memberships: %w", err)
	}
	g.Memberships = m
	return nil
}
