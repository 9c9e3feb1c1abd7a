package engine

import (
	"context"
	"sync"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
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
	e       *Encoder
	b       *Batch
	workers []*Arena // whose goroutines share the work; the first one's buffers are used
	first   bool     // only the first token of each text is needed from the last layer

	x       []float32 // [tokens, hidden] the residual stream
	inputs  []float32 // [tokens, hidden] what the first layer gets, if later ones use it
	output  []float32 // [tokens, output] projected from the last layer's, if the encoder does so
	qkv     []float32 // [tokens, 3·hidden]
	context []float32 // [tokens, hidden] attention's output before its projection
	rows    *layout   // the blocks for row-wise work
}

// forward runs the encoder over b in the workers' arenas and returns the last
// hidden states: [tokens, hidden] or, if first is set, [texts, hidden], those
// of the first tokens, which saves work in the last layer. visit, if not nil,
// is called with all hidden states after the embeddings (0) and after each
// layer (1, …). The result lies in the arena and is valid until its next use.
func (e *Encoder) forward(ctx context.Context, workers []*Arena, b *Batch, first bool, visit func(layer int, hidden []float32)) ([]float32, error) {
	a, tokens, hidden := workers[0], b.Tokens(), e.spec.Hidden
	width, gathered := e.widths()
	// Whole blocks, so that batches slightly longer than the ones before do not
	// each need new memory.
	rows := (tokens + blockRows - 1) / blockRows * blockRows
	a.x = Grow(a.x, rows*hidden)[:tokens*hidden]
	a.qkv = Grow(a.qkv, rows*width)[:tokens*width]
	a.context = Grow(a.context, rows*gathered)[:tokens*gathered]
	p := &a.pass
	*p = pass{e: e, b: b, workers: workers, first: first, x: a.x, qkv: a.qkv, context: a.context, rows: &a.layout}
	if e.keepsInputs {
		a.inputs = Grow(a.inputs, rows*hidden)[:tokens*hidden]
		p.inputs = a.inputs
	}
	if e.output != nil {
		a.output = Grow(a.output, rows*e.output.Out)[:tokens*e.output.Out]
		p.output = a.output
	}
	defer func() { *p = pass{} }()
	if e.paired {
		p.rows.paired(b, len(workers))
	} else {
		p.rows.plain(tokens, len(workers))
	}

	p.rowwise(-1)
	layers := e.spec.Layers
	for i := range layers {
		if visit != nil {
			visit(i, p.x)
		}
		if err := parallel.Cause(ctx); err != nil {
			return nil, err
		}
		if first && i == layers-1 && e.blocks == nil {
			return p.finishFirst(i, a), nil
		}
		p.attend(i)
		p.rowwise(i)
	}
	out := p.x
	if p.output != nil {
		out = p.output
	}
	if visit != nil {
		visit(layers, out)
	}
	if first {
		return p.gatherFirst(a, out), nil
	}
	return out, nil
}

// widths returns the number of features of a row of queries, keys and values,
// and of attention's output: the largest of any layer.
func (e *Encoder) widths() (qkv, context int) {
	if e.blocks == nil {
		return 3 * e.spec.Hidden, e.spec.Hidden
	}
	for i := range e.spec.Blocks {
		b := &e.spec.Blocks[i]
		qkv, context = max(qkv, b.width()), max(context, b.queries())
	}
	return qkv, context
}

// gatherFirst returns the rows of x [tokens, output] of first tokens [texts,
// output], zero for a text without tokens.
func (p *pass) gatherFirst(a *Arena, x []float32) []float32 {
	hidden, texts := p.e.spec.Width(), p.b.Texts()
	a.first = Grow(a.first, texts*hidden)
	for t := range texts {
		row := a.first[t*hidden : (t+1)*hidden]
		if lo, hi := p.b.Span(t); lo == hi {
			clear(row)
		} else {
			copy(row, x[lo*hidden:])
		}
	}
	return a.first
}

// rowwise does all work between the attention of layer i (-1: the beginning)
// and that of the next, sharing the blocks among the workers.
func (p *pass) rowwise(i int) {
	if len(p.workers) == 1 {
		p.rowwisePart(i, 0)
		return
	}
	var wg sync.WaitGroup
	for n := 1; n < len(p.workers); n++ {
		wg.Go(func() { p.rowwisePart(i, n) })
	}
	p.rowwisePart(i, 0)
	wg.Wait()
}

// rowwisePart does goroutine n's part of the blocks.
func (p *pass) rowwisePart(i, n int) {
	blocks, parts := p.rows.blocks, len(p.workers)
	for k := n * len(blocks) / parts; k < (n+1)*len(blocks)/parts; k++ {
		p.rowwiseBlock(&p.workers[n].Scratch, i, &blocks[k])
	}
}

func (p *pass) rowwiseBlock(s *Scratch, i int, k *block) {
	hidden := p.e.spec.Hidden
	x := p.x[k.from*hidden : (k.from+k.rows)*hidden] // [rows, hidden]
	if p.e.blocks != nil {
		p.blockRows(s, i, k, kernel.RowMajor(x, k.rows, hidden))
		return
	}
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

// blockRows is rowwiseBlock for layers described by Blocks.
func (p *pass) blockRows(s *Scratch, i int, k *block, x kernel.Matrix) {
	// rows returns the block's rows of a matrix over all tokens.
	rows := func(data []float32, cols int) kernel.Matrix {
		return kernel.RowMajor(data[k.from*cols:(k.from+k.rows)*cols], k.rows, cols)
	}
	blocks := p.e.blocks
	if i < 0 {
		p.embed(s, x.Data, k)
		if p.inputs != nil {
			copy(p.inputs[k.from*x.Cols:(k.from+k.rows)*x.Cols], x.Data)
		}
	} else {
		blocks[i].finish(s, x, rows(p.context, blocks[i].block.queries()), p.inputs, p.b, k.from)
	}
	if i+1 < len(blocks) {
		next := &blocks[i+1]
		next.project(s, rows(p.qkv, next.block.width()), x, p.b, k.from)
		return
	}
	if p.e.final != nil {
		p.e.final.apply(x, x)
	}
	if p.e.output != nil {
		p.e.output.apply(s, rows(p.output, p.e.output.Out), x, nil)
	}
}

// embed writes the embeddings of the block's tokens to x [rows, hidden], and
// the scales of their LayerNorm to s.scales.
func (p *pass) embed(s *Scratch, x []float32, k *block) {
	if p.e.spec.Trigrams {
		p.embedTrigrams(s, x, k)
		return
	}
	e, width, rows := p.e, p.e.spec.Embedding, k.rows
	sum := x
	if e.project != nil {
		s.embed = Grow(s.embed, rows*width)
		sum = s.embed
	}
	s.row = Grow(s.row, width)
	for i := range rows {
		dst, token := sum[i*width:(i+1)*width], k.from+i
		e.tokens.Copy(dst, int(p.b.IDs[token]))
		if e.spec.EmbeddingScale != 0 {
			kernel.Scale(dst, float32(e.spec.EmbeddingScale))
		}
		if e.types.rows > 0 {
			e.types.add(dst, s.row, p.b.kind(token))
		}
		if e.positions.rows > 0 {
			e.positions.add(dst, s.row, int(p.b.Positions[token]))
		}
	}
	if e.project != nil && e.spec.ProjectFirst {
		e.project.Apply(s, x, e.spec.Hidden, sum, width, rows)
		m := kernel.RowMajor(x, rows, e.spec.Hidden)
		e.norm.apply(m, m)
		return
	}
	if e.norm != nil {
		s.scales = Grow(s.scales, rows)
		e.norm.applyScales(kernel.RowMajor(sum, rows, width), s.scales)
	}
	if e.project != nil {
		e.project.Apply(s, x, e.spec.Hidden, sum, width, rows)
	}
}

// embedTrigrams is embed for an encoder that uses a token's neighbours.
func (p *pass) embedTrigrams(s *Scratch, x []float32, k *block) {
	e, width, hidden, rows := p.e, p.e.spec.Embedding, p.e.spec.Hidden, k.rows
	s.embed = Grow(s.embed, rows*3*width) // the next token, this one, the one before
	for i := range rows {
		token := k.from + i
		place, _ := p.b.place(token)
		dst := s.embed[i*3*width : (i+1)*3*width]
		if next, ok := p.b.next(token, e.spec.Pad); ok {
			e.tokens.Copy(dst[:width], int(next))
		} else {
			clear(dst[:width])
		}
		e.tokens.Copy(dst[width:2*width], int(p.b.IDs[token]))
		if place > 0 {
			e.tokens.Copy(dst[2*width:], int(p.b.IDs[token-1]))
		} else {
			clear(dst[2*width:])
		}
	}
	e.project.Apply(s, x, hidden, s.embed, 3*width, rows)
	s.row = Grow(s.row, hidden)
	for i := range rows {
		dst, token := x[i*hidden:(i+1)*hidden], k.from+i
		if e.types.rows > 0 {
			e.types.add(dst, s.row, p.b.kind(token))
		}
		e.positions.add(dst, s.row, int(p.b.Positions[token]))
	}
	m := kernel.RowMajor(x, rows, hidden)
	e.norm.apply(m, m)
}

// project writes queries, keys and values of the block's rows x [rows, hidden]
// to qkv [rows, 3·hidden]; in the last layer it omits the queries if only those
// of the first tokens are needed.
func (l *packedLayer) project(s *Scratch, qkv, x []float32, k *block, first bool) {
	if l.qkv != nil {
		l.qkv.apply(s, kernel.RowMajor(qkv, k.rows, l.qkv.Out), kernel.RowMajor(x, k.rows, l.qkv.In), &k.pairs)
		return
	}
	hidden := l.query.In
	in, out := kernel.RowMajor(x, k.rows, hidden), kernel.RowMajor(qkv, k.rows, 3*hidden)
	l.keyValue.apply(s, out.Slice(0, k.rows, hidden, 3*hidden), in, &k.pairs)
	if !first {
		l.query.apply(s, out.Slice(0, k.rows, 0, hidden), in, &k.pairs)
	}
}

// finish does the rest of the layer after attention, in place on x [rows,
// hidden]: output projection of c [rows, hidden], feed-forward, and their
// LayerNorms.
func (l *packedLayer) finish(s *Scratch, x, c []float32, rows int, pairs *kernel.PairedRows) {
	hidden, wide := l.output.Out, l.up.Out
	s.inter = Grow(s.inter, rows*wide)
	state, inter := kernel.RowMajor(x, rows, hidden), kernel.RowMajor(s.inter, rows, wide)
	l.output.applyNorm(s, state, kernel.RowMajor(c, rows, hidden), pairs, l.attentionNorm)
	l.up.apply(s, inter, state, pairs)
	l.down.applyNorm(s, state, inter, pairs, l.outputNorm)
}

// finishFirst computes the last layer i only for the first token of each text
// and returns their hidden states [texts, hidden], zero for a text without
// tokens.
func (p *pass) finishFirst(i int, a *Arena) []float32 {
	l, s, hidden, texts := &p.e.layers[i], &a.Scratch, p.e.spec.Hidden, p.b.Texts()
	a.first = Grow(a.first, 3*texts*hidden)
	x := a.first[:texts*hidden]                 // [texts, hidden]
	q := a.first[texts*hidden : 2*texts*hidden] // [texts, hidden]
	gathered := a.first[2*texts*hidden:]        // [texts, hidden]
	for t := range texts {
		lo, hi := p.b.Span(t)
		if lo == hi { // no tokens to attend to
			clear(x[t*hidden : (t+1)*hidden])
			continue
		}
		copy(x[t*hidden:(t+1)*hidden], p.x[lo*hidden:])
	}
	l.query.Apply(s, q, hidden, x, hidden, texts)
	for t := range texts {
		lo, hi := p.b.Span(t)
		if lo == hi {
			clear(gathered[t*hidden : (t+1)*hidden])
			continue
		}
		p.e.attendText(s, gathered[t*hidden:(t+1)*hidden], hidden, q[t*hidden:(t+1)*hidden], hidden, 1,
			p.qkv[3*lo*hidden+hidden:3*hi*hidden], p.b.keys(t), 0, p.e.spec.Heads)
	}
	for r := 0; r < texts; r += blockRows {
		rows := min(blockRows, texts-r)
		l.finish(s, x[r*hidden:(r+rows)*hidden], gathered[r*hidden:(r+rows)*hidden], rows, nil)
	}
	for t := range texts {
		if lo, hi := p.b.Span(t); lo == hi {
			clear(x[t*hidden : (t+1)*hidden])
		}
	}
	return x
}
