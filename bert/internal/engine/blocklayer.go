package engine

import (
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// blockLayer is a packed layer described by a Block.
type blockLayer struct {
	block *Block

	inputNorm          *Norm   // [hidden], or nil
	qkv                *Linear // [width, hidden]: queries, keys, values
	queryNorm, keyNorm *Norm   // [dim] or [heads·dim], or nil
	valueNorm          *Norm   // [dim], or nil
	output             *Linear // [hidden, queries]
	attentionOutNorm   *Norm   // [hidden], or nil
	attentionNorm      *Norm   // [hidden], or nil

	feedForwardNorm    *Norm   // [hidden], or nil
	up                 *Linear // [intermediate, hidden]
	gate               *Linear // [intermediate, hidden], or nil
	down               *Linear // [hidden, intermediate]
	feedForwardOutNorm *Norm   // [hidden], or nil
	outputNorm         *Norm   // [hidden], or nil

	positions *positionTerms // of a Disentangled block
	narrow    *narrowLayer   // of a layer that works on fewer features

	convolution *convolution // or nil
	perLayer    *perLayer    // or nil
	scale       float32      // of the output; 0: 1
}

func newBlockLayer(b *Block, w *LayerWeights, precision Precision) blockLayer {
	how := precision.format()
	norm := func(w *NormWeights) *Norm {
		if w == nil {
			return nil
		}
		return NewNorm(*w)
	}
	l := blockLayer{
		block:     b,
		inputNorm: norm(w.InputNorm), queryNorm: norm(w.QueryNorm), keyNorm: norm(w.KeyNorm),
		attentionOutNorm: norm(w.AttentionOutNorm), attentionNorm: norm(w.AttentionNorm),
		feedForwardNorm: norm(w.FeedForwardNorm), feedForwardOutNorm: norm(w.FeedForwardOutNorm), outputNorm: norm(w.OutputNorm),
		qkv:    stackLinear(how, &w.Query, &w.Key, &w.Value),
		output: w.Output.pack(nil, how),
		up:     w.Up.pack(nil, how),
		down:   w.Down.pack(nil, how),
	}
	if w.Gate != nil {
		l.gate = w.Gate.pack(nil, how).activated(b.Activation)
	} else {
		l.up.activated(b.Activation)
	}
	if w.Narrow != nil {
		l.narrow = newNarrowLayer(b, w.Narrow, how)
	}
	if b.ValueNorm != 0 {
		l.valueNorm = NewNorm(NormWeights{Gamma: slices.Repeat([]float32{1}, b.HeadDim), Eps: b.ValueNorm, RMS: true})
	}
	if w.Convolution != nil {
		l.convolution = newConvolution(w.Convolution, how)
	}
	if w.PerLayer != nil {
		l.perLayer = newPerLayer(w.PerLayer, b.Activation, how)
	}
	l.scale = float32(w.OutputScale)
	if b.Rotary != nil {
		b.Rotary.prepare()
	}
	if b.Disentangled != nil {
		l.positions = newPositionTerms(b, w)
	}
	return l
}

// stackLinear packs layers over the same input as one, with their outputs side
// by side. Layers without a bias get zeros if others have one.
func stackLinear(how kernel.Format, parts ...*LinearWeights) *Linear {
	all := LinearWeights{In: parts[0].In}
	biased := false
	for _, p := range parts {
		all.Out += p.Out
		biased = biased || p.Bias != nil
	}
	all.Weight = make([]float32, 0, all.Out*all.In)
	for _, p := range parts {
		all.Weight = append(all.Weight, p.Weight...)
		switch {
		case p.Bias != nil:
			all.Bias = append(all.Bias, p.Bias...)
		case biased:
			all.Bias = append(all.Bias, make([]float32, p.Out)...)
		}
	}
	return all.pack(nil, how)
}

// named lists the layer's linear layers.
func (l *blockLayer) named() []namedLinear {
	all := []namedLinear{{"query-key-value", l.qkv}, {"output", l.output}, {"up", l.up}, {"gate", l.gate}, {"down", l.down}}
	if n := l.narrow; n != nil {
		all = append(all, namedLinear{"enter", n.enter}, namedLinear{"leave", n.leave})
		for i := range n.more {
			all = append(all, namedLinear{fmt.Sprintf("more.%d.up", i), n.more[i].up}, namedLinear{fmt.Sprintf("more.%d.down", i), n.more[i].down})
		}
	}
	if c := l.convolution; c != nil {
		all = append(all, namedLinear{"convolution", c.kernel})
	}
	if p := l.perLayer; p != nil {
		all = append(all, namedLinear{"inputs", p.inputs}, namedLinear{"inputs-gate", p.gate}, namedLinear{"inputs-project", p.project})
	}
	return all
}

// project writes queries, keys and values of rows x [rows, hidden], which begin
// with token from of the batch, to qkv [rows, width].
func (l *blockLayer) project(s *Scratch, qkv, x kernel.Matrix, b *Batch, from int) {
	if l.inputNorm != nil {
		x = s.normed(x, l.inputNorm)
	}
	l.qkv.apply(s, qkv, x, nil)
	dim, queries, keys := l.block.HeadDim, l.block.queries(), l.block.keyValues()
	// norm normalises each head of a row, or all of them together.
	norm := func(n *Norm, row []float32) {
		if n != nil {
			m := kernel.RowMajor(row, len(row)/n.Features(), n.Features())
			n.apply(m, m)
		}
	}
	for i := range qkv.Rows {
		row := qkv.Row(i)
		norm(l.queryNorm, row[:queries])
		norm(l.keyNorm, row[queries:queries+keys])
		norm(l.valueNorm, row[queries+keys:])
		if r := l.block.Rotary; r != nil {
			place, tokens := b.place(from + i)
			cos, sin := r.at(s, place, tokens)
			turned := row[:queries+keys]
			if l.block.RotaryValues {
				turned = row
			}
			r.turn(turned, dim, cos, sin)
		}
	}
}

// finish does the rest of the layer after attention, in place on x [rows,
// hidden], which begins with token from of the batch: output projection of c
// [rows, queries], feed-forward, residual sums and norms. inputs [tokens,
// hidden] are what the first layer got, if the encoder keeps them.
func (l *blockLayer) finish(s *Scratch, x, c kernel.Matrix, inputs []float32, b *Batch, from int) {
	l.finishHalves(s, x, c)
	if l.convolution != nil {
		l.convolution.apply(s, x, inputs, b, from)
	}
	if l.perLayer != nil {
		l.perLayer.apply(s, x, kernel.RowMajor(inputs[from*x.Cols:(from+x.Rows)*x.Cols], x.Rows, x.Cols))
	}
	if l.scale != 0 {
		for i := range x.Rows {
			kernel.Scale(x.Row(i), l.scale)
		}
	}
}

// finishHalves does what all layers do after attention.
func (l *blockLayer) finishHalves(s *Scratch, x, c kernel.Matrix) {
	if l.narrow != nil {
		l.finishNarrow(s, x, c)
		return
	}
	s.branch = Grow(s.branch, x.Rows*x.Cols)
	branch := kernel.RowMajor(s.branch, x.Rows, x.Cols)
	l.output.apply(s, branch, c, nil)
	addBranch(x, branch, l.attentionOutNorm, l.attentionNorm)

	in := x
	if l.feedForwardNorm != nil {
		in = s.normed(x, l.feedForwardNorm)
	}
	wide := l.up.Out
	s.inter = Grow(s.inter, x.Rows*wide)
	inter := kernel.RowMajor(s.inter, x.Rows, wide)
	l.up.apply(s, inter, in, nil)
	if l.gate != nil {
		s.gates = Grow(s.gates, x.Rows*wide)
		l.gate.apply(s, kernel.RowMajor(s.gates, x.Rows, wide), in, nil)
		kernel.Multiply(s.inter, s.gates)
	}
	l.down.apply(s, branch, inter, nil)
	addBranch(x, branch, l.feedForwardOutNorm, l.outputNorm)
}

// addBranch adds the output of a layer's branch to x [rows, hidden],
// normalising the output with before and the sum with after, if they are not
// nil.
func addBranch(x, branch kernel.Matrix, before, after *Norm) {
	if before != nil {
		before.apply(branch, branch)
	}
	for i := range x.Rows {
		kernel.Add(x.Row(i), branch.Row(i))
	}
	if after != nil {
		after.apply(x, x)
	}
}

// normed returns x normalised, in scratch memory.
func (s *Scratch) normed(x kernel.Matrix, n *Norm) kernel.Matrix {
	s.normal = Grow(s.normal, x.Rows*x.Cols)
	out := kernel.RowMajor(s.normal, x.Rows, x.Cols)
	n.apply(out, x)
	return out
}
