package cohort

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/surface"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/text"
)

// ErrNoUser: nobody of that name wrote any of the texts.
var ErrNoUser = errors.New("cohort: no such user")

// WhyOptions say how much of a user is explained.
type WhyOptions struct {
	Texts int // texts listed; 0: 5
	Words int // texts of these whose words are tried on the encoder; 0: 3, below 0: none
	// Splitter cuts texts into words; see Options.Splitter and
	// Segmenter.ChineseWords. Words are tried as they stand in the text, so that
	// Options.Lemma has no part in it.
	Splitter text.Splitter
}

// Why explains the place of one user among texts, of whom only his are
// embedded. Texts and words are left out one at a time and the user is placed
// anew each time, by the same model and reduction. Of opt, what Assign uses is
// used. Somebody without texts is an ErrNoUser.
func (m *Segmenter) Why(ctx context.Context, user string, texts iter.Seq2[Text, error], opt Options, w WhyOptions) (*Why, error) {
	o, err := m.options(opt)
	if err != nil {
		return nil, err
	}
	if w.Texts == 0 {
		w.Texts = 5
	}
	if w.Words == 0 {
		w.Words = 3
	}
	p, err := m.person(ctx, user, texts, &o)
	if err != nil {
		return nil, err
	}
	own, err := p.place(ctx, p.pool.sum, -1)
	if err != nil {
		return nil, err
	}
	out := &Why{
		User: user, Segment: own.Segment, Name: m.Name(own.Segment), RunnerUp: own.RunnerUp, RunnerUpName: m.Name(own.RunnerUp),
		Texts: len(p.texts), Distance: own.Distance, Margin: own.Margin, Deciding: []TextEffect{},
	}
	var total float64
	for _, v := range p.votes {
		total += v
	}
	for i, v := range p.votes {
		if total > 0 {
			v /= total
		}
		out.Mixture = append(out.Mixture, Share{Segment: m.centres[i].id, Name: m.Name(m.centres[i].id), Share: v})
	}
	effects := make([]TextEffect, len(p.texts))
	order := make([]int, len(p.texts))
	for n, s := range p.texts {
		order[n] = n
		rest, err := p.place(ctx, p.less(n, nil), n)
		if err != nil {
			return nil, err
		}
		effects[n] = TextEffect{Text: clip(s, quoteRunes), Effect: p.marginOf(own) - p.marginAt(rest, own), MovesTo: rest.Segment, MovesToName: m.Name(rest.Segment)}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(effects[b].Effect, effects[a].Effect) })
	for n, at := range order[:min(w.Texts, len(order))] {
		if n < w.Words {
			if effects[at].Words, err = p.words(ctx, at, own, w.Splitter); err != nil {
				return nil, fmt.Errorf("explaining a text: %w", err)
			}
		}
		out.Deciding = append(out.Deciding, effects[at])
	}
	return out, nil
}

// person is one user whose texts are at hand.
type person struct {
	m       *Segmenter
	model   Embedder
	mixture bool
	texts   []string            // prepared
	vectors dense.Rows[float32] // [texts, dim]
	weights []float64           // by the pooling, [texts]
	nearest []int               // centre nearest to each text, [texts]
	votes   []float64           // weight of texts nearest to each centre, [segments]
	pool    pool                // the weighted sum of vectors, summed as gather does
}

// placing is where somebody is, and his place in the segmenter's space.
type placing struct {
	Assignment
	at int       // index of the centre, also where he is beyond its reach
	v  []float32 // nil: nothing is left of him
}

func (m *Segmenter) person(ctx context.Context, user string, texts iter.Seq2[Text, error], o *Options) (*person, error) {
	p := &person{m: m, model: o.Model, mixture: o.Pooling == PoolMixture, pool: pool{sum: make([]float32, o.Model.Dim())}, votes: make([]float64, len(m.centres))}
	var kept []Text
	filter := newFilter(o, o.boilerplate)
	own := func(yield func(Text, error) bool) {
		for t, err := range texts {
			if err == nil && ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			if err == nil && t.User != user {
				continue
			}
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
	for t, err := range o.prepared(ctx, own) {
		if err != nil {
			return nil, err
		}
		if left := filter.Filter(o.Repeats.group(0), t.clean).Text; left != "" {
			kept = append(kept, t.text)
			p.texts = append(p.texts, left)
		}
	}
	if len(kept) == 0 {
		return nil, fmt.Errorf("%w among those with texts", ErrNoUser)
	}
	var latest Text
	for _, t := range kept {
		if t.Time.After(latest.Time) {
			latest = t
		}
	}
	var err error
	if p.vectors, err = embedAll(ctx, o.Model, p.texts); err != nil {
		return nil, fmt.Errorf("embedding the texts: %w", err)
	}
	placed, err := m.space.place(ctx, p.vectors)
	if err != nil {
		return nil, err
	}
	by := weigher{o.Pooling, o.HalfLife}
	for n, t := range kept {
		w := by.weight(t.Weight, t.Time, latest.Time)
		at := locate(m.centres, placed.Row(n)).nearest
		p.weights, p.nearest = append(p.weights, w), append(p.nearest, at)
		p.votes[at] += w
		p.pool.add(by, p.vectors.Row(n), t.Weight, t.Time)
	}
	return p, nil
}

// less returns the sum without text n, with v [dim] in its place where that is
// not nil.
func (p *person) less(n int, v []float32) []float32 {
	out := slices.Clone(p.pool.sum)
	for j, x := range p.vectors.Row(n) {
		d := float64(x)
		if v != nil {
			d -= float64(v[j])
		}
		out[j] -= float32(p.weights[n] * d)
	}
	return out
}

// place places a sum of texts; without is the text left out of the votes, -1
// for none.
func (p *person) place(ctx context.Context, sum []float32, without int) (placing, error) {
	none := placing{Assignment: Assignment{Segment: Unassigned, RunnerUp: Unassigned}, at: -1}
	one := dense.New[float32](1, len(sum))
	if vector.Norm(sum) <= 1e-6 || without >= 0 && len(p.texts) == 1 {
		return none, nil
	}
	if err := vector.Unit(one.Row(0), sum); err != nil {
		return none, err
	}
	placed, err := p.m.space.place(ctx, one)
	if err != nil {
		return none, err
	}
	v := placed.Row(0)
	at := locate(p.m.centres, v).nearest
	if p.mixture {
		votes := slices.Clone(p.votes)
		if without >= 0 {
			votes[p.nearest[without]] -= p.weights[without]
		}
		at = 0
		for i, x := range votes {
			if x > votes[at] {
				at = i
			}
		}
	}
	return placing{p.m.assignment(v, at), at, v}, nil
}

// marginOf is the margin that texts and words are compared with: also for who
// is beyond the reach of the nearest segment.
func (p *person) marginOf(a placing) float64 { return p.marginAt(a, a) }

// marginAt is the margin that somebody placed as a has in the segment of own; 0
// where nothing is left of him.
func (p *person) marginAt(a, own placing) float64 {
	if a.v == nil || own.at < 0 {
		return 0
	}
	margin, _ := marginOf(p.m.centres, a.v, own.at)
	return margin
}

// words leaves out each word of text n in turn, embeds what remains, and
// measures what that does to the margin.
func (p *person) words(ctx context.Context, n int, own placing, splitter text.Splitter) ([]WordEffect, error) {
	stop := text.StopWords(text.Detect(p.texts[n]))
	words, variants := withoutWords(p.texts[n], splitter, stop)
	if len(words) == 0 {
		return nil, nil
	}
	x, err := embedAll(ctx, p.model, variants)
	if err != nil {
		return nil, err
	}
	with := p.marginOf(own)
	out := make([]WordEffect, len(words))
	for i, w := range words {
		a, err := p.place(ctx, p.less(n, x.Row(i)), -1)
		if err != nil {
			return nil, err
		}
		out[i] = WordEffect{Word: w, Effect: with - p.marginAt(a, own)}
	}
	return strongest(out, effectsShown), nil
}

// withoutWords returns the different words of s that are no stop words, at most
// wordsTried, and s without each of them.
func withoutWords(s string, splitter text.Splitter, stop *text.Set) (words, variants []string) {
	for _, t := range splitter.AppendTokens(nil, s) {
		if t.Kind != text.Word && t.Kind != text.Han || stop.Has(t.Text) || surface.Placeholder(s, t) || slices.Contains(words, t.Text) {
			continue
		}
		rest := strings.Join(strings.Fields(s[:t.Start]+" "+s[t.End:]), " ")
		if rest == "" {
			continue
		}
		words, variants = append(words, t.Text), append(variants, rest)
		if len(words) == wordsTried {
			break
		}
	}
	return words, variants
}

// strongest returns the most effects above 0, the largest first.
func strongest(effects []WordEffect, most int) []WordEffect {
	slices.SortStableFunc(effects, func(a, b WordEffect) int { return cmp.Compare(b.Effect, a.Effect) })
	effects = slices.DeleteFunc(effects, func(w WordEffect) bool { return w.Effect <= 0 })
	return effects[:min(most, len(effects))]
}
