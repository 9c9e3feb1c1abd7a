package cohort

import (
	"context"
	"io"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// mixtureLabels clusters the texts and gives every user the cluster that most
// of his texts, by weight, are in; ties go to the lower label. Texts that are
// noise have no vote; a user of nothing else is noise.
func mixtureLabels(ctx context.Context, g *gathered, o *Options) ([]int, error) {
	x := dense.New[float32](g.texts, g.vectors.Dim)
	next, err := g.store.reader()
	if err != nil {
		return nil, err
	}
	for i := range x.Len {
		if err := next(x.Row(i)); err != nil && err != io.EOF {
			return nil, err
		}
	}
	y, err := points(ctx, x, o)
	if err != nil {
		return nil, err
	}
	of, err := labels(ctx, y, o)
	if err != nil {
		return nil, err
	}
	k := 0
	for _, l := range of {
		k = max(k, l+1)
	}
	votes := make([][]float64, g.vectors.Len)
	for t, l := range of {
		if l < 0 {
			continue
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
	return out, nil
}
