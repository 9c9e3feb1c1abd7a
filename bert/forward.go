package bert

import (
	"context"
	"sync"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// This file is the inference pass, from token ids to hidden states:
//
//	x = LayerNorm(tokens[id] + positions[pos] + types[type])       embed
//	layer:  q, k, v = x·Wqkvᵀ + b                                  project
//	        c = softmax(q·kᵀ/sqrt(d) [+ bias])·v, a head at a time attend
//	        x = LayerNorm(x + c·Woᵀ + b)                           finish
//	        x = LayerNorm(x + act(x·Wupᵀ + b)·Wdownᵀ + b)
//
// The tokens of all texts of a batch lie end to end without padding. All but
// attention is done row by row, so it runs over blocks of rows that stay in
// cache through the whole of "finish" and the next layer's "project".

// pass is one run of the encoder over a batch.
type pass struct {
	e     *packedEncoder
	b     *batch
	crew  []*arena // whose goroutines share the work; the first one's buffers are used
	first bool     // only the first token of each text is wanted of the last layer

	x       []float32 // [tokens, hidden] the residual stream
	qkv     []float32 // [tokens, 3·hidden]
	context []float32 // [tokens, hidden] what attention gathered
	rows    *layout   // the blocks for what is done row by row
}

// forward runs the encoder over b in the arenas of the crew and returns the
// last hidden states: [tokens, hidden], or with first set [texts, hidden], those
// of the first tokens, for which the last layer does less work. visit, if not
// nil, sees all hidden states after the embeddings (0) and each layer (1, …).
// The result lies in the arena and is valid until its next use.
func (e *packedEncoder) forward(ctx context.Context, crew []*arena, b *batch, first bool, visit func(layer int, hidden []float32)) ([]float32, error) {
	a, tokens, hidden := crew[0], b.tokens(), e.config.HiddenSize
	// Whole blocks, or batches that are ever a little longer than the ones
	// before would each have memory of their own.
	rows := (tokens + blockRows - 1) / blockRows * blockRows
	a.x = grow(a.x, rows*hidden)[:tokens*hidden]
	a.qkv = grow(a.qkv, rows*3*hidden)[:tokens*3*hidden]
	a.context = grow(a.context, rows*hidden)[:tokens*hidden]
	p := &a.pass
	*p = pass{e: e, b: b, crew: crew, first: first, x: a.x, qkv: a.qkv, context: a.context, rows: &a.layout}
	defer func() { *p = pass{} }()
	if e.paired {
		p.rows.paired(b, len(crew))
	} else {
		p.rows.plain(tokens, len(crew))
	}

	p.rowwise(-1)
	for i := range e.layers {
		if visit != nil {
			visit(i, p.x)
		}
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		if first && i == len(e.layers)-1 {
			return p.finishFirst(i, a), nil
		}
		p.attend()
		p.rowwise(i)
	}
	if visit != nil {
		visit(len(e.layers), p.x)
	}
	return p.x, nil
}

// rowwise does all that lies between the attention of layer i (-1: the
// beginning) and that of the next, sharing the blocks among the crew.
func (p *pass) rowwise(i int) {
	if len(p.crew) == 1 {
		p.rowwisePart(i, 0)
		return
	}
	var wg sync.WaitGroup
	for n := 1; n < len(p.crew); n++ {
		wg.Go(func() { p.rowwisePart(i, n) })
	}
	p.rowwisePart(i, 0)
	wg.Wait()
}

// rowwisePart does goroutine n's part of the blocks.
func (p *pass) rowwisePart(i, n int) {
	blocks, parts := p.rows.blocks, len(p.crew)
	for k := n * len(blocks) / parts; k < (n+1)*len(blocks)/parts; k++ {
		p.rowwiseBlock(&p.crew[n].scratch, i, &blocks[k])
	}
}

func (p *pass) rowwiseBlock(s *scratch, i int, k *block) {
	hidden := p.e.config.HiddenSize
	x := p.x[k.from*hidden : (k.from+k.rows)*hidden] // [rows, hidden]
	if i < 0 {
		p.embed(s, x, k)
	} else {
		p.e.layers[i].finish(s, x, p.context[k.from*hidden:(k.from+k.rows)*hidden], k.rows, &k.pairs)
	}
	if i+1 < len(p.e.layers) {
		qkv := p.qkv[3*k.from*hidden : 3*(k.from+k.rows)*hidden] // [rows, 3·hidden]
		if i < 0 && p.e.inputs != nil {
			p.projectInputs(s, qkv, k)
			return
		}
		p.e.layers[i+1].project(s, qkv, x, k, p.first)
	}
}

// embed writes the embeddings of the block's tokens to x [rows, hidden], and
// what their LayerNorm scaled them by to s.scales.
func (p *pass) embed(s *scratch, x []float32, k *block) {
	e, width, rows := p.e, p.e.config.EmbeddingSize, k.rows
	sum := x
	if e.project != nil {
		s.embed = grow(s.embed, rows*width)
		sum = s.embed
	}
	s.row = grow(s.row, width)
	for i := range rows {
		dst, token := sum[i*width:(i+1)*width], k.from+i
		e.tokens.copy(dst, int(p.b.ids[token]))
		if e.types.rows > 0 {
			e.types.add(dst, s.row, p.b.kind(token))
		}
		e.positions.add(dst, s.row, int(p.b.positions[token]))
	}
	s.scales = grow(s.scales, rows)
	e.norm.applyScales(sum, width, rows, s.scales)
	if e.project != nil {
		e.project.apply(s, x, e.config.HiddenSize, sum, width, rows)
	}
}

// project writes queries, keys and values of the block's rows x [rows, hidden]
// to qkv [rows, 3·hidden]; in the last layer without the queries if only those of the
// first tokens are wanted.
func (l *packedLayer) project(s *scratch, qkv, x []float32, k *block, first bool) {
	if l.qkv != nil {
		l.qkv.applyPairs(s, qkv, l.qkv.out, x, l.qkv.in, k.rows, &k.pairs)
		return
	}
	hidden := l.query.in
	l.keyValue.applyPairs(s, qkv[hidden:], 3*hidden, x, hidden, k.rows, &k.pairs)
	if !first {
		l.query.applyPairs(s, qkv, 3*hidden, x, hidden, k.rows, &k.pairs)
	}
}

// finish is the layer after attention, in place on x [rows, hidden]: output
// projection of c [rows, hidden], feed-forward, and their LayerNorms.
func (l *packedLayer) finish(s *scratch, x, c []float32, rows int, pairs *kernel.PairedRows) {
	hidden, wide := l.output.out, l.up.out
	l.output.applyNorm(s, x, hidden, c, hidden, rows, pairs, l.attentionNorm)
	s.inter = grow(s.inter, rows*wide) // [rows, intermediate]
	l.up.applyPairs(s, s.inter, wide, x, hidden, rows, pairs)
	l.down.applyNorm(s, x, hidden, s.inter, wide, rows, pairs, l.outputNorm)
}

// attend computes the attention of every text, sharing the heads among the crew.
func (p *pass) attend() {
	heads, parts := p.e.config.NumAttentionHeads, len(p.crew)
	if parts == 1 {
		p.attendHeads(&p.crew[0].scratch, 0, heads)
		return
	}
	var wg sync.WaitGroup
	for n := 1; n < parts; n++ {
		wg.Go(func() { p.attendHeads(&p.crew[n].scratch, n*heads/parts, (n+1)*heads/parts) })
	}
	p.attendHeads(&p.crew[0].scratch, 0, heads/parts)
	wg.Wait()
}

// attendHeads computes the heads from (inclusive) to to (exclusive) of all texts.
func (p *pass) attendHeads(s *scratch, from, to int) {
	if from == to {
		return
	}
	hidden := p.e.config.HiddenSize
	for t := range p.b.texts() {
		lo, hi := p.b.span(t)
		if lo == hi {
			continue
		}
		qkv := p.qkv[3*lo*hidden : 3*hi*hidden] // [text, 3·hidden]
		p.e.attendText(s, p.context[lo*hidden:hi*hidden], hidden, qkv, 3*hidden, hi-lo, qkv[hidden:], hi-lo, from, to)
	}
}

// attendText computes some heads of one text's attention for its first queries
// rows: dst [queries, hidden] from q [queries, …] and the keys and values that
// kv [keys, …] begins with. The row of qkv that q is part of tells ldq; kv
// always has rows of 3·hidden.
func (e *packedEncoder) attendText(s *scratch, dst []float32, ldd int, q []float32, ldq, queries int, kv []float32, keys, from, to int) {
	hidden, dim := e.config.HiddenSize, e.config.headDim()
	in := kernel.AttentionInput{
		Q: q[from*dim:], LDQ: ldq, Queries: queries,
		K: kv[from*dim:], LDK: 3 * hidden, Keys: keys,
		V: kv[hidden+from*dim:], LDV: 3 * hidden,
		Heads: to - from, HeadDim: dim,
	}
	if e.relativeBias == nil {
		kernel.Attention(dst[from*dim:], ldd, in, &s.attention)
		return
	}
	// A head at a time, so that the bias needs tokens squared once, not per head.
	for h := from; h < to; h++ {
		in.Q, in.K, in.V, in.Heads = q[h*dim:], kv[h*dim:], kv[hidden+h*dim:], 1
		in.Bias = e.distanceBias(s, h, queries, keys)
		kernel.Attention(dst[h*dim:], ldd, in, &s.attention)
	}
}

// distanceBias returns the relative attention bias [queries, keys] of a head.
func (e *packedEncoder) distanceBias(s *scratch, head, queries, keys int) []float32 {
	c := e.config
	s.distances = grow(s.distances, queries+keys-1)
	for i := range s.distances { // key minus query, from 1-queries on
		bucket := relativeBucket(i+1-queries, c.RelativeBuckets)
		s.distances[i] = e.relativeBias[bucket*c.NumAttentionHeads+head]
	}
	s.bias = grow(s.bias, queries*keys)
	for q := range queries {
		copy(s.bias[q*keys:(q+1)*keys], s.distances[queries-1-q:])
	}
	return s.bias
}

// finishFirst computes the last layer i for the first token of each text alone
// and returns their hidden states [texts, hidden].
func (p *pass) finishFirst(i int, a *arena) []float32 {
	l, s, hidden, texts := &p.e.layers[i], &a.scratch, p.e.config.HiddenSize, p.b.texts()
	a.first = grow(a.first, 3*texts*hidden)
	x := a.first[:texts*hidden]                 // [texts, hidden]
	q := a.first[texts*hidden : 2*texts*hidden] // [texts, hidden]
	gathered := a.first[2*texts*hidden:]        // [texts, hidden]
	for t := range texts {
		lo, hi := p.b.span(t)
		if lo == hi { // no tokens at all: nothing to look at
			clear(x[t*hidden : (t+1)*hidden])
			continue
		}
		copy(x[t*hidden:(t+1)*hidden], p.x[lo*hidden:])
	}
	l.query.apply(s, q, hidden, x, hidden, texts)
	for t := range texts {
		lo, hi := p.b.span(t)
		if lo == hi {
			clear(gathered[t*hidden : (t+1)*hidden])
			continue
		}
		p.e.attendText(s, gathered[t*hidden:(t+1)*hidden], hidden, q[t*hidden:(t+1)*hidden], hidden, 1,
			p.qkv[3*lo*hidden+hidden:3*hi*hidden], hi-lo, 0, p.e.config.NumAttentionHeads)
	}
	for r := 0; r < texts; r += blockRows {
		rows := min(blockRows, texts-r)
		l.finish(s, x[r*hidden:(r+rows)*hidden], gathered[r*hidden:(r+rows)*hidden], rows, nil)
	}
	return x
}
