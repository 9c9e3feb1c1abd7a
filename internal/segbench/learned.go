package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/feedback"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
)

// learned prints what the default metric of package feedback does: people name the
// classes of one half of a set, a quarter of whose users are held out, and k-means is
// measured on the other half, of which the metric sees the vectors only. -seeds is
// the number of draws of the texts and of the halves.
func learned(ctx context.Context, w io.Writer, sets []*set) error {
	if *seeds < 2 {
		return fmt.Errorf("%d draws (-seeds), want 2 or more for an interval", *seeds)
	}
	fmt.Fprintln(w, "| set | texts | classes | held-out constraints: as they are | with the others | and the filter | V-measure of the other half: as it is | by the filter | difference | higher in | kept in |\n|---|---|---|---|---|---|---|---|---|---|---|")
	for _, s := range sets {
		var all [5][]float64
		higher, kept := 0, 0
		for draw := range *seeds {
			seed := uint64(*firstSeed + draw)
			l, err := s.draw(seed).learn(ctx, seed)
			if err != nil {
				return err
			}
			for i, v := range l.values {
				all[i] = append(all[i], v)
			}
			if l.values[4] > l.values[3] {
				higher++
			}
			if l.kept {
				kept++
			}
		}
		change := make([]float64, *seeds)
		for i := range change {
			change[i] = all[4][i] - all[3][i]
		}
		fmt.Fprintf(w, "| %s | %d | %d | %s | %s | %s | %s | %s | %s | %d of %d | %d of %d |\n", s.name, min(*sample, len(s.truth)), s.classes, interval(all[0]), interval(all[1]), interval(all[2]),
			interval(all[3]), interval(all[4]), interval(change), higher, *seeds, kept, *seeds)
	}
	return nil
}

// learnt is what one draw of the halves gives.
type learnt struct {
	// values are the shares of the held-out constraints that are satisfied by the
	// vectors as they are, with the others as constraints, and in the metric too, and
	// the V-measures of the other half before and after.
	values [5]float64
	kept   bool
}

func (s *set) learn(ctx context.Context, draw uint64) (*learnt, error) {
	order := rand.New(rand.NewPCG(draw, 9)).Perm(s.classes)
	half := s.classes / 2
	var everyone, first, second []int // rows, of which the first are of named classes
	for r, c := range s.truth {
		everyone = append(everyone, r)
		if slices.Contains(order[:half], c) {
			first = append(first, r)
		} else {
			second = append(second, r)
		}
	}
	said, err := s.named(first, func(int) bool { return true })
	if err != nil {
		return nil, err
	}
	held, err := feedback.Split(said, feedback.Options{K: half, Seed: draw})
	if err != nil {
		return nil, err
	}
	learn := map[int]bool{} // rows
	for i, r := range first {
		learn[r] = held.Learn.Label[i] >= 0
	}
	known, err := s.named(everyone, func(row int) bool { return learn[row] })
	if err != nil {
		return nil, err
	}
	before := dense.Matrix{Rows: s.users.Vectors}
	m, err := feedback.Fit(ctx, before, known, feedback.Metric{})
	if err != nil {
		return nil, err
	}
	after, err := feedback.Map(before, m)
	if err != nil {
		return nil, err
	}
	var l learnt
	there, mapped := dense.Matrix{Rows: pool.Take(s.users.Vectors, first)}, dense.Matrix{Rows: pool.Take(dense.Narrow(after), first)}
	plain, err := held.Plain(ctx, there)
	if err != nil {
		return nil, err
	}
	constrained, err := held.Constrained(ctx, there)
	if err != nil {
		return nil, err
	}
	tuned, err := held.Constrained(ctx, mapped)
	if err != nil {
		return nil, err
	}
	l.kept = tuned.Above(constrained)
	l.values = [5]float64{plain.Share(), constrained.Share(), tuned.Share()}
	for i, x := range []mat.Matrix{before, after} {
		if l.values[3+i], err = s.vMeasure(ctx, x, second, s.classes-half); err != nil {
			return nil, err
		}
	}
	return &l, nil
}

// named returns constraints on the users in these rows, of whom those that are
// chosen are named by their classes.
func (s *set) named(rows []int, chosen func(row int) bool) (*feedback.Constraints, error) {
	var f feedback.Feedback
	var users []string
	for _, r := range rows {
		users = append(users, strconv.Itoa(r))
		if chosen(r) {
			f.Assign = append(f.Assign, feedback.Assigned{User: strconv.Itoa(r), Segment: strconv.Itoa(s.truth[r])})
		}
	}
	return f.Constraints(users)
}

// vMeasure is the mean over three seeds of k-means of the rows.
func (s *set) vMeasure(ctx context.Context, x mat.Matrix, rows []int, k int) (float64, error) {
	part := pool.Take(dense.Narrow(x), rows)
	truth := make([]int, len(rows))
	for i, r := range rows {
		truth[i] = s.truth[r]
	}
	sum := 0.0
	const starts = 3
	for seed := range uint64(starts) {
		r, err := cluster.KMeans{K: k, Seed: seed}.Fit(ctx, dense.Matrix{Rows: part})
		if err != nil {
			return 0, err
		}
		v, err := eval.VMeasure(truth, r.Labels, 1)
		if err != nil {
			return 0, err
		}
		sum += v / starts
	}
	return sum, nil
}

// interval is the mean with the half width of its 95 % interval, in percent.
func interval(values []float64) string {
	mean, square, n := 0.0, 0.0, float64(len(values))
	for _, v := range values {
		mean += v / n
		square += v * v / n
	}
	student := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975)
	return fmt.Sprintf("%.2f ± %.2f", 100*mean, 100*student*math.Sqrt(max(square-mean*mean, 0)/(n-1)))
}
