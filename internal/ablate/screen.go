package ablate

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/text"
)

// Texts of more than longText words are screened: gradients say which of their
// words matter most, and only wordsScreened of these are left out.
const (
	longText      = 30
	wordsScreened = 10
)

// weighted is a model that says what each token adds to a score, as bert.Model.
type weighted interface {
	WeightGradients(ctx context.Context, text string, score func(vector, gradient []float32) float64) (value float64, tokens []float64, spans [][2]int, err error)
}

// screen returns the words of text n, and the text without each of them, that
// matter most to the margin to first order; all of them if the text is short, if the
// model reads it otherwise than it is written, or if there are no gradients.
func (p *person) screen(ctx context.Context, n int, own placing, words, variants []string) ([]string, []string, error) {
	s := p.texts[n]
	model, ok := p.c.Model.(weighted)
	if !ok || len(words) <= longText || p.c.Mend(s) != s {
		return words, variants, nil
	}
	slope, err := p.slope(ctx, n, own)
	if err != nil || slope == nil {
		return words, variants, err
	}
	_, tokens, spans, err := model.WeightGradients(ctx, s, func(raw, gradient []float32) float64 {
		return along(slope, raw, gradient)
	})
	if err != nil { // the model has no gradients
		return words, variants, context.Cause(ctx)
	}
	effects := make([]float64, len(words))
	for i, at := range places(s, p.c.Splitter, words) {
		for k, span := range spans {
			if o := min(span[1], at[1]) - max(span[0], at[0]); o > 0 {
				effects[i] += tokens[k] * float64(o) / float64(span[1]-span[0])
			}
		}
	}
	order := make([]int, len(words))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(effects[j], effects[i]) })
	order = order[:wordsScreened]
	slices.Sort(order) // as they are in the text
	var most, without []string
	for _, i := range order {
		most, without = append(most, words[i]), append(without, variants[i])
	}
	return most, without, nil
}

// slope returns the gradient of the user's margin by the vector of text n, of unit
// length; nil if there is none.
func (p *person) slope(ctx context.Context, n int, own placing) ([]float64, error) {
	slopes, ok, err := p.c.Placer.Space.Slopes(ctx)
	sum := p.sum.Vector()
	u := dense.New[float32](1, len(sum))
	if err != nil || !ok || own.v == nil || own.at < 0 || !pool.Direction(u.Row(0), sum) {
		return nil, err
	}
	_, g := p.c.Placer.Centres.MarginGradient(own.v, own.at)
	g = slices.Clone(slopes.Back(g))
	inner, length := 0.0, float64(vector.Norm(sum))
	for j, v := range u.Row(0) {
		inner += float64(v) * g[j]
	}
	for j, v := range u.Row(0) {
		g[j] = p.weights[n] * (g[j] - float64(v)*inner) / length
	}
	return g, nil
}

// along returns the product of a slope and the direction of a vector [dim], and
// adds its gradient by the vector.
func along(slope []float64, raw, gradient []float32) float64 {
	length, inner := max(float64(vector.Norm(raw)), 1e-12), 0.0
	for j, v := range raw {
		inner += float64(v) / length * slope[j]
	}
	for j, v := range raw {
		gradient[j] += float32((slope[j] - float64(v)/length*inner) / length)
	}
	return inner
}

// places returns where the words, which are in the order of their first places in
// s, are: bytes [start, end).
func places(s string, splitter text.Splitter, words []string) [][2]int {
	out := make([][2]int, 0, len(words))
	for _, t := range splitter.AppendTokens(nil, s) {
		if len(out) < len(words) && t.Text == words[len(out)] {
			out = append(out, [2]int{t.Start, t.End})
		}
	}
	return out
}
