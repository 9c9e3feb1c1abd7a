package reading

import (
	"context"
	"fmt"
	"iter"
	"math"
	"strings"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/batch"
	"github.com/seed-56ee9438/cohort/internal/fault"
)

// batchTexts is the number of texts that are prepared together.
const batchTexts = 128

// prepared is a text of the source, whose weight is at least 0, with the result
// of the Preparer.
type prepared struct {
	corpus.Prepared             // Text is "" if nothing is left
	source          corpus.Text // as it was written
}

// loop ranges over texts, prepared in batches. It ends with an error of the
// source or of the Preparer, or at the first text with an invalid weight.
func loop(ctx context.Context, texts iter.Seq2[corpus.Text, error], p corpus.Preparer) iter.Seq2[prepared, error] {
	return func(yield func(prepared, error) bool) {
		read := 0
		for part, err := range batch.Of(texts, batchTexts) {
			if err != nil {
				yield(prepared{}, err)
				return
			}
			valid, badWeight := weigh(part, read)
			read += len(part)
			out, err := prepare(ctx, valid, p)
			if err != nil {
				yield(prepared{}, err)
				return
			}
			for i, made := range out {
				made.Text = strings.ToValidUTF8(strings.TrimSpace(made.Text), "\ufffd")
				if !yield(prepared{made, valid[i]}, nil) {
					return
				}
			}
			if badWeight != nil {
				yield(prepared{}, badWeight)
				return
			}
		}
	}
}

// weigh sets the default weights in a batch, which begins after read texts of
// the source. It returns the texts before the first with an invalid weight, and
// the error.
func weigh(batch []corpus.Text, read int) ([]corpus.Text, error) {
	for i := range batch {
		w := &batch[i].Weight
		if *w == 0 {
			*w = 1
		}
		if !(*w >= 0) || math.IsInf(*w, 0) {
			return batch[:i], fmt.Errorf("%w: text %d: %v, want a finite number >= 0", ErrWeight, read+i+1, *w)
		}
	}
	return batch, nil
}

// prepare calls p for a batch, if p is not nil.
func prepare(ctx context.Context, batch []corpus.Text, p corpus.Preparer) ([]corpus.Prepared, error) {
	texts := make([]string, len(batch))
	for i := range batch {
		texts[i] = batch[i].Text
	}
	if p != nil {
		out, err := p.Prepare(ctx, texts)
		switch {
		case err != nil:
			return nil, fmt.Errorf("preparing the texts: %w", err)
		case len(out) != len(texts):
			return nil, fmt.Errorf("%w: Prepare returned %d texts for %d", fault.ErrOptions, len(out), len(texts))
		}
		return out, nil
	}
	out := make([]corpus.Prepared, len(texts))
	for i, t := range texts {
		out[i].Text = t
	}
	return out, nil
}
