package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pipeline"
	"github.com/seed-56ee9438/cohort/internal/quality"
)

// unknown prints what is found by those who are not told the number of classes:
// by KMeans with five clusters and one start, and by pipeline.Auto with words and
// training, if resamples allow it; samples of each set, one for each seed.
func unknown(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | texts | seed | classes | five segments | auto: k | ARI | seconds |\n|---|---|---|---|---|---|---|---|")
	var fives, autos, runs float64
	for _, full := range sets {
		for seed := uint64(*firstSeed); seed < uint64(*firstSeed+*seeds); seed++ {
			s := full.draw(seed)
			five, err := s.ari(ctx, nil, cluster.AtMost{Clusterer: cluster.KMeans{K: 5, Seed: seed}})
			if err != nil {
				return err
			}
			begin := time.Now()
			k, found, err := s.auto(ctx, seed)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "| %s | %d | %d | %d | %.3f | %d | %.3f | %.1f |\n", s.name, len(s.truth), seed, s.classes, five, k, found, time.Since(begin).Seconds())
			fives, autos, runs = fives+five, autos+found, runs+1
		}
	}
	fmt.Fprintf(w, "| *mean of %.0f* | | | | %.3f | | %.3f | |\n", runs, fives/runs, autos/runs)
	return nil
}

// auto returns the number of clusters of pipeline.Auto, and the adjusted Rand
// index.
func (s *set) auto(ctx context.Context, seed uint64) (int, float64, error) {
	c := group.Config{Clusterer: pipeline.Auto{Seed: seed}, Words: s.words(), Seed: seed}
	g, err := group.Find(ctx, s.users, c)
	if err != nil {
		return 0, 0, err
	}
	c.Clusterer, c.Reduce = g.Clusterer, g.Reduce
	r, _, _, err := quality.Refine(ctx, s.users, g, c, seed, nil)
	if err != nil {
		return 0, 0, err
	}
	a, err := eval.ARI(s.truth, r.Of)
	return len(r.Centres), a, err
}
