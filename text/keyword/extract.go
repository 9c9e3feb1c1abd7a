package keyword

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/text"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// ErrShape is returned if the numbers of texts, labels or centres do not agree.
var ErrShape = errors.New("keyword: numbers differ")

// Extract returns the keywords of each segment (see Counter.Keywords):
// result[s] are those of the texts with label s, with each text counting as a
// user. Labels start at 0; texts with a negative label (noise) belong to no
// segment. A nil Options.Stop means the stop words of the language of most
// texts. Extract returns ErrShape if the lengths differ, and the context's
// error if it ends.
func Extract(ctx context.Context, texts []string, labels []int, o Options, q Query) ([][]Keyword, error) {
	c, err := countAll(ctx, texts, labels, o)
	if err != nil {
		return nil, err
	}
	out := make([][]Keyword, c.Segments())
	for s := range out {
		out[s] = c.Keywords(s, q)
	}
	return out, nil
}

// countAll counts the terms of texts under their labels.
func countAll(ctx context.Context, texts []string, labels []int, o Options) (*Counter, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	if len(texts) != len(labels) {
		return nil, fmt.Errorf("%w: %d texts, %d labels", ErrShape, len(texts), len(labels))
	}
	if o.Stop == nil {
		o.Stop = text.StopWords(text.DetectAll(texts))
	}
	segments := 0
	for _, label := range labels {
		segments = max(segments, label+1)
	}
	c := NewCounter(segments, o)
	for i, s := range texts {
		if i%256 == 0 {
			if err := parallel.Cause(ctx); err != nil {
				return nil, fmt.Errorf("keyword: at text %d of %d: %w", i, len(texts), err)
			}
		}
		if labels[i] >= 0 {
			c.Add(labels[i], i, s)
		}
	}
	return c, nil
}
