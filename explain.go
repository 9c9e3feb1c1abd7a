package cohort

import (
	"context"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/text"
)

// Bounds on what is measured on the encoder: words of a quotation tried, and
// shown.
const (
	wordsTried    = 40
	effectsShown  = 5
	explainedEach = 1 // central quotations of a segment that are explained
)

// explainQuotes leaves out each word of the most central quotations in turn
// and measures, on the encoder, how much nearer it held the text to the centre.
func (e *evidence) explainQuotes(ctx context.Context, s *Segmentation) error {
	for i := range s.Segments {
		done := 0
		for q := range s.Segments[i].Quotes {
			quote := &s.Segments[i].Quotes[q]
			if quote.Kind != QuoteCentral || done == explainedEach {
				continue
			}
			done++
			var err error
			if quote.Words, err = wordEffects(ctx, e.o.Model, quote.Text, e.gr.list[i].centre, e.o.Splitter, stopWords(e.lang), effectsShown); err != nil {
				return fmt.Errorf("explaining a quotation: %w", err)
			}
		}
	}
	return nil
}

// wordEffects returns the most words of s with the largest effect on its
// cosine with centre, measured by embedding s without them. Stop words are not
// tried.
func wordEffects(ctx context.Context, m Embedder, s string, centre []float32, splitter text.Splitter, stop *text.Set, most int) ([]WordEffect, error) {
	words, without := withoutWords(s, splitter, stop)
	if len(words) == 0 {
		return nil, nil
	}
	x, err := embedAll(ctx, m, append([]string{s}, without...))
	if err != nil {
		return nil, err
	}
	whole := vector.Cosine(x.Row(0), centre)
	out := make([]WordEffect, len(words))
	for n, w := range words {
		out[n] = WordEffect{Word: w, Effect: whole - vector.Cosine(x.Row(n+1), centre)}
	}
	return strongest(out, most), nil
}
