package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// block is a run of consecutive tokens of a batch in the row-wise part of a
// layer.
type block struct {
	from, rows int
	pairs      kernel.PairedRows // for products that take pairs; rows are relative to the block's first
}

const (
	// blockRows is the number of tokens taken through the row-wise part of a
	// layer at once: a multiple of the kernel's tiles, and few enough that the
	// block's feed-forward activations stay in the level-2 cache.
	blockRows = 96
	// pairedBlockRows is the same for paired rows: the packed weights take 7/4
	// of the memory, so more rows have to share each read of them.
	pairedBlockRows = 192
)

// layout is a batch divided into blocks.
type layout struct {
	blocks              []block
	upper, lower, alone []int32 // the rows of all blocks' pairs
}

// share returns the size of blocks for parts goroutines: whole tiles of 12 rows
// for each, and at most most.
func share(tokens, parts, most int) int {
	if parts == 1 {
		return most
	}
	return min(most, (tokens+12*parts-1)/(12*parts)*12)
}

// plain divides tokens into blocks for parts goroutines.
func (l *layout) plain(tokens, parts int) {
	l.blocks = l.blocks[:0]
	size := share(tokens, parts, blockRows)
	for r := 0; r < tokens; r += size {
		l.blocks = append(l.blocks, block{from: r, rows: min(size, tokens-r)})
	}
}

// paired divides a batch into blocks for parts goroutines and pairs
// neighbouring tokens within a text, so that a text's results do not depend on
// the other texts.
//
// The first and last tokens of a text are not paired. They are special tokens,
// some of whose features grow a hundred times larger than other tokens'
// ("massive activations", Sun et al. 2024, arXiv:2402.17762); a partner would
// get rounding errors of that magnitude.
func (l *layout) paired(b *Batch, parts int) {
	tokens := b.Tokens()
	l.upper, l.lower, l.alone = Grow(l.upper, tokens)[:0], Grow(l.lower, tokens)[:0], Grow(l.alone, tokens)[:0]
	l.blocks = append(l.blocks[:0], block{})
	size := share(tokens, parts, pairedBlockRows)
	last := &l.blocks[0]
	pairs, alone := 0, 0 // where its rows begin
	end := func() {
		last.pairs = kernel.PairedRows{Upper: l.upper[pairs:], Lower: l.lower[pairs:], Alone: l.alone[alone:]}
		pairs, alone = len(l.upper), len(l.alone)
	}
	// add returns the next n rows, which belong to one block.
	add := func(n int) int32 {
		if last.rows > 0 && last.rows+n > size {
			end()
			l.blocks = append(l.blocks, block{from: last.from + last.rows})
			last = &l.blocks[len(l.blocks)-1]
		}
		last.rows += n
		return int32(last.rows - n)
	}
	for t := range b.Texts() {
		from, to := b.Span(t)
		for i := from; i < to; {
			if i == from || i+2 >= to {
				l.alone = append(l.alone, add(1))
				i++
				continue
			}
			row := add(2)
			l.upper, l.lower = append(l.upper, row), append(l.lower, row+1)
			i += 2
		}
	}
	end()
}
