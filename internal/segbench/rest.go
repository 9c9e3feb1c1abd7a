package main

import (
	"context"
	"fmt"
	"io"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/profile"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/text"
)

// rests prints the adjusted Rand index of UMAP and HDBSCAN, with those left out
// as a class of their own, and after they have joined clusters.
func rests(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | clusters | left out | ARI, left out | by centre | by membership | by words | left out then |\n|---|---|---|---|---|---|---|---|")
	for _, s := range sets {
		found, left, stay := 0, 0, 0
		b := profile.NewBagger(len(s.texts), profile.NewCounter(1, "en", text.Splitter{}, nil))
		for i, t := range s.texts {
			b.Add(i, t)
		}
		bags := b.Bags()
		var ari []float64
		for _, rest := range []group.Rest{group.RestKept, group.RestByCentre, group.RestByMembership, group.RestByWords} {
			g, err := group.Find(ctx, s.users, group.Config{
				Reduce: reduce.UMAP{Components: 5}, Clusterer: cluster.HDBSCAN{MinClusterSize: 15}, Rest: rest, Words: bags,
			})
			if err != nil {
				return err
			}
			if rest == group.RestKept {
				found = len(g.Centres)
				for _, i := range g.Of {
					if i < 0 {
						left++
					}
				}
			}
			stay = left - g.Joined // in the end, by words
			a, err := eval.ARI(s.truth, g.Of)
			if err != nil {
				return err
			}
			ari = append(ari, a)
		}
		fmt.Fprintf(w, "| %s | %d | %.0f %% | %.2f | %.2f | %.2f | %.2f | %.0f %% |\n", s.name, found, 100*float64(left)/float64(len(s.truth)), ari[0], ari[1], ari[2], ari[3], 100*float64(stay)/float64(len(s.truth)))
	}
	return nil
}
