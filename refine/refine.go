package refine

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/knn"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// Term is a word of a user, by its number, and how often the user has it, 1 or
// more; in how many of their texts, for instance.
type Term struct{ Word, Count int32 }

// Bag holds a user's words, in ascending order, each once. Stop words belong in
// it: they tell who asks for a place from who asks for a person.
type Bag []Term

// Options configures Fit and FitAnew. The zero value is a good choice.
type Options struct {
	// Steps is the number of times that users are labelled again; 0 means 15.
	Steps int
	// Neighbors is the number of neighbours that each user listens to; 0 means 15,
	// and there are never more than there are other users.
	Neighbors int
	// Sizes are those that segments are trained to have.
	Sizes Sizes
	// EvenSteps is the number of further steps in which segments are drawn towards
	// one size; 0 means 60.
	EvenSteps int
	// Threads is the number of goroutines; 0 means GOMAXPROCS. It does not affect
	// the result.
	Threads int
	// Progress, if not nil, is called after each step, from the caller's goroutine.
	// The total grows if segments are to be drawn towards one size.
	Progress func(done, total int)
}

// Result is a refined partition.
type Result struct {
	unsavedState

	// Labels [n] are the segments of users. Users who had none still have none, and
	// their label is as it was.
	Labels []int
	// Memberships [n, k] are the degrees to which users belong to segments. Those
	// of a user sum to 1; those of users without a segment are 0.
	Memberships *mat.Dense
	// Moved is the number of users whose label is another one than at the start.
	Moved int
	// Kept [n] are the labels before segments were drawn towards one size, nil if
	// they were not.
	Kept []int
}

const (
	usualSteps     = 15
	usualNeighbors = 15
	mostSteps      = 10_000
	mostNeighbors  = 1000
)

func (o Options) withDefaults() (Options, error) {
	for _, c := range []struct {
		option      string
		value       *int
		usual, most int
	}{{"Steps", &o.Steps, usualSteps, mostSteps}, {"EvenSteps", &o.EvenSteps, usualEvenSteps, mostSteps}, {"Neighbors", &o.Neighbors, usualNeighbors, mostNeighbors}} {
		if *c.value < 0 || *c.value > c.most {
			return o, &estimator.OptionError{Estimator: "refine", Option: c.option, Got: *c.value, Want: fmt.Sprintf("0 to %d", c.most)}
		}
		if *c.value == 0 {
			*c.value = c.usual
		}
	}
	if o.Sizes < SizesAuto || o.Sizes > SizesEven {
		return o, &estimator.OptionError{Estimator: "refine", Option: "Sizes", Got: int(o.Sizes), Want: "SizesAuto, SizesKept or SizesEven"}
	}
	return o, nil
}

// Fit refines the labels start [n] of the users with the vectors x [n, d] and the
// words bags [n]; nil bags mean that vectors are all that is known. Labels are 0
// to k-1, k >= 2; users with a label below 0 are in no segment and take no part.
// Only the directions of vectors count.
//
// Errors: estimator.ErrOption, ErrEmpty, ErrShape (lengths that differ),
// ErrNotFinite, ErrZeroRow (a vector without a direction), ErrTooFewPoints (fewer
// than two segments, or one that nobody is in), ErrNilContext, and the
// context's.
func (o Options) Fit(ctx context.Context, x mat.Matrix, bags []Bag, start []int) (*Result, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	rows, k, err := labelled(x, bags, start)
	if err != nil {
		return nil, err
	}
	points, err := directions(x, rows)
	if err != nil {
		return nil, err
	}
	bags = kept(bags, rows)
	near, err := nearest(ctx, points, o.reach(bags), o.Threads)
	if err != nil {
		return nil, err
	}
	return o.fit(ctx, points, near, bags, k, rows, start)
}

// reach returns the number of neighbours by vectors that Neighbors are chosen from.
func (o Options) reach(bags []Bag) int {
	if bags == nil {
		return o.Neighbors
	}
	return wider * o.Neighbors
}

// fit refines the labels start of the users in some rows, whose points x [rows, d]
// have length 1; near are their neighbours.
func (o Options) fit(ctx context.Context, x dense.Rows[float32], near *knn.Graph, bags []Bag, k int, rows, start []int) (*Result, error) {
	m, err := newModel(ctx, o, x, near, bags, k)
	if err != nil {
		return nil, err
	}
	q := dense.New[float32](len(rows), k)
	for i, r := range rows {
		q.Row(i)[start[r]] = 1
	}
	for step := range o.Steps {
		if q, err = m.step(ctx, q); err != nil {
			return nil, err
		}
		o.progress(step+1, o.Steps)
	}
	size, err := m.sizes(ctx, q)
	if err != nil {
		return nil, err
	}
	if !o.Sizes.even(size) {
		return resultOf(q, rows, start), nil
	}
	kept := labelsOf(q, rows, start)
	if q, err = m.level(ctx, q, o.EvenSteps, func(step int) { o.progress(o.Steps+step, o.Steps+o.EvenSteps) }); err != nil {
		return nil, err
	}
	out := resultOf(q, rows, start)
	out.Kept = kept
	return out, nil
}

func (o Options) progress(done, total int) {
	if o.Progress != nil {
		o.Progress(done, total)
	}
}

// labelled returns the rows that have a label and the number of labels.
func labelled(x mat.Matrix, bags []Bag, start []int) (rows []int, k int, err error) {
	if x == nil {
		return nil, 0, fmt.Errorf("refine: %w", estimator.ErrEmpty)
	}
	n, d := x.Dims()
	if n == 0 || d == 0 {
		return nil, 0, fmt.Errorf("refine: %w", estimator.ErrEmpty)
	}
	if len(start) != n {
		return nil, 0, &estimator.ShapeError{Estimator: "refine", What: "labels", Got: len(start), Want: n}
	}
	if bags != nil && len(bags) != n {
		return nil, 0, &estimator.ShapeError{Estimator: "refine", What: "bags of words", Got: len(bags), Want: n}
	}
	for r, l := range start {
		if l >= n {
			return nil, 0, &estimator.OptionError{Estimator: "refine", Option: "start", Got: l, Want: fmt.Sprintf("labels below %d", n)}
		}
		if l >= 0 {
			rows, k = append(rows, r), max(k, l+1)
		}
	}
	if k < 2 {
		return nil, 0, &estimator.TooFewPointsError{Estimator: "refine", Need: "segments to tell apart", Want: 2, Got: k}
	}
	size := make([]int, k)
	for _, r := range rows {
		size[start[r]]++
	}
	for _, n := range size {
		if n == 0 {
			return nil, 0, &estimator.TooFewPointsError{Estimator: "refine", Need: "a segment", Want: 1, Got: 0}
		}
	}
	return rows, k, checkBags(bags)
}

// checkBags requires what the model relies on.
func checkBags(bags []Bag) error {
	for _, b := range bags {
		last := int32(-1)
		for _, t := range b {
			if t.Word <= last || t.Word >= mostWords || t.Count < 1 {
				return &estimator.OptionError{Estimator: "refine", Option: "bags", Got: t, Want: fmt.Sprintf("words 0 to %d in ascending order, counted once or more", mostWords-1)}
			}
			last = t.Word
		}
	}
	return nil
}

// mostWords is the limit of words' numbers, for which arrays are made.
const mostWords = 1 << 26

// directions returns some rows of x, scaled to length 1, [rows, d].
func directions(x mat.Matrix, rows []int) (dense.Rows[float32], error) {
	all, ok := dense.Float32(x)
	if !ok {
		all = dense.NarrowScaled(x)
	}
	out := dense.New[float32](len(rows), all.Dim)
	for i, r := range rows {
		if err := vector.Unit(out.Row(i), all.Row(r)); err != nil {
			for j := range all.Dim {
				if v := x.At(r, j); v-v != 0 {
					return out, fmt.Errorf("refine: %w", &estimator.ValueError{Row: r, Col: j, Value: v, Err: estimator.ErrNotFinite})
				}
			}
			return out, fmt.Errorf("refine: row %d: %w", r, estimator.ErrNotFinite)
		}
		if vector.Norm(out.Row(i)) == 0 {
			return out, fmt.Errorf("refine: %w", &estimator.ValueError{Row: r, Col: -1, Err: estimator.ErrZeroRow})
		}
	}
	return out, nil
}

// kept returns the bags of some rows, nil for nil.
func kept(bags []Bag, rows []int) []Bag {
	if bags == nil {
		return nil
	}
	out := make([]Bag, len(rows))
	for i, r := range rows {
		out[i] = bags[r]
	}
	return out
}

// resultOf returns the result for the soft labels q [rows, k] of some users.
func resultOf(q dense.Rows[float32], rows, start []int) *Result {
	out := &Result{Labels: labelsOf(q, rows, start), Memberships: mat.NewDense(len(start), q.Dim, nil)}
	for i, r := range rows {
		m := out.Memberships.RawRowView(r)
		sum := 0.0
		for c, v := range q.Row(i) {
			m[c] = float64(v)
			sum += m[c]
		}
		for c := range m {
			m[c] /= sum
		}
		if out.Labels[r] != start[r] {
			out.Moved++
		}
	}
	return out
}

// labelsOf returns start [n] with the users in some rows in the segments of which
// they are most a member by q [rows, k], the first of several.
func labelsOf(q dense.Rows[float32], rows, start []int) []int {
	out := slices.Clone(start)
	for i, r := range rows {
		best := 0
		for c, v := range q.Row(i) {
			if v > q.Row(i)[best] {
				best = c
			}
		}
		out[r] = best
	}
	return out
}
