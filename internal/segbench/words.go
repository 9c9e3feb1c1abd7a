package main

import (
	"context"
	"encoding/json"
	"io"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/profile"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
)

// wordsOf is a partition of a set with the words of its segments, as words.py
// reads it.
type wordsOf struct {
	Set       string           `json:"set"`
	Partition string           `json:"partition"`
	Labels    []int            `json:"labels"`
	Words     map[int][]string `json:"words"`
}

// words prints the words of the segments of several partitions of each set.
func words(ctx context.Context, w io.Writer, sets []*set) error {
	umap := reduce.UMAP{Components: 5, Metric: reduce.Cosine}
	out := json.NewEncoder(w)
	for _, s := range sets {
		for _, by := range []struct {
			name string
			c    group.Config
		}{
			{"KMeans, k of the classes", group.Config{Clusterer: cluster.KMeans{K: s.classes}}},
			{"KMeans, k = 10", group.Config{Clusterer: cluster.KMeans{K: 10}}},
			{"UMAP and HDBSCAN (15)", group.Config{Reduce: umap, Clusterer: cluster.HDBSCAN{MinClusterSize: 15}}},
		} {
			g, err := group.Find(ctx, s.users, by.c)
			if err != nil {
				return err
			}
			c := profile.NewTerms(len(g.Centres), "en", text.Splitter{}, nil, nil)
			for i, t := range s.texts {
				if g.Of[i] >= 0 {
					c.Add(g.Of[i], i, t)
				}
			}
			r := wordsOf{Set: s.name, Partition: by.name, Labels: g.Of, Words: map[int][]string{}}
			for i := range g.Centres {
				var p result.Profile
				profile.SetWords(&p, c, i, len(g.Members[i]))
				for _, word := range p.Words {
					r.Words[i] = append(r.Words[i], word.Text)
				}
			}
			if err := out.Encode(r); err != nil {
				return err
			}
		}
	}
	return nil
}
