package cohort

import (
	"context"
	"fmt"
	"iter"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
)

// FromVectors is [Segment] for vectors that have been made already: users[i]
// has the vector in row i of vectors [len(users), dim]. A user may have several
// rows, which are pooled like texts. texts[i] is what vector i was made from,
// "" if that is unknown; nil: no texts are known.
//
// Without texts, segments are named by number and have no words, quotations and
// sentiment, and users no deciding texts; Counts.WithoutText and the report say
// so. Everything else is as in Segment. opt.Model may be nil: then the run is
// said to be of "vectors", and words of quotations are not measured.
//
// For weights, times and metadata call Segment, or [Fit] to place further users
// with [Segmenter.Assign], with the vectors in Options.Vectors.
//
// Further errors: a number of vectors or texts other than that of users, or
// vectors that opt.Model cannot have made, give an *estimator.ShapeError; NaN,
// infinities and rows of zeros give an *estimator.ValueError.
func FromVectors(ctx context.Context, users []string, vectors mat.Matrix, texts []string, opt Options) (*Segmentation, error) {
	if vectors == nil {
		return nil, fmt.Errorf("%w: vectors are nil", ErrOptions)
	}
	if texts != nil && len(texts) != len(users) {
		return nil, &estimator.ShapeError{Estimator: "cohort", What: "texts, one for each user", Got: len(texts), Want: len(users)}
	}
	if n, _ := vectors.Dims(); n != len(users) {
		return nil, &estimator.ShapeError{Estimator: "cohort", What: "vectors, one for each user", Got: n, Want: len(users)}
	}
	opt.Vectors = vectors
	return Segment(ctx, paired(users, texts), opt)
}

// paired ranges over users with their texts, which may be nil.
func paired(users, texts []string) iter.Seq2[Text, error] {
	return func(yield func(Text, error) bool) {
		for i, u := range users {
			t := Text{User: u}
			if texts != nil {
				t.Text = texts[i]
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}
