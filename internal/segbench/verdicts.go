package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/quality"
	"github.com/seed-56ee9438/cohort/internal/rank"
	"github.com/seed-56ee9438/cohort/result"
)

// judged is a segmentation with its scores.
type judged struct {
	scores  result.Scores
	groups  *group.Groups
	measure quality.Resampled
}

func judge(ctx context.Context, s *set, by cluster.Clusterer) (*judged, error) {
	c := group.Config{Clusterer: by}
	g, err := group.Find(ctx, s.users, c)
	if err != nil {
		return nil, err
	}
	j := &judged{groups: g}
	if j.scores, err = quality.Score(ctx, s.users, g, 0); err != nil {
		return nil, err
	}
	if j.measure, err = quality.Resample(ctx, s.users, g, c, quality.Resampling{Rounds: 10}); err != nil {
		return nil, err
	}
	j.scores = quality.Judge(j.scores, len(g.Centres), j.measure, false)
	return j, nil
}

// verdicts prints the verdict on each set by KMeans with the true number of
// classes, half of it and five, and how verdicts and stability go with truth.
func verdicts(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | texts | classes | k | ARI | silhouette | agreement | null, up to | verdict |\n|---|---|---|---|---|---|---|---|---|")
	var ari, silhouette, agreement, stability, purity, recovery []float64
	for _, s := range sets {
		ks := []int{s.classes, max(2, s.classes/2), 5}
		slices.Sort(ks)
		for _, k := range slices.Compact(ks) {
			j, err := judge(ctx, s, cluster.KMeans{K: k})
			if err != nil {
				return err
			}
			a, err := eval.ARI(s.truth, j.groups.Of)
			if err != nil {
				return err
			}
			r, null := math.NaN(), math.NaN()
			if j.scores.Resampled != nil {
				r, null = j.scores.Resampled.Mean, j.scores.Null.High
				ari, silhouette, agreement = append(ari, a), append(silhouette, j.scores.Silhouette), append(agreement, r)
			}
			fmt.Fprintf(w, "| %s | %d | %d | %d | %.3f | %.3f | %.3f | %.3f | %s |\n", s.name, len(s.truth), s.classes, k, a, j.scores.Silhouette, r, null, j.scores.Verdict)
			for i, m := range j.measure.Segments {
				if m != nil {
					p, f := s.found(j.groups.Members[i])
					stability, purity, recovery = append(stability, m.Jaccard), append(purity, p), append(recovery, f)
				}
			}
		}
	}
	fmt.Fprintf(w, "\nrank correlation with ARI over %d runs: agreement %.2f, silhouette %.2f\n", len(ari), spearman(agreement, ari), spearman(silhouette, ari))
	fmt.Fprintf(w, "rank correlation of a segment's stability over %d segments: with purity %.2f, with the Jaccard similarity to its best class %.2f\n", len(stability), spearman(stability, purity), spearman(stability, recovery))
	for _, b := range [][2]float64{{0, 0.5}, {0.5, 0.75}, {0.75, 1.01}} {
		var n, pure, found float64
		for i, s := range stability {
			if s >= b[0] && s < b[1] {
				n++
				pure += purity[i]
				if recovery[i] >= 0.5 {
					found++
				}
			}
		}
		fmt.Fprintf(w, "stability %.2f to %.2f: %.0f segments, mean purity %.2f, %.0f %% recover a class (Jaccard >= 0.5)\n", b[0], min(1, b[1]), n, pure/n, 100*found/n)
	}
	return nil
}

// found returns the share of members in their commonest class, and the Jaccard
// similarity to the class that they are most like.
func (s *set) found(members []int) (purity, jaccard float64) {
	size, in := make([]int, s.classes), make([]int, s.classes)
	for _, c := range s.truth {
		size[c]++
	}
	for _, r := range members {
		in[s.truth[r]]++
	}
	for c, n := range in {
		purity = max(purity, float64(n)/float64(len(members)))
		jaccard = max(jaccard, float64(n)/float64(size[c]+len(members)-n))
	}
	return purity, jaccard
}

// nulls prints how many sets without segments beat the null: the columns of each
// set permuted, noise around one centre, and the classes of each set alone.
func nulls(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| kind | sets | called segments |\n|---|---|---|")
	kinds := []string{"columns permuted", "noise around one centre", "one class alone"}
	made := map[string][]*set{}
	for n, s := range sets {
		for d := range 4 {
			r := rand.New(rand.NewPCG(uint64(n), uint64(d)))
			rows := r.Perm(len(s.truth))[:min(len(s.truth), 300+150*d)]
			p := s.part(s.name, rows)
			x := p.users.Vectors
			permuted, noise := dense.New[float32](x.Len, x.Dim), dense.New[float32](x.Len, x.Dim)
			for j := range x.Dim {
				for i, from := range r.Perm(x.Len) {
					permuted.Row(i)[j] = x.Row(from)[j]
					noise.Row(i)[j] = x.Row(0)[j] + float32(0.03*float64(d+1)*r.NormFloat64())
				}
			}
			made[kinds[0]] = append(made[kinds[0]], &set{name: s.name, users: usersOf(permuted)})
			made[kinds[1]] = append(made[kinds[1]], &set{name: s.name, users: usersOf(noise)})
		}
		for _, rows := range s.classRows(150) {
			made[kinds[2]] = append(made[kinds[2]], s.part(s.name, rows[:min(len(rows), 600)]))
		}
	}
	for _, kind := range kinds {
		count := map[string]int{}
		alarms := 0
		for n, s := range made[kind] {
			j, err := judge(ctx, s, cluster.KMeans{K: []int{2, 3, 5, 8}[n%4]})
			if err != nil {
				return err
			}
			if j.measure.Beaten {
				alarms++
				count[s.name]++
			}
		}
		fmt.Fprintf(w, "| %s | %d | %d %v |\n", kind, len(made[kind]), alarms, count)
	}
	return nil
}

// spearman returns Spearman's rank correlation of a and b.
func spearman(a, b []float64) float64 {
	x, _ := rank.Mean(a)
	y, _ := rank.Mean(b)
	var sx, sy, sxy, sxx, syy float64
	n := float64(len(x))
	for i := range x {
		sx, sy = sx+x[i], sy+y[i]
		sxy, sxx, syy = sxy+x[i]*y[i], sxx+x[i]*x[i], syy+y[i]*y[i]
	}
	return (n*sxy - sx*sy) / math.Sqrt((n*sxx-sx*sx)*(n*syy-sy*sy))
}
