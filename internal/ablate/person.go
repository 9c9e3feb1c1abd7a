package ablate

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/result"
)

// person is one user with their texts.
type person struct {
	c       Config
	shown   []string            // the texts as they may be shown
	texts   []string            // the texts without their marks, as they are written
	vectors dense.Rows[float32] // [texts, dim]
	weights []float64           // by the pooling, [texts]
	nearest []int               // index of the centre nearest to each text, [texts]
	votes   []float64           // weight of texts nearest to each centre, [segments]
	beside  dense.Rows[float32] // [1, m] features; m is 0 if there are none
	known   bool                // some feature is known
	sum     pool.Sum            // the weighted sum of vectors, summed as pool.Gather does
}

// newPerson reads a user's texts.
func newPerson(ctx context.Context, texts iter.Seq2[reading.Item, error], c Config) (*person, error) {
	p := &person{c: c, votes: make([]float64, len(c.Placer.Centres))}
	var items []reading.Item
	var read []string
	var latest time.Time
	for t, err := range texts {
		if err != nil {
			return nil, err
		}
		written := t.Plain
		if t.Changes != nil {
			written = reading.Plain(t.Clean, t.Kinds...)
		}
		items, p.texts, p.shown, read = append(items, t), append(p.texts, written), append(p.shown, t.Clean), append(read, t.Plain)
		if t.Time.After(latest) {
			latest = t.Time
		}
	}
	if c.Features != nil {
		var err error
		if p.beside, p.known, err = c.Features(); err != nil {
			return nil, err
		}
	}
	if len(items) == 0 && p.known {
		return p, nil
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("%w among those with texts", ErrNoUser)
	}
	var err error
	if p.vectors, err = pool.Embed(ctx, c.Model, read); err != nil {
		return nil, fmt.Errorf("embedding the texts: %w", err)
	}
	placed, err := c.Placer.Space.Place(ctx, p.vectors, p.besides(len(items)))
	if err != nil {
		return nil, err
	}
	for n, t := range items {
		w := c.Weigher.Weight(t.Weight, t.Time, latest)
		at, _ := c.Placer.Centres.Nearest(placed.Row(n))
		p.weights, p.nearest = append(p.weights, w), append(p.nearest, at)
		if at >= 0 {
			p.votes[at] += w
		}
		p.sum.Add(c.Weigher, p.vectors.Row(n), t.Weight, t.Time)
	}
	return p, nil
}

// besides returns the features once for each of n texts, [n, m].
func (p *person) besides(n int) dense.Rows[float32] {
	if p.beside.Dim == 0 {
		return dense.Rows[float32]{}
	}
	out := dense.New[float32](n, p.beside.Dim)
	for i := range n {
		copy(out.Row(i), p.beside.Row(0))
	}
	return out
}

// less returns the sum without text n, or with v [dim] in place of that text if
// v is not nil.
func (p *person) less(n int, v []float32) []float32 {
	out := slices.Clone(p.sum.Vector())
	for j, x := range p.vectors.Row(n) {
		d := float64(x)
		if v != nil {
			d -= float64(v[j])
		}
		out[j] -= float32(p.weights[n] * d)
	}
	return out
}

// placing is the place of a user, and their vector in the Placer's space.
type placing struct {
	result.Assignment
	at int       // index of the centre, even if it is out of reach
	v  []float32 // nil: no text is left
}

// place places a sum of texts; without is the text left out of the votes, -1
// for none.
func (p *person) place(ctx context.Context, sum []float32, without int) (placing, error) {
	none := placing{Assignment: result.Assignment{Segment: result.Unassigned, RunnerUp: result.Unassigned}, at: -1}
	if len(p.texts) == 0 && p.known && len(p.c.Placer.Centres) > 0 {
		v := p.c.Placer.Space.Join.Quiet(p.beside).Row(0)
		at, _ := p.c.Placer.Centres.Nearest(v)
		return placing{p.c.Placer.Assign(v, at), at, v}, nil
	}
	one := dense.New[float32](1, len(sum))
	if without >= 0 && len(p.texts) == 1 || len(p.c.Placer.Centres) == 0 || !pool.Direction(one.Row(0), sum) {
		return none, nil
	}
	placed, err := p.c.Placer.Space.Place(ctx, one, p.besides(1))
	if err != nil {
		return none, err
	}
	v := placed.Row(0)
	at, _ := p.c.Placer.Centres.Nearest(v)
	if p.c.Placer.ByText {
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
	return placing{p.c.Placer.Assign(v, at), at, v}, nil
}

// margin returns the margin in the segment of own of a user placed at a, even
// if it is out of reach; 0 if no text is left.
func (p *person) margin(a, own placing) float64 {
	if a.v == nil || own.at < 0 {
		return 0
	}
	m, _ := p.c.Placer.Centres.Margin(a.v, own.at)
	return m
}
