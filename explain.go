package cohort

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/seed-56ee9438/cohort/attribution"
	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/align"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/marks"
	"github.com/seed-56ee9438/cohort/text/repair"
)

// ErrNoGradient: there are no gradients for Segmenter.Explain: the model gives
// none, or the segments were found in a space reduced by UMAP or Smoothing, or with
// Features.
var ErrNoGradient = errors.New("cohort: no gradients")

// ExplainOptions configures Segmenter.Explain. The zero value is ready to use.
type ExplainOptions struct {
	// Gradient takes the gradient times the input instead of integrated
	// gradients: faster, but its values do not add up to the margin's difference.
	Gradient  bool
	Integrals attribution.Options // of integrated gradients
	Splitter  text.Splitter       // divides texts into words; see WhyOptions.Splitter
}

// pathModel is a model that differentiates scores of its vectors, as bert.Model.
type pathModel interface {
	PathGradients(ctx context.Context, text string, at []float64, score func(vector, gradient []float32) float64) (scores []float64, tokens [][]float64, spans [][2]int, err error)
}

// Explain ranges over the texts and divides the margin of each, placed by itself,
// among its words by integrated gradients (see package attribution). The margin
// is that between the text's segment and the runner-up, both fixed. Words and
// offsets are those of Text.Text; words that the model does not read, because
// they are masked, removed or cut off, are not listed. Repeated texts are
// explained like others, and the user, weight and time of a text do not matter.
// Texts of which nothing is left for the model to read are skipped. The fields of
// opt are those of Assign, except that Vectors are an ErrOptions. A model without
// PathGradients, a reduction by UMAP or Smoothing and Options.Features are an
// ErrNoGradient; other errors of PathGradients are wrapped. The sequence ends at
// the first error. Each range over it ranges over texts once.
func (m *Segmenter) Explain(ctx context.Context, texts iter.Seq2[Text, error], opt Options, e ExplainOptions) iter.Seq2[*Explanation, error] {
	return func(yield func(*Explanation, error) bool) {
		x, r, err := m.explainer(ctx, texts, &opt, &e)
		if err != nil {
			yield(nil, err)
			return
		}
		for t, err := range r.First(ctx) {
			var out *Explanation
			if err == nil {
				out, err = x.explain(ctx, &t)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(out, nil) {
				return
			}
		}
	}
}

// explainer explains texts.
type explainer struct {
	model  pathModel
	placer group.Placer
	slopes group.Slopes
	ExplainOptions
}

func (m *Segmenter) explainer(ctx context.Context, texts iter.Seq2[Text, error], opt *Options, e *ExplainOptions) (*explainer, *reading.Reader, error) {
	if m == nil || m.Len() == 0 {
		return nil, nil, fmt.Errorf("%w: there are no segments to explain", ErrSegmenter)
	}
	if opt.Vectors != nil {
		return nil, nil, fmt.Errorf("%w: Explain differentiates the model, which Vectors cannot stand for", ErrOptions)
	}
	if err := m.fits(opt); err != nil {
		return nil, nil, err
	}
	c, err := m.config(nil, opt)
	if err != nil {
		return nil, nil, err
	}
	c.Timed = false
	if c.Repeats != nil {
		all := *c.Repeats
		all.Of = corpus.RepeatsKept
		c.Repeats = &all
	}
	x := &explainer{placer: m.saved.Placer, ExplainOptions: *e}
	var ok bool
	if x.model, ok = opt.Model.(pathModel); !ok {
		return nil, nil, fmt.Errorf("%w: model %s has no PathGradients", ErrNoGradient, opt.Model.Name())
	}
	if m.saved.Features != nil {
		return nil, nil, fmt.Errorf("%w: the segments were found with features of users, which a text by itself does not have", ErrNoGradient)
	}
	if x.slopes, ok, err = m.saved.Placer.Space.Slopes(ctx); err != nil {
		return nil, nil, err
	} else if !ok {
		return nil, nil, fmt.Errorf("%w: the segments were found in a space reduced by UMAP or Smoothing; without a reduction, with PCA or with a random projection there are", ErrNoGradient)
	}
	r, err := reading.Open(ctx, texts, c)
	if err == nil {
		opt.cleaned(r)
	}
	return x, r, err
}

// explain explains one text.
func (x *explainer) explain(ctx context.Context, t *reading.Item) (*Explanation, error) {
	v, err := x.unit(ctx, t.Plain)
	if err != nil {
		return nil, fmt.Errorf("text %d: %w", t.Row, err)
	}
	placed, err := x.placer.Space.Place(ctx, v, dense.Rows[float32]{})
	if err != nil {
		return nil, err
	}
	at, _ := x.placer.Centres.Nearest(placed.Row(0))
	_, other := x.placer.Centres.Margin(placed.Row(0), at)
	two := group.Centres{x.placer.Centres[at]}
	if other >= 0 {
		two = append(two, x.placer.Centres[other])
	}
	a, err := x.attribute(ctx, t.Plain, two)
	if err != nil {
		return nil, fmt.Errorf("text %d: %w", t.Row, err)
	}
	place := x.placer.Assign(placed.Row(0), at)
	out := &Explanation{Text: t.Row, Segment: place.Segment, RunnerUp: place.RunnerUp, Margin: a.Score, Complete: a.Complete, Words: []result.Attribution{}}
	if !x.Gradient {
		out.Baseline, out.Gap = &a.Baseline, &a.Gap
	}
	for i := range two {
		if two[i].ID == place.Segment {
			out.Name = two[i].Name
		}
		if two[i].ID == place.RunnerUp {
			out.RunnerUpName = two[i].Name
		}
	}
	if err := x.words(out, t, a); err != nil {
		return nil, fmt.Errorf("text %d: %w", t.Row, err)
	}
	return out, nil
}

// unit returns the vector of a text, [1, dim], of length 1.
func (x *explainer) unit(ctx context.Context, plain string) (dense.Rows[float32], error) {
	var v dense.Rows[float32]
	_, _, _, err := x.model.PathGradients(ctx, plain, []float64{1}, func(raw, _ []float32) float64 {
		v = dense.New[float32](1, len(raw))
		copy(v.Row(0), raw)
		return 0
	})
	if err == nil && (v.Len == 0 || !pool.Direction(v.Row(0), v.Row(0))) {
		err = ErrNotFinite
	}
	return v, err
}

// attribute divides the margin of a text in the first of two centres among its
// tokens.
func (x *explainer) attribute(ctx context.Context, plain string, two group.Centres) (*attribution.Attribution, error) {
	f := func(ctx context.Context, points []float64) ([]float64, [][]float64, [][2]int, error) {
		var failed error
		scores, tokens, spans, err := x.model.PathGradients(ctx, plain, points, func(raw, gradient []float32) float64 {
			m, err := x.margin(ctx, raw, gradient, two)
			failed = errors.Join(failed, err)
			return m
		})
		return scores, tokens, spans, errors.Join(failed, err)
	}
	if x.Gradient {
		return attribution.GradientInput(ctx, f)
	}
	return attribution.Integrated(ctx, f, x.Integrals)
}

// margin returns the margin of a vector [dim] of any length in the first of two
// centres, and adds its gradient [dim].
func (x *explainer) margin(ctx context.Context, raw, gradient []float32, two group.Centres) (float64, error) {
	one := dense.New[float32](1, len(raw))
	u := one.Row(0)
	if !pool.Direction(u, raw) {
		return 0, ErrNotFinite
	}
	placed, err := x.placer.Space.Place(ctx, one, dense.Rows[float32]{})
	if err != nil {
		return 0, err
	}
	m, g := two.MarginGradient(placed.Row(0), 0)
	g = x.slopes.Back(g)
	// With u = v/|v|, the gradient with respect to v is (g - u(u·g))/|v|.
	along, length := 0.0, float64(vector.Norm(raw))
	for j, v := range u {
		along += float64(v) * g[j]
	}
	for j, v := range u {
		gradient[j] += float32((g[j] - float64(v)*along) / length)
	}
	return m, nil
}

// words divides the values of the tokens of t.Plain among the words of t.Source.
func (x *explainer) words(out *Explanation, t *reading.Item, a *attribution.Attribution) error {
	hidden := marks.Find(t.Clean, t.Kinds...)
	written, err := align.New(t.Clean, t.Source, hidden)
	if err != nil {
		return err
	}
	shown, err := align.New(t.Plain, align.Blank(t.Mended, marks.Find(t.Mended, t.Kinds...)), nil)
	if err != nil {
		return err
	}
	mended := repair.Repaired{Text: t.Mended, Changes: t.Changes}
	var read [][2]int
	for i, s := range a.Spans {
		from, to := shown.Span(s[0], s[1])
		if from < to {
			from, to = mended.Source(from, to)
		}
		from, to = written.Span(from, to)
		a.Spans[i] = [2]int{from, to}
		if from == to {
			out.Rest += a.Values[i]
			continue
		}
		read = append(read, a.Spans[i])
	}
	for _, w := range a.Words(t.Source, x.Splitter) {
		for _, s := range read {
			if s[0] < w.End && w.Start < s[1] {
				out.Words = append(out.Words, result.Attribution{Word: w.Text, Start: w.Start, End: w.End, Value: w.Value})
				break
			}
		}
	}
	return nil
}
