package cohort

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/pool"
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

// needModel checks that there is something to take vectors from.
func (o *Options) needModel() error {
	if o.Model == nil && o.Vectors == nil {
		return ErrNoModel
	}
	return o.takeVectors()
}

// takeVectors checks Options.Vectors, and sets Model if only they are given.
func (o *Options) takeVectors() error {
	if o.Vectors == nil {
		return nil
	}
	_, dim := o.Vectors.Dims()
	if dim == 0 {
		return fmt.Errorf("%w: Vectors have no features", ErrOptions)
	}
	if o.Model == nil {
		o.Model = vectorsOnly(dim)
	}
	if want := o.Model.Dim(); dim != want {
		return &estimator.ShapeError{Estimator: "cohort", What: "features of the vectors of " + o.Model.Name(), Got: dim, Want: want}
	}
	return nil
}

// given returns the number of vectors, or nil if Model makes them.
func (o *Options) given() *int {
	if o.Vectors == nil {
		return nil
	}
	n, _ := o.Vectors.Dims()
	return &n
}

// wordModel returns the model that embeds variants of texts, or nil if there is
// none.
func (o *Options) wordModel() pool.Embedder {
	if _, ok := o.Model.(vectorsOnly); ok {
		return nil
	}
	return o.Model
}

// vectorsOnly stands for the unknown model of vectors with so many features.
type vectorsOnly int

func (d vectorsOnly) Dim() int { return int(d) }

func (d vectorsOnly) Name() string { return "vectors" }

func (d vectorsOnly) Digest() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "cohort vectors 1\ndim %d\n", int(d)))
	return hex.EncodeToString(sum[:])
}

func (d vectorsOnly) EmbedSeq(context.Context, iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		yield(nil, errors.New("cohort: vectors without a model cannot embed texts"))
	}
}
