package group

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/matching"
	"github.com/seed-56ee9438/cohort/refine"
)

// anewWeight is the weight of words with which training begins anew. With 0.3
// more sets gain, but one loses two points.
const anewWeight = 0.45

// Training says how users are trained.
type Training struct {
	// Begin is the weight of words by which training begins anew, by vectors and
	// Words together, that of Anew; 0: from the clusters that there are.
	Begin float64
	Sizes refine.Sizes
}

// quickly is the number of steps in which segments of resamples are drawn to one
// size, enough to judge by.
const quickly = 15

// Anew returns the weight of words with which training k segments of some users
// may begin anew, for Training.Begin: 0 if their words are not known, or if they are
// too few for words to tell the segments.
func (c Config) Anew(users, k int) float64 {
	if c.Words == nil || c.Every == nil || users < refine.PerSegment*k {
		return 0
	}
	return anewWeight
}

// trained refines start [n], which has k segments, by the vectors x [n, d] and words.
// Where training begins anew, by both together, the segments take the numbers of
// those that they share most users with.
func trained(ctx context.Context, t Training, o refine.Options, x dense.Rows[float32], content, every []refine.Bag, start []int, k int) (*refine.Result, error) {
	o.Sizes = t.Sizes
	if t.Begin == 0 {
		return o.Fit(ctx, dense.Matrix{Rows: x}, every, start)
	}
	r, err := o.FitAnew(ctx, dense.Matrix{Rows: x}, content, every, k, t.Begin)
	if err != nil {
		return nil, err
	}
	number := renumbering(r.Labels, start, k)
	was := r.Memberships.RawMatrix().Data
	row := make([]float64, k)
	r.Moved = 0
	for i, l := range r.Labels {
		if r.Labels[i] = number[l]; number[l] != start[i] {
			r.Moved++
		}
		if r.Kept != nil {
			r.Kept[i] = number[r.Kept[i]]
		}
		copy(row, was[i*k:(i+1)*k])
		for c, v := range row {
			was[i*k+number[c]] = v
		}
	}
	return r, nil
}

// renumbering returns the new number of each label of [n], 0 to k-1, with which as
// many as possible are those of like [n].
func renumbering(of, like []int, k int) []int {
	shared := make([][]float64, k) // [k, k]
	for c := range shared {
		shared[c] = make([]float64, k)
	}
	for i, l := range of {
		if like[i] >= 0 {
			shared[l][like[i]]++
		}
	}
	return matching.Heaviest(shared)
}
