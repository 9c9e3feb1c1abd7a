package bert

import (
	"fmt"
	"slices"
)

// batch is some texts' tokens laid end to end, without padding.
type batch struct {
	ids       []int32 // [tokens]
	types     []int32 // [tokens], or empty: all 0
	positions []int32 // [tokens], rows of the position table
	offsets   []int   // [texts+1]; text t is tokens offsets[t] to offsets[t+1]
	index     []int   // [texts], the caller's number of each text
}

func (b *batch) texts() int  { return len(b.offsets) - 1 }
func (b *batch) tokens() int { return len(b.ids) }

// span returns where text t begins and ends.
func (b *batch) span(t int) (from, to int) { return b.offsets[t], b.offsets[t+1] }

// kind returns the token type of a token.
func (b *batch) kind(token int) int {
	if len(b.types) == 0 {
		return 0
	}
	return int(b.types[token])
}

// reset empties the batch, keeping its memory.
func (b *batch) reset() {
	b.ids, b.types, b.positions = b.ids[:0], b.types[:0], b.positions[:0]
	b.offsets = append(b.offsets[:0], 0)
	b.index = b.index[:0]
}

// add appends text i of s.
func (b *batch) add(c *Config, s *sequences, i int) {
	from, to := s.span(i)
	b.ids = append(b.ids, s.ids[from:to]...)
	if len(s.types) > 0 {
		b.types = append(b.types, s.types[from:to]...)
	}
	b.positions = c.appendPositions(b.positions, s.ids[from:to])
	b.offsets = append(b.offsets, len(b.ids))
	b.index = append(b.index, i)
}

// appendPositions appends the position row of each token of one text.
func (c *Config) appendPositions(dst []int32, ids []int32) []int32 {
	switch scheme := architectures[c.ModelType].positions; scheme {
	case positionsAfterPad, positionsFrom2:
		pad := int32(1)
		if scheme == positionsAfterPad {
			pad = int32(c.PadTokenID)
		}
		next := pad + 1
		for _, id := range ids {
			if id == pad {
				dst = append(dst, pad)
				continue
			}
			dst = append(dst, next)
			next++
		}
	default:
		for i := range ids {
			dst = append(dst, int32(i))
		}
	}
	return dst
}

// sequences are tokenised texts, end to end in the caller's order.
type sequences struct {
	ids       []int32 // [tokens]
	types     []int32 // [tokens], or empty: all 0
	offsets   []int   // [texts+1]
	truncated int     // how many texts were cut
	skip      int     // leading tokens of each text that pooling leaves out
}

func (s *sequences) reset() {
	s.ids, s.types, s.offsets, s.truncated = s.ids[:0], s.types[:0], append(s.offsets[:0], 0), 0
}

func (s *sequences) texts() int                { return len(s.offsets) - 1 }
func (s *sequences) span(i int) (from, to int) { return s.offsets[i], s.offsets[i+1] }
func (s *sequences) length(i int) int          { return s.offsets[i+1] - s.offsets[i] }
func (s *sequences) end()                      { s.offsets = append(s.offsets, len(s.ids)) }

// plan is an order of texts and its cuts into batches: batch k is
// order[cuts[k]:cuts[k+1]].
type plan struct {
	order []int
	cuts  []int
}

// make sorts the texts by length, longest first, so that the texts of a batch
// are alike and the last batches are short, and cuts where the next text would
// exceed budget tokens. The order among equals is the caller's, so that the
// plan is a function of the texts alone.
func (p *plan) make(s *sequences, budget int) {
	p.order = grow(p.order, s.texts())
	for i := range p.order {
		p.order[i] = i
	}
	slices.SortStableFunc(p.order, func(a, b int) int { return s.length(b) - s.length(a) })
	p.cuts = append(p.cuts[:0], 0)
	sum := 0
	for k, i := range p.order {
		n := s.length(i)
		if sum > 0 && sum+n > budget {
			p.cuts = append(p.cuts, k)
			sum = 0
		}
		sum += n
	}
	if len(p.order) > 0 {
		p.cuts = append(p.cuts, len(p.order))
	}
}

func (p *plan) batches() int { return len(p.cuts) - 1 }

// Input is one tokenised text, special tokens included.
type Input struct {
	IDs     []int32 // [tokens]
	TypeIDs []int32 // [tokens], or nil: all 0
}

// checkInputs checks texts against the configuration and fills s with them.
func (c *Config) checkInputs(s *sequences, texts []Input) error {
	s.reset()
	withTypes := false
	for _, t := range texts {
		withTypes = withTypes || t.TypeIDs != nil
	}
	limit := c.MaxPositionEmbeddings - c.positionOffset()
	for i, t := range texts {
		if len(t.IDs) > limit {
			return fmt.Errorf("%w: text %d has %d tokens, the model has positions for %d", ErrInput, i, len(t.IDs), limit)
		}
		if t.TypeIDs != nil && len(t.TypeIDs) != len(t.IDs) {
			return fmt.Errorf("%w: text %d has %d ids and %d type ids", ErrInput, i, len(t.IDs), len(t.TypeIDs))
		}
		for k, id := range t.IDs {
			if id < 0 || int(id) >= c.VocabSize {
				return fmt.Errorf("%w: text %d, token %d: id %d, the vocabulary has %d", ErrInput, i, k, id, c.VocabSize)
			}
		}
		for k, kind := range t.TypeIDs {
			if kind < 0 || int(kind) >= max(c.TypeVocabSize, 1) {
				return fmt.Errorf("%w: text %d, token %d: token type %d, the model has %d", ErrInput, i, k, kind, c.TypeVocabSize)
			}
		}
		s.ids = append(s.ids, t.IDs...)
		switch {
		case t.TypeIDs != nil:
			s.types = append(s.types, t.TypeIDs...)
		case withTypes:
			s.types = append(s.types, make([]int32, len(t.IDs))...)
		}
		s.end()
	}
	return nil
}
