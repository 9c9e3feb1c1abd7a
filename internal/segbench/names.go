package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/profile"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
)

// names prints, for ten segments of each set, their names, what these cover, the
// effective number of their classes (the inverse of the sum of squared shares)
// and three texts near the centre, to judge the names by.
func names(ctx context.Context, w io.Writer, sets []*set) error {
	for _, s := range sets {
		g, err := group.Find(ctx, s.users, group.Config{Clusterer: cluster.KMeans{K: 10}})
		if err != nil {
			return err
		}
		ids := make([]string, len(s.texts))
		for i := range ids {
			ids[i] = strconv.Itoa(i)
		}
		f := profile.NewFollowers(ids, s.users, g)
		c := profile.NewTerms(len(g.Centres), "en", text.Splitter{}, nil, f.Follow)
		for i, t := range s.texts {
			c.Add(g.Of[i], i, t)
		}
		segments := make([]result.Profile, len(g.Centres))
		for i := range segments {
			segments[i] = result.Profile{ID: i + 1, Users: len(g.Members[i])}
			profile.SetWords(&segments[i], c, i, len(g.Members[i]))
		}
		profile.NameSegments(segments, c, f, "en")
		for i, p := range segments {
			fmt.Fprintf(w, "| %s | %s | %d | %.2f | %.2f | %.1f |\n", s.name, p.Name, p.Users, p.NameShare, p.NameOthers, s.effective(g.Members[i]))
			for _, row := range s.central(g, i) {
				fmt.Fprintf(w, "    %.200s\n", s.texts[row])
			}
		}
	}
	return nil
}

// effective returns the effective number of classes of rows.
func (s *set) effective(rows []int) float64 {
	classes := map[int]float64{}
	for _, r := range rows {
		classes[s.truth[r]]++
	}
	sum := 0.0
	for _, n := range classes {
		sum += n * n
	}
	return float64(len(rows)*len(rows)) / sum
}

// central returns the three members of segment i nearest to its centre.
func (s *set) central(g *group.Groups, i int) []int {
	rows := slices.Clone(g.Members[i])
	slices.SortStableFunc(rows, func(a, b int) int {
		return cmp.Compare(vector.Cosine(s.users.Vectors.Row(b), g.Centres[i].Vector), vector.Cosine(s.users.Vectors.Row(a), g.Centres[i].Vector))
	})
	return rows[:min(len(rows), 3)]
}
