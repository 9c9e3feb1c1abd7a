package profile

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
)

// textBatch collects texts of the second reading that are placed together.
type textBatch struct {
	texts   []batchText
	vectors dense.Rows[float32] // [group.BlockTexts, dim]
	rests   dense.Rows[float32] // [group.BlockTexts, dim] users' vectors without the text
	beside  dense.Rows[float32] // [group.BlockTexts, m] features of the users of vectors
	others  dense.Rows[float32] // [group.BlockTexts, m] and of rests
}

type batchText struct {
	reading.Item
	weight float64 // by the pooling
	rest   int     // row of rests, -1 if nothing is left or it is not needed
}

func newBatch(dim, features int) *textBatch {
	return &textBatch{
		texts:   make([]batchText, 0, group.BlockTexts),
		vectors: dense.New[float32](group.BlockTexts, dim), rests: dense.New[float32](group.BlockTexts, dim),
		beside: dense.New[float32](group.BlockTexts, features), others: dense.New[float32](group.BlockTexts, features),
	}
}

// take adds one text with its vector v [dim].
func (p *profiler) take(ctx context.Context, t reading.Item, v []float32) error {
	if len(p.groups.Centres) == 0 {
		p.addText(&batchText{Item: t}, nil)
		return p.rows.tell()
	}
	b := p.batch
	copy(b.vectors.Row(len(b.texts)), v)
	w := p.c.Weigher.Weight(t.Weight, t.Time, p.users.Sums[t.User].Latest)
	b.texts = append(b.texts, batchText{Item: t, weight: w, rest: -1})
	if len(b.texts) == group.BlockTexts {
		return p.flush(ctx)
	}
	return nil
}

// flush places and counts the texts of the batch, and empties it.
func (p *profiler) flush(ctx context.Context) error {
	b := p.batch
	n, rests := len(b.texts), 0
	for i := range b.texts {
		t := &b.texts[i]
		sum, r := &p.users.Sums[t.User], p.users.Row[t.User]
		if b.beside.Dim > 0 {
			copy(b.beside.Row(i), p.users.Features.Row(r))
			copy(b.others.Row(rests), p.users.Features.Row(r))
		}
		if p.groups.Of[r] < 0 || sum.Texts < 2 {
			continue
		}
		if sum.Without(b.rests.Row(rests), p.users.Vectors.Row(r), b.vectors.Row(i), t.weight) {
			t.rest = rests
			rests++
		}
	}
	placed, err := p.groups.Space.Place(ctx, b.vectors.Slice(0, n), b.beside.Slice(0, n))
	if err != nil {
		return err
	}
	left, err := p.groups.Space.Place(ctx, b.rests.Slice(0, rests), b.others.Slice(0, rests))
	if err != nil {
		return err
	}
	for i := range b.texts {
		t := &b.texts[i]
		if p.mixture[t.User] == nil {
			p.mixture[t.User] = make([]float32, len(p.groups.Centres))
		}
		nearest, _ := p.groups.Centres.Nearest(placed.Row(i))
		p.mixture[t.User][nearest] += float32(t.weight)
		p.addText(t, placed.Row(i))
		at := p.groups.Of[p.users.Row[t.User]]
		if at < 0 {
			continue
		}
		var rest []float32
		if t.rest >= 0 {
			rest = left.Row(t.rest)
		}
		p.decide(t, at, rest)
		if err := p.count(ctx, &t.Item, at, b.vectors.Row(i)); err != nil {
			return err
		}
	}
	b.texts = b.texts[:0]
	if p.tally == nil || len(p.tally.texts) == 0 {
		return p.rows.tell()
	}
	return nil
}

// Maximum number of deciding texts of a user, and of runes of each.
const (
	decidingTexts = 3
	decidingRunes = 160
)

// decide records the effect of leaving one text out of its user's vector; rest
// [k] is the vector without it, nil if nothing is left.
func (p *profiler) decide(t *batchText, i int, rest []float32) {
	with := p.anew[p.users.Row[t.User]]
	d := result.Deciding{Effect: with, MovesTo: result.Unassigned}
	if rest != nil {
		m, other := p.groups.Centres.Margin(rest, i)
		d.Effect = with - m
		d.MovesTo = p.groups.Centres.ID(i)
		if m < 0 && with >= 0 {
			d.MovesTo = p.groups.Centres.ID(other)
		}
	}
	list := p.deciding[t.User]
	if len(list) == decidingTexts && d.Effect <= list[len(list)-1].Effect {
		return
	}
	if d.Effect <= 0 || t.Plain == "" {
		return
	}
	d.Text = visible.Clip(t.Clean, decidingRunes)
	if slices.ContainsFunc(list, func(o result.Deciding) bool { return o.Text == d.Text }) {
		return
	}
	list = append(list, d)
	slices.SortStableFunc(list, func(a, b result.Deciding) int { return cmp.Compare(b.Effect, a.Effect) })
	p.deciding[t.User] = list[:min(len(list), decidingTexts)]
}
