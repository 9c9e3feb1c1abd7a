package group

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/result"
)

// vote assigns each user's row the cluster of most of their texts, by weight;
// ties go to the lower label. of holds the clusters of the given texts; nil
// texts means all. Noise has no vote; users all of whose texts are noise are
// noise.
func vote(u *pool.Users, texts, of []int) []int {
	k := 0
	for _, l := range of {
		k = max(k, l+1)
	}
	votes := make([][]float64, u.Vectors.Len)
	for t, l := range of {
		if l < 0 {
			continue
		}
		if texts != nil {
			t = texts[t]
		}
		r := u.Row[u.Owner[t]]
		if votes[r] == nil {
			votes[r] = make([]float64, k)
		}
		votes[r][l] += u.Weight[t]
	}
	out := make([]int, len(votes))
	for r, v := range votes {
		out[r] = result.Unassigned
		for l, w := range v {
			if w > 0 && (out[r] < 0 || w > v[out[r]]) {
				out[r] = l
			}
		}
	}
	return out
}

// Again clusters subsets of the users in the same way as Find, without edits.
type Again struct {
	c     Config
	users *pool.Users
	said  pool.Said // all texts; with Config.ByText
}

// NewAgain returns an Again with the setting that Find chose for g.
func NewAgain(u *pool.Users, g *Groups, c Config) (*Again, error) {
	a := &Again{c: c, users: u}
	a.c.Clusterer = g.Clusterer
	var err error
	if c.ByText {
		a.said, err = u.Said()
	}
	return a, err
}

// Texts returns the number of texts that are clustered for all users; 0 without
// Config.ByText.
func (a *Again) Texts() int { return a.said.Vectors.Len }

// Label clusters the users in these rows and returns their clusters.
func (a *Again) Label(ctx context.Context, rows []int) ([]int, error) {
	x, texts := a.users.Vectors, []int(nil)
	if a.c.ByText {
		drawn := make([]bool, x.Len)
		for _, r := range rows {
			drawn[r] = true
		}
		var at []int // of a.said
		for i, t := range a.said.Text {
			if drawn[a.users.Row[a.users.Owner[t]]] {
				at, texts = append(at, i), append(texts, t)
			}
		}
		x = pool.Take(a.said.Vectors, at)
	} else {
		x = pool.Take(x, rows)
	}
	by := a.c.Reduce
	if by != nil { // fewer users may span fewer dimensions
		by = reduce.AtMost{Reducer: by}
	}
	_, y, err := fitSpace(ctx, x, by)
	if err != nil {
		return nil, err
	}
	l, err := label(ctx, y, a.c.Clusterer)
	if err != nil || !a.c.ByText {
		return l.of, err
	}
	votes := vote(a.users, texts, l.of)
	out := make([]int, len(rows))
	for i, r := range rows {
		out[i] = votes[r]
	}
	return out, nil
}
