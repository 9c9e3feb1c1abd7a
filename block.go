package cohort

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// blockTexts is how many texts of the second reading are looked at together:
// placing one text at a time would cost a pass over the fitted points each.
const blockTexts = 256

// block holds texts of the second reading until there are enough of them.
type block struct {
	items   []blockText
	vectors dense.Rows[float32] // [blockTexts, dim]
	rests   dense.Rows[float32] // [blockTexts, dim] users' vectors without the text
}

type blockText struct {
	user   int
	text   Text
	clean  string
	weight float64 // by the pooling
	rest   int     // row of rests, -1 where nothing is left or nobody asks
}

func newBlock(dim int) *block {
	return &block{
		items:   make([]blockText, 0, blockTexts),
		vectors: dense.New[float32](blockTexts, dim), rests: dense.New[float32](blockTexts, dim),
	}
}

// visit takes one text in.
func (e *evidence) visit(ctx context.Context, u int, t Text, clean string, v []float32) error {
	if len(e.gr.list) == 0 {
		return nil
	}
	b := e.block
	w := weigher{e.o.Pooling, e.o.HalfLife}.weight(t.Weight, t.Time, e.g.pools[u].latest)
	copy(b.vectors.Row(len(b.items)), v)
	b.items = append(b.items, blockText{user: u, text: t, clean: clean, weight: w, rest: -1})
	if len(b.items) == blockTexts {
		return e.settle(ctx)
	}
	return nil
}

// settle looks at the texts held and forgets them.
func (e *evidence) settle(ctx context.Context) error {
	b := e.block
	n, rests := len(b.items), 0
	for i := range b.items {
		t := &b.items[i]
		p := &e.g.pools[t.user]
		r := e.g.row[t.user]
		if e.gr.of[r] < 0 || p.texts < 2 {
			continue
		}
		if without(b.rests.Row(rests), e.g.vectors.Row(r), p.length, b.vectors.Row(i), t.weight) {
			t.rest = rests
			rests++
		}
	}
	placed, err := e.gr.space.place(ctx, b.vectors.Slice(0, n))
	if err != nil {
		return err
	}
	left, err := e.gr.space.place(ctx, b.rests.Slice(0, rests))
	if err != nil {
		return err
	}
	for i := range b.items {
		t := &b.items[i]
		if e.mixture[t.user] == nil {
			e.mixture[t.user] = make([]float32, len(e.gr.list))
		}
		e.mixture[t.user][e.gr.locate(placed.Row(i)).nearest] += float32(t.weight)
		if at := e.gr.of[e.g.row[t.user]]; at >= 0 {
			var rest []float32
			if t.rest >= 0 {
				rest = left.Row(t.rest)
			}
			e.decide(t, at, rest)
			if err := e.count(ctx, t, at, b.vectors.Row(i)); err != nil {
				return err
			}
		}
	}
	b.items = b.items[:0]
	return nil
}

// without sets dst [dim] to the direction of a user's vector v, of which length
// is the sum's, less one text's vector of weight w. It is false where nothing
// is left.
func without(dst, v []float32, length float64, text []float32, w float64) bool {
	for j, x := range v {
		dst[j] = float32(length*float64(x) - w*float64(text[j]))
	}
	if vector.Norm(dst) <= 1e-6 {
		return false
	}
	return vector.Unit(dst, dst) == nil
}
