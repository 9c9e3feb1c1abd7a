package engine

import (
	"sync"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// attend computes the attention of every text in layer i, sharing the heads among
// the workers.
func (p *pass) attend(i int) {
	heads, parts := p.e.heads(i), len(p.workers)
	if parts == 1 {
		p.attendPart(&p.workers[0].Scratch, i, 0, heads)
		return
	}
	var wg sync.WaitGroup
	for n := 1; n < parts; n++ {
		wg.Go(func() { p.attendPart(&p.workers[n].Scratch, i, n*heads/parts, (n+1)*heads/parts) })
	}
	p.attendPart(&p.workers[0].Scratch, i, 0, heads/parts)
	wg.Wait()
}

// heads returns the number of heads of layer i.
func (e *Encoder) heads(i int) int {
	if e.blocks != nil {
		return e.blocks[i].block.Heads
	}
	return e.spec.Heads
}

// attendPart computes the heads from (inclusive) to to (exclusive) of all texts.
func (p *pass) attendPart(s *Scratch, i, from, to int) {
	if p.e.blocks != nil {
		p.attendBlocks(s, &p.e.blocks[i], from, to)
		return
	}
	p.attendHeads(s, from, to)
}

// attendBlocks is attendHeads for a layer that a Block describes.
func (p *pass) attendBlocks(s *Scratch, l *blockLayer, from, to int) {
	width, gathered := l.block.width(), l.block.queries()
	for t := range p.b.Texts() {
		lo, hi := p.b.Span(t)
		if lo == hi || from == to {
			continue
		}
		p.e.attendBlock(s, l, kernel.RowMajor(p.context[lo*gathered:hi*gathered], hi-lo, gathered), kernel.RowMajor(p.qkv[lo*width:hi*width], hi-lo, width), p.b.keys(t), from, to)
	}
}

// attendHeads computes the heads from (inclusive) to to (exclusive) of all texts.
func (p *pass) attendHeads(s *Scratch, from, to int) {
	if from == to {
		return
	}
	hidden := p.e.spec.Hidden
	for t := range p.b.Texts() {
		lo, hi := p.b.Span(t)
		if lo == hi {
			continue
		}
		qkv := p.qkv[3*lo*hidden : 3*hi*hidden] // [text, 3·hidden]
		p.e.attendText(s, p.context[lo*hidden:hi*hidden], hidden, qkv, 3*hidden, hi-lo, qkv[hidden:], p.b.keys(t), from, to)
	}
}

// attendText computes some heads of one text's attention for its first queries
// rows: dst [queries, hidden] from q [queries, …] and the keys and values at
// the start of kv [keys, …]. ldq is the stride of q; kv always has rows of
// 3·hidden.
func (e *Encoder) attendText(s *Scratch, dst []float32, ldd int, q []float32, ldq, queries int, kv []float32, keys, from, to int) {
	hidden, dim := e.spec.Hidden, e.spec.headDim()
	// heads returns the columns of some heads from rows that begin with all of
	// them.
	heads := func(data []float32, stride, rows, from, to int) kernel.Matrix {
		return kernel.Matrix{Data: data[from*dim:], Rows: rows, Cols: (to - from) * dim, Stride: stride}
	}
	attend := func(from, to int, bias []float32) {
		kernel.Attention(heads(dst, ldd, queries, from, to), kernel.AttentionInput{
			Q:     heads(q, ldq, queries, from, to),
			K:     heads(kv, 3*hidden, keys, from, to),
			V:     heads(kv[hidden:], 3*hidden, keys, from, to),
			Heads: to - from, Bias: bias,
		}, &s.kernel)
	}
	if e.relativeBias == nil {
		attend(from, to, nil)
		return
	}
	// One head at a time, so that the bias takes tokens squared only once, not
	// per head.
	for h := from; h < to; h++ {
		attend(h, h+1, e.distanceBias(s, h, queries, keys))
	}
}

// distanceBias returns the relative attention bias [queries, keys] of a head.
func (e *Encoder) distanceBias(s *Scratch, head, queries, keys int) []float32 {
	c := &e.spec
	s.distances = Grow(s.distances, queries+keys-1)
	for i := range s.distances { // key minus query, from 1-queries on
		bucket := RelativeBucket(i+1-queries, c.RelativeBuckets, c.relativeMax())
		s.distances[i] = e.relativeBias[bucket*c.Heads+head]
	}
	s.bias = Grow(s.bias, queries*keys)
	for q := range queries {
		copy(s.bias[q*keys:(q+1)*keys], s.distances[queries-1-q:])
	}
	return s.bias
}
