// Package feedback makes segments learn from people: users who belong together or
// do not, users and texts of a named segment, and the edits of a report.
//
//	Read      reads a feedback file
//	Feedback  what people said; Constraints refers it to rows of vectors
//	Fit       learns a metric from constraints
//	Cluster   clusters by k-means that keeps to constraints
//	Split     holds out some constraints, which then judge vectors
//
//	f, err := feedback.Read(file)
//	c, err := f.Constraints(users) // x [c.Rows, d] has their vectors, then those of the seeds
//	r, err := feedback.Cluster(ctx, x, c, feedback.ClusterOptions{K: 5}) // r.Labels [c.Rows]
//
// A constraint is a must-link, which says that two rows belong together, or a
// cannot-link, which says that they do not. Rows of a named segment belong together,
// too, and not with those of another.
//
// A map of Fit is for use only if vectors in its metric satisfy more of the
// held-out constraints than the vectors as they are; see the example of Split.
// bert.Model.SaveMapped saves it with a model.
package feedback

import (
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/fault"
)

var (
	// ErrOptions: options or vectors that cannot be used. It is cohort.ErrOptions.
	ErrOptions = fault.ErrOptions
	// ErrFile: a feedback file that cannot be read.
	ErrFile = errors.New("feedback: bad file")
	// ErrConflict: constraints of which not all can be satisfied.
	ErrConflict = errors.New("feedback: constraints contradict one another")
	// ErrTooLittle: not enough constraints to learn from and to judge by.
	ErrTooLittle = errors.New("feedback: too few constraints")
)

func optionsError(format string, args ...any) error {
	return fmt.Errorf("%w: feedback: %s", ErrOptions, fmt.Sprintf(format, args...))
}

func errTooLittle(c *Constraints, why string) error {
	return fmt.Errorf("%w: %s of %d must-links, %d cannot-links and %d segments", ErrTooLittle, why, len(c.Must), len(c.Cannot), len(c.Segments))
}
