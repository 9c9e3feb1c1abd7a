package group

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/refine"
	"github.com/seed-56ee9438/cohort/result"
)

// ErrUnrefined reports segments that cannot be refined. Its message, after that
// of the error, is a reason to be shown.
var ErrUnrefined = errors.New("not refined")

// Start returns the cluster of each row before the edits, below 0 for none. Do
// not modify it.
func (g *Groups) Start() []int { return g.start }

// Kept returns the cluster of each row after refinement, but before it drew the
// clusters to one size, nil if it did not. Do not modify it.
func (g *Groups) Kept() []int { return g.kept }

// Refined returns the groups after training on users' vectors and c.Every (see
// package refine), from the clusters that g had before the edits, or anew (see
// Training); the edits are applied to the new ones. Users are placed by their
// neighbours among those of the run: in its Space, a point is what its neighbours
// are members of. An ErrUnrefined says why this is not possible.
func (g *Groups) Refined(ctx context.Context, u *pool.Users, c Config) (*Groups, error) {
	if c.ByText || u.Features.Dim > 0 {
		return nil, fmt.Errorf("%w: texts or features were clustered", ErrUnrefined)
	}
	if slices.ContainsFunc(g.start, func(l int) bool { return l < 0 }) {
		return nil, fmt.Errorf("%w: the clusterer left users out", ErrUnrefined)
	}
	start, k := consecutive(g.start)
	if k > u.Vectors.Dim {
		return nil, fmt.Errorf("%w: there are more segments (%d) than features (%d)", ErrUnrefined, k, u.Vectors.Dim)
	}
	c.Progress.Report("refine", 0, 1)
	o := refine.Options{Threads: c.Threads, Progress: func(done, total int) { c.Progress.Report("refine", done, total) }}
	r, err := trained(ctx, c.Training, o, u.Vectors, c.Words, c.Every, start, k)
	if err != nil {
		return nil, unrefinable(err)
	}
	if _, left := consecutive(r.Labels); left < k {
		return nil, fmt.Errorf("%w: training left %d of %d segments", ErrUnrefined, left, k)
	}
	if u.Vectors.Len <= neighbours {
		return nil, fmt.Errorf("%w: there are too few users", ErrUnrefined)
	}
	by, err := among(u.Vectors, r)
	if err != nil {
		return nil, err
	}
	out := &Groups{
		Space: Space{By: by}, Placed: dense.Narrow(r.Memberships), Joined: g.Joined, Reduce: g.Reduce, Clusterer: g.Clusterer, Setting: g.Setting, Chosen: g.Chosen, Moved: r.Moved, kept: r.Kept, start: r.Labels,
	}
	if err := out.number(ctx, u, c); err != nil {
		return nil, err
	}
	return out, parallel.Cause(ctx)
}

// neighbours is the number of neighbours that new users are placed by.
const neighbours = 15

// among returns the projection by which a user is placed where those most like
// them are, who are placed by their memberships. reduce.Smoothing places new
// points in this way.
func among(x dense.Rows[float32], r *refine.Result) (reduce.Projection, error) {
	_, k := r.Memberships.Dims()
	p := reduce.Parts{Method: "smoothing", Dim: k, Points: x.Len, Smoothing: &reduce.SmoothingParts{Neighbors: neighbours}}
	return p.Assemble(x.Dim, func(name string, _ ...int) ([]float64, error) {
		if name == "embedding" {
			return r.Memberships.RawMatrix().Data, nil
		}
		return dense.Float64(dense.Matrix{Rows: x}).Data, nil
	})
}

// refined refines the clusters of the users in some rows, if that is possible. It
// also returns those before they were drawn to one size; the same if they were not.
func (a *Again) refined(ctx context.Context, rows, of []int, t Training) (labels, kept []int, err error) {
	start, k := consecutive(of)
	if k < 2 {
		return of, of, nil
	}
	r, err := trained(ctx, t, refine.Options{Threads: a.c.Threads, EvenSteps: quickly}, pool.Take(a.users.Vectors, rows), takeBags(a.c.Words, rows), takeBags(a.c.Every, rows), start, k)
	if err != nil {
		if errors.Is(unrefinable(err), ErrUnrefined) {
			return of, of, nil
		}
		return nil, nil, err
	}
	if r.Kept == nil {
		return r.Labels, r.Labels, nil
	}
	return r.Labels, r.Kept, nil
}

// unrefinable returns an ErrUnrefined if err says that users cannot be told apart
// by training.
func unrefinable(err error) error {
	switch {
	case errors.Is(err, estimator.ErrZeroRow):
		return fmt.Errorf("%w: a user's vector is zero", ErrUnrefined)
	case errors.Is(err, estimator.ErrTooFewPoints):
		return fmt.Errorf("%w: there is only one segment", ErrUnrefined)
	}
	return fmt.Errorf("refining: %w", err)
}

// consecutive returns labels numbered from 0 without gaps, in their order, and
// how many there are. Those below 0 are result.Unassigned.
func consecutive(of []int) ([]int, int) {
	all := slices.Clone(of)
	slices.Sort(all)
	all = slices.DeleteFunc(slices.Compact(all), func(l int) bool { return l < 0 })
	out := make([]int, len(of))
	for r, l := range of {
		out[r] = result.Unassigned
		if l >= 0 {
			out[r], _ = slices.BinarySearch(all, l)
		}
	}
	return out, len(all)
}

// dealt returns bags of the same sizes with all their words dealt out anew, at
// random: words that say nothing of who is like whom.
func dealt(bags []refine.Bag, seed uint64) []refine.Bag {
	if bags == nil {
		return nil
	}
	var all []int32
	for _, b := range bags {
		for _, t := range b {
			for range t.Count {
				all = append(all, t.Word)
			}
		}
	}
	rand.New(rand.NewPCG(seed, 0xdea1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	out := make([]refine.Bag, len(bags))
	for i, b := range bags {
		n := 0
		for _, t := range b {
			n += int(t.Count)
		}
		hand := all[:n]
		all = all[n:]
		slices.Sort(hand)
		for _, w := range hand {
			if last := len(out[i]) - 1; last >= 0 && out[i][last].Word == w {
				out[i][last].Count++
			} else {
				out[i] = append(out[i], refine.Term{Word: w, Count: 1})
			}
		}
	}
	return out
}
