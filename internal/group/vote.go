package group

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
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
	a.c.Clusterer, a.c.Reduce = g.Clusterer, g.Reduce
	var err error
	if c.ByText {
		a.said, err = u.Said()
	}
	return a, err
}

// Texts returns the number of texts that are clustered for all users; 0 without
// Config.ByText.
func (a *Again) Texts() int { return a.said.Vectors.Len }

// Instead returns an Again for the users in these rows with the given vectors
// [len(rows), dim] and features [len(rows), m] in place of their own; its rows
// are numbered from 0. Each of their texts moves with its user, so that it stays
// as far from them as it was.
func (a *Again) Instead(rows []int, vectors, beside dense.Rows[float32]) *Again {
	u := &pool.Users{Vectors: vectors, Features: beside, Row: make([]int, len(a.users.Row))}
	b := &Again{c: a.c, users: u}
	b.c.Words, b.c.Every = takeBags(a.c.Words, rows), takeBags(a.c.Every, rows)
	if a.c.Refine { // else the words would still tell these users apart
		b.c.Words, b.c.Every = dealt(b.c.Words, a.c.Seed), dealt(b.c.Every, a.c.Seed)
	}
	of := make(map[int]int, len(rows)) // row of a's users -> row of b's
	for i, r := range rows {
		of[r] = i
	}
	for n, r := range a.users.Row {
		i, ok := of[r]
		if !ok {
			i = -1
		}
		u.Row[n] = i
	}
	if !a.c.ByText {
		return b
	}
	u.Owner, u.Weight = a.users.Owner, a.users.Weight
	var at []int // of a.said
	for i, t := range a.said.Text {
		if u.Row[u.Owner[t]] >= 0 {
			at, b.said.Text = append(at, i), append(b.said.Text, t)
		}
	}
	b.said.Vectors = dense.New[float32](len(at), a.said.Vectors.Dim)
	for n, i := range at {
		of := u.Owner[b.said.Text[n]]
		was, is, out := a.users.Vectors.Row(a.users.Row[of]), vectors.Row(u.Row[of]), b.said.Vectors.Row(n)
		for j, v := range a.said.Vectors.Row(i) {
			out[j] = v - was[j] + is[j]
		}
	}
	return b
}

// Label clusters the users in these rows and returns their clusters, refined with
// Config.Refine.
func (a *Again) Label(ctx context.Context, rows []int) ([]int, error) {
	of, err := a.Plain(ctx, rows)
	if err != nil || !a.c.Refine {
		return of, err
	}
	of, _, err = a.refined(ctx, rows, of, a.c.Training)
	return of, err
}

// Trained returns the clusters of the users in these rows after refinement of those
// given, by so many threads, and those before they were drawn to one size; the same
// if they were not. Unlike Plain it calls nothing of the caller's, so that
// goroutines may share it.
func (a *Again) Trained(ctx context.Context, rows, of []int, t Training, threads int) (labels, kept []int, err error) {
	b := *a
	b.c.Threads = threads
	return b.refined(ctx, rows, of, t)
}

// Plain returns the clusters of the users in these rows without refinement.
func (a *Again) Plain(ctx context.Context, rows []int) ([]int, error) {
	x, beside, texts := a.users.Vectors, a.users.Features, []int(nil)
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
		if beside.Dim > 0 {
			beside = pool.Take(beside, rows)
		}
	}
	c := a.c
	if c.Reduce != nil { // fewer users may span fewer dimensions
		c.Reduce = reduce.AtMost{Reducer: c.Reduce}
	}
	_, y, err := fitSpace(ctx, x, beside, c)
	if err != nil {
		return nil, err
	}
	l, err := label(ctx, y, a.c.Clusterer)
	if err != nil {
		return nil, err
	}
	var voted func(of []int) []int
	if a.c.ByText {
		voted = func(of []int) []int {
			votes := vote(a.users, texts, of)
			out := make([]int, len(rows))
			for i, r := range rows {
				out[i] = votes[r]
			}
			return out
		}
	}
	out, _, err := a.c.settle(ctx, y, l.of, takeBags(a.c.Words, rows), voted)
	return out, err
}
