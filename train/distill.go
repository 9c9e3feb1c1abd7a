package train

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// taught is a loss that wants vectors to be those of the model before the training.
type taught[E any] interface {
	// original is the text whose vector is wanted.
	original(e E) string
}

// Distill wants both texts of a pair to have the vector that the model, before the
// training, makes of the anchor. The positive is another way to write it: in
// another language, with errors, in dialect; negatives are not looked at. It is
// the distillation of Reimers and Gurevych (2020, arXiv:2004.09813), the model being
// its own teacher: texts that it reads well keep their vectors, so that heads,
// centres and segmenters that were made for it stay of use. The loss is the mean
// squared distance, as a share of the mean squared length of the wanted vectors.
// Dropout is noise to it; see Options.NoDropout.
type Distill struct{ plain }

func (*Distill) settings() string { return "distill" }

func (*Distill) prepare([]Pair, int, uint64) error { return nil }

func (*Distill) texts(dst []string, e Pair, _ *rand.Rand) []string {
	return append(dst, e.Anchor, e.Positive)
}

func (*Distill) original(e Pair) string { return e.Anchor }

func (*Distill) value(b *batch[Pair]) float64 { return imitate(b) }

// Robust is Distill for users who have no pairs: the other way to write a text is made
// by Noise, anew each time that the text is seen.
type Robust struct {
	Noise Noise
	// Clean is the share of the times in which a text is left as it is, so that its
	// vector stays; 0: 0.2; negative: none.
	Clean float64

	plain
}

func (l *Robust) settings() string { return fmt.Sprintf("robust %+v %g", l.Noise, l.Clean) }

func (l *Robust) prepare(_ []string, _ int, _ uint64) (err error) {
	switch {
	case l.Clean == 0:
		l.Clean = 0.2
	case l.Clean < 0:
		l.Clean = -1 // as fingerprints have it
	}
	if !(l.Clean < 1) {
		return optionError("the share of clean texts is %g, want less than 1", l.Clean)
	}
	l.Noise, err = l.Noise.complete()
	return err
}

func (l *Robust) texts(dst []string, e string, r *rand.Rand) []string {
	if r.Float64() < l.Clean {
		return append(dst, e)
	}
	return append(dst, l.Noise.apply(e, r))
}

func (*Robust) original(e string) string { return e }

func (*Robust) value(b *batch[string]) float64 { return imitate(b) }

// imitate is the mean squared distance of a text's vector to the one that its example
// wants, over the mean squared length of the latter.
func imitate[E any](b *batch[E]) float64 {
	size := kernel.Dot64(b.wanted, b.wanted) / float64(len(b.examples))
	if size == 0 {
		return 0
	}
	sum, share := 0.0, 1/(size*float64(len(b.texts)))
	for i := range b.examples {
		want := b.wanted[i*b.dim : (i+1)*b.dim]
		for t := b.first[i]; t < b.first[i+1]; t++ {
			slope := b.slope(t)
			for j, v := range b.vector(t) {
				off := float64(v) - float64(want[j])
				sum += off * off * share
				slope[j] += float32(2 * off * share)
			}
		}
	}
	return sum
}

// Agreement returns a score for [Options]: the mean cosine of the vectors of both
// texts of the pairs with the one that the model original makes of the anchor.
// original has to stay open.
func Agreement(original *bert.Model, pairs []Pair) func(context.Context, *bert.Model) (float64, error) {
	return func(ctx context.Context, m *bert.Model) (float64, error) {
		var anchors, both []string
		for _, p := range pairs {
			anchors, both = append(anchors, p.Anchor), append(both, p.Anchor, p.Positive)
		}
		want, err := unitVectors(ctx, original, anchors)
		if err != nil {
			return 0, err
		}
		got, err := unitVectors(ctx, m, both)
		if err != nil {
			return 0, err
		}
		sum := 0.0
		for i := range both {
			sum += kernel.Dot64(got.Row(i), want.Row(i/2))
		}
		return sum / float64(max(len(both), 1)), nil
	}
}
