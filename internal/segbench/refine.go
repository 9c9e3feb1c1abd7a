package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/matching"
	"github.com/seed-56ee9438/cohort/internal/profile"
	"github.com/seed-56ee9438/cohort/internal/quality"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/refine"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// refined prints accuracy and adjusted Rand index before and after refinement,
// from KMeans on vectors and on smoothed vectors, with the true number of
// clusters or so many times as many, whether the result is kept (otherwise it is
// what was before), the weight of words with which training began anew, and the
// time that training and its judgement take.
func refined(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | texts | seed | k | start | accuracy | refined | ARI | refined | agreement | refined | alike | kept | words | seconds |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, full := range sets {
		for seed := uint64(*firstSeed); seed < uint64(*firstSeed+*seeds); seed++ {
			s := full.draw(seed)
			k := max(2, int(math.Round(*times*float64(s.classes))))
			for _, start := range []struct {
				name string
				by   reduce.Reducer
			}{{"KMeans", nil}, {"smoothed", reduce.Smoothing{Seed: seed}}} {
				c := group.Config{Reduce: start.by, Clusterer: cluster.KMeans{K: k, NInit: 10, Seed: seed}, Words: s.words(), Every: s.every(), Seed: seed}
				g, err := group.Find(ctx, s.users, c)
				if err != nil {
					return err
				}
				begin := time.Now()
				r, by, how, err := quality.Refine(ctx, s.users, g, c, seed, nil)
				if err != nil {
					return err
				}
				took := time.Since(begin)
				fmt.Fprintf(w, "| %s | %d | %d | %d | %s", s.name, len(s.truth), seed, k, start.name)
				for _, score := range []func(truth, of []int) (float64, error){accuracy, eval.ARI} {
					for _, of := range [][]int{g.Of, r.Of} {
						v, err := score(s.truth, of)
						if err != nil {
							return err
						}
						fmt.Fprintf(w, " | %.3f", v)
					}
				}
				fmt.Fprintf(w, " | %.2f | %.2f | %.2f | %v | %.2f | %.1f |\n", how.Before, how.After, how.Alike, how.Refined, by.Training.Begin, took.Seconds())
			}
		}
	}
	return nil
}

// words returns the words with content of each text.
func (s *set) words() []refine.Bag {
	return s.bags(profile.NewCounter(1, "en", text.Splitter{}, nil))
}

// every returns the words of each text, stop words too.
func (s *set) every() []refine.Bag {
	return s.bags(profile.NewEveryCounter("en", text.Splitter{}, nil))
}

func (s *set) bags(c *keyword.Counter) []refine.Bag {
	b := profile.NewBagger(len(s.texts), c)
	for i, t := range s.texts {
		b.Add(i, t)
	}
	return b.Bags()
}

// accuracy is the share of users whose cluster is matched with their class, by
// the best one-to-one matching of clusters and classes.
func accuracy(truth, of []int) (float64, error) {
	k := 0
	for i := range truth {
		k = max(k, truth[i]+1, of[i]+1)
	}
	users := make([][]float64, k) // [clusters, classes]
	for c := range users {
		users[c] = make([]float64, k)
	}
	for i := range truth {
		users[of[i]][truth[i]]++
	}
	sum := 0.0
	for c, class := range matching.Heaviest(users) {
		sum += users[c][class]
	}
	return sum / float64(len(truth)), nil
}
