package cohort

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// vote gives every user's row the cluster that most of his texts, by weight,
// are in; ties go to the lower label. of are the clusters of the given texts, nil
// for all. Texts that are noise have no vote; a user of nothing else is noise.
func (g *gathered) vote(texts, of []int) []int {
	k := 0
	for _, l := range of {
		k = max(k, l+1)
	}
	votes := make([][]float64, g.vectors.Len)
	for t, l := range of {
		if l < 0 {
			continue
		}
		if texts != nil {
			t = texts[t]
		}
		r := g.row[g.owner[t]]
		if votes[r] == nil {
			votes[r] = make([]float64, k)
		}
		votes[r][l] += g.weight[t]
	}
	out := make([]int, len(votes))
	for r, v := range votes {
		out[r] = Unassigned
		for l, w := range v {
			if w > 0 && (out[r] < 0 || w > v[out[r]]) {
				out[r] = l
			}
		}
	}
	return out
}

// voteAgain clusters the texts, of vectors [texts, dim], of the users in these
// rows alone, and returns the users' clusters.
func (g *gathered) voteAgain(ctx context.Context, vectors dense.Rows[float32], rows []int, o *Options) ([]int, error) {
	drawn := make([]bool, g.vectors.Len)
	for _, r := range rows {
		drawn[r] = true
	}
	var texts []int
	for t, u := range g.owner {
		if drawn[g.row[u]] {
			texts = append(texts, t)
		}
	}
	_, y, err := findSpace(ctx, narrow(take(vectors, texts)), o)
	if err != nil {
		return nil, err
	}
	l, err := labels(ctx, y, o)
	if err != nil {
		return nil, err
	}
	by := g.vote(texts, l)
	out := make([]int, len(rows))
	for i, r := range rows {
		out[i] = by[r]
	}
	return out, nil
}
