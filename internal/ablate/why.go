package ablate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
)

// ErrNoUser: no text was written by a user of that name.
var ErrNoUser = errors.New("cohort: no such user")

// Config configures Why.
type Config struct {
	Model   pool.Embedder
	Weigher pool.Weigher
	Placer  group.Placer
	// Features returns the user's features [1, m] and whether any is known, once
	// the texts have been read; nil: there are none.
	Features func() (vector dense.Rows[float32], known bool, err error)
	// Named are the features by name.
	Named []Named
	// Mend gives a text with its words put right, as the model reads it.
	Mend     func(string) string
	Texts    int // number of texts listed
	Words    int // number of these texts whose words are measured
	Splitter text.Splitter
}

// Named is a feature, with its columns from From to To, exclusive.
type Named struct {
	Name     string
	From, To int
}

// textRunes is the maximum number of runes of a text that are shown.
const textRunes = 300

// Why explains the place of the user with these texts. Texts and words are left
// out one at a time, and the user is placed again each time. The caller sets
// the user's name. If there are no texts, Why returns ErrNoUser.
func Why(ctx context.Context, texts iter.Seq2[reading.Item, error], c Config) (*result.Why, error) {
	p, err := newPerson(ctx, texts, c)
	if err != nil {
		return nil, err
	}
	own, err := p.place(ctx, p.sum.Vector(), -1)
	if err != nil {
		return nil, err
	}
	out := &result.Why{
		Segment: own.Segment, Name: p.name(own.Segment), RunnerUp: own.RunnerUp, RunnerUpName: p.name(own.RunnerUp),
		Texts: len(p.texts), Distance: own.Distance, Margin: own.Margin, Mixture: p.mixture(),
	}
	if out.Deciding, err = p.deciding(ctx, own); err != nil {
		return nil, err
	}
	out.Features, err = p.features(ctx, own)
	return out, err
}

// features returns the features by the effect of setting each to the mean, the
// largest first.
func (p *person) features(ctx context.Context, own placing) ([]result.FeatureWeight, error) {
	if !p.known {
		return nil, nil
	}
	var out []result.FeatureWeight
	for _, f := range p.c.Named {
		other := *p
		other.beside = dense.New[float32](1, p.beside.Dim)
		copy(other.beside.Row(0), p.beside.Row(0))
		clear(other.beside.Row(0)[f.From:f.To])
		rest, err := other.place(ctx, p.sum.Vector(), -1)
		if err != nil {
			return nil, err
		}
		out = append(out, result.FeatureWeight{
			Feature: f.Name, Effect: p.margin(own, own) - p.margin(rest, own), MovesTo: rest.Segment, MovesToName: p.name(rest.Segment),
		})
	}
	slices.SortStableFunc(out, func(a, b result.FeatureWeight) int { return cmp.Compare(b.Effect, a.Effect) })
	return out, nil
}

// name returns the name of the segment with an ID, or "" if there is none.
func (p *person) name(id int) string {
	for _, c := range p.c.Placer.Centres {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// mixture returns the share of the texts, by weight, nearest to each segment.
func (p *person) mixture() []result.Share {
	var total float64
	for _, v := range p.votes {
		total += v
	}
	var out []result.Share
	for i, v := range p.votes {
		if total > 0 {
			v /= total
		}
		c := &p.c.Placer.Centres[i]
		out = append(out, result.Share{Segment: c.ID, Name: c.Name, Share: v})
	}
	return out
}

// deciding returns the texts by the effect of leaving them out, the largest
// first. own is the user's place.
func (p *person) deciding(ctx context.Context, own placing) ([]result.TextEffect, error) {
	effects := make([]result.TextEffect, len(p.texts))
	order := make([]int, len(p.texts))
	for n, s := range p.shown {
		order[n] = n
		rest, err := p.place(ctx, p.less(n, nil), n)
		if err != nil {
			return nil, err
		}
		effects[n] = result.TextEffect{
			Text: visible.Clip(s, textRunes), Effect: p.margin(own, own) - p.margin(rest, own),
			MovesTo: rest.Segment, MovesToName: p.name(rest.Segment),
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(effects[b].Effect, effects[a].Effect) })
	out := []result.TextEffect{}
	for n, at := range order[:min(p.c.Texts, len(order))] {
		if n < p.c.Words {
			var err error
			if effects[at].Words, err = p.words(ctx, at, own); err != nil {
				return nil, fmt.Errorf("explaining a text: %w", err)
			}
		}
		out = append(out, effects[at])
	}
	return out, nil
}

// words leaves out each word of text n in turn, or those that gradients say matter
// in a long text, embeds the rest, and measures the effect on the margin.
func (p *person) words(ctx context.Context, n int, own placing) ([]result.WordEffect, error) {
	stop := text.StopWords(text.Detect(p.texts[n]))
	words, variants := withoutWords(p.texts[n], p.c.Splitter, stop, wordsTried)
	if len(words) > longText {
		var err error
		words, variants = withoutWords(p.texts[n], p.c.Splitter, stop, wordsWeighed)
		if words, variants, err = p.screen(ctx, n, own, words, variants); err != nil {
			return nil, err
		}
		words, variants = words[:min(len(words), wordsTried)], variants[:min(len(variants), wordsTried)]
	}
	if len(words) == 0 {
		return nil, nil
	}
	x, err := pool.Embed(ctx, p.c.Model, mended(variants, p.c.Mend))
	if err != nil {
		return nil, err
	}
	with := p.margin(own, own)
	out := make([]result.WordEffect, len(words))
	for i, w := range words {
		rest, err := p.place(ctx, p.less(n, x.Row(i)), -1)
		if err != nil {
			return nil, err
		}
		out[i] = result.WordEffect{Word: w, Effect: with - p.margin(rest, own)}
	}
	return strongest(out), nil
}
