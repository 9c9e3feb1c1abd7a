package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// chosen prints what cluster.Choose recommends of 2 to 10 clusters, its default,
// and of rungs from 2 to 150.
func chosen(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | texts | classes | of 2 to 10 | ARI | of 2 to 150 | ARI | seconds |\n|---|---|---|---|---|---|---|---|")
	for _, full := range sets {
		s := full.draw(0)
		fmt.Fprintf(w, "| %s | %d | %d", s.name, len(s.truth), s.classes)
		begin := time.Now()
		for _, ks := range [][]int{nil, rungs} {
			c, err := cluster.Choose(ctx, dense.Matrix{Rows: s.users.Vectors}, cluster.ChooseOptions{K: ks})
			if err != nil {
				return err
			}
			best := c.Recommended()
			a, err := eval.ARI(s.truth, best.Partition.Assignments())
			if err != nil {
				return err
			}
			fmt.Fprintf(w, " | %d | %.2f", best.K, a)
		}
		fmt.Fprintf(w, " | %.0f |\n", time.Since(begin).Seconds())
	}
	return nil
}
