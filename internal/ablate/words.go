// Package ablate measures the effect of texts and words by leaving them out,
// one at a time.
package ablate

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/marks"
)

// Limits for the words of a text: how many are measured, and how many are kept.
const (
	wordsTried   = 40
	wordsKept    = 5
	wordsWeighed = 400 // of which gradients choose some to measure
)

// withoutWords returns the distinct words of s except stop words, at most
// most, and s without each of them.
func withoutWords(s string, splitter text.Splitter, stop *text.Set, most int) (words, variants []string) {
	in := marks.Find(s)
	for _, t := range splitter.AppendTokens(nil, s) {
		if t.Kind != text.Word && t.Kind != text.Han || stop.Has(t.Text) || marks.Contains(in, t.Start, t.End) || slices.Contains(words, t.Text) {
			continue
		}
		rest := strings.Join(strings.Fields(s[:t.Start]+" "+s[t.End:]), " ")
		if rest == "" {
			continue
		}
		words, variants = append(words, t.Text), append(variants, rest)
		if len(words) == most {
			break
		}
	}
	return words, variants
}

// mended returns texts as the model reads them.
func mended(texts []string, mend func(string) string) []string {
	for i, s := range texts {
		texts[i] = mend(s)
	}
	return texts
}

// strongest returns the positive effects, the largest first, at most wordsKept.
func strongest(effects []result.WordEffect) []result.WordEffect {
	slices.SortStableFunc(effects, func(a, b result.WordEffect) int { return cmp.Compare(b.Effect, a.Effect) })
	effects = slices.DeleteFunc(effects, func(w result.WordEffect) bool { return w.Effect <= 0 })
	return effects[:min(wordsKept, len(effects))]
}

// Words returns the words of s with the largest effect on its cosine with
// centre [dim], measured by embedding s without each of them. Stop words are
// left out of this. Words are as in s; mend gives the text that the model reads.
func Words(ctx context.Context, m pool.Embedder, s string, mend func(string) string, centre []float32, splitter text.Splitter, stop *text.Set) ([]result.WordEffect, error) {
	s = reading.Plain(s)
	words, variants := withoutWords(s, splitter, stop, wordsTried)
	if len(words) == 0 {
		return nil, nil
	}
	x, err := pool.Embed(ctx, m, mended(append([]string{s}, variants...), mend))
	if err != nil {
		return nil, err
	}
	whole := vector.Cosine(x.Row(0), centre)
	out := make([]result.WordEffect, len(words))
	for n, w := range words {
		out[n] = result.WordEffect{Word: w, Effect: whole - vector.Cosine(x.Row(n+1), centre)}
	}
	return strongest(out), nil
}
