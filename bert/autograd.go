package bert

import (
	"fmt"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
)

// This file is the differentiable forward pass. It runs in spago's ag with
// operators of its own, each over the matrix of a whole batch, where spago's
// take a token at a time:
//
//	autograd_lookup.go     table rows, summed; first rows; means over texts
//	autograd_linear.go     linear layers, activations
//	autograd_norm.go       residual sum with LayerNorm; rows to unit length
//	autograd_attention.go  multi-head attention
//
// An operand gets at most two gradients, whose sum does not depend on their
// order: gradients are the same bits however ag's goroutines are scheduled.

// States are the hidden states of some texts as a node of spago's graph.
type States struct {
	Hidden  mat.Tensor // [tokens, hidden], texts end to end
	Offsets []int      // [texts+1]; text i has the rows Offsets[i] to Offsets[i+1]
}

// Forward computes the last hidden states of texts as a differentiable graph
// (call ag.Backward on what is made of them). There is no dropout. It gives what
// embedding gives, up to rounding, more slowly. Ids and lengths that the model
// does not have are an ErrInput.
func (e *Encoder) Forward(texts []Input) (*States, error) {
	b, err := e.config.checkedBatch(texts)
	if err != nil {
		return nil, err
	}
	if b.tokens() == 0 {
		return nil, fmt.Errorf("%w: no tokens at all", ErrInput)
	}
	c := e.config
	sum := &lookupSum{tables: []mat.Tensor{e.Embeddings.Tokens, e.Embeddings.Positions}, rows: [][]int32{b.ids, b.positions}}
	if e.Embeddings.TokenTypes != nil {
		types := b.types
		if len(types) == 0 {
			types = make([]int32, b.tokens())
		}
		sum.tables, sum.rows = append(sum.tables, e.Embeddings.TokenTypes), append(sum.rows, types)
	}
	x := e.Embeddings.Norm.Forward(run(sum), nil)
	if e.Embeddings.Project != nil {
		x = e.Embeddings.Project.Forward(x)
	}
	for _, l := range e.Layers {
		x = l.Attention.forward(c, x, e.RelativeBias, b.offsets)
		x = l.FeedForward.forward(c, x)
	}
	return &States{Hidden: x, Offsets: b.offsets}, nil
}

// forward is LayerNorm(x + Output(attention(x))).
func (a *SelfAttention) forward(c *Config, x, relativeBias mat.Tensor, offsets []int) mat.Tensor {
	qkv := stacked(x, a.Query, a.Key, a.Value) // [tokens, 3·hidden]
	att := &attention{qkv: qkv, heads: c.NumAttentionHeads, offsets: offsets}
	if c.RelativeBuckets > 0 {
		att.bias = relativeBias
	}
	return a.Norm.Forward(a.Output.Forward(run(att)), x)
}

// forward is LayerNorm(x + Down(act(Up(x)))).
func (f *FeedForward) forward(c *Config, x mat.Tensor) mat.Tensor {
	inner := run(&activate{x: f.Up.Forward(x), fn: activations[c.HiddenAct]}) // [tokens, intermediate]
	return f.Norm.Forward(f.Down.Forward(inner), x)
}

// Forward computes x·Weightᵀ + Bias, [rows, out], as a differentiable node; x
// is [rows, in].
func (l *Linear) Forward(x mat.Tensor) mat.Tensor { return stacked(x, l) }

// Forward normalises x [rows, features], or the sum of x and residual if that
// is not nil, as a differentiable node.
func (n *LayerNorm) Forward(x, residual mat.Tensor) mat.Tensor {
	return run(&layerNorm{x: x, residual: residual, gamma: n.Weight, beta: n.Bias, eps: n.Eps})
}

// FirstTokens returns the first token's hidden state of each text, [texts,
// hidden], as a differentiable node: CLS pooling.
func (s *States) FirstTokens() mat.Tensor {
	return run(&poolTexts{x: s.Hidden, offsets: s.Offsets, first: true})
}

// Mean returns the mean of each text's hidden states, [texts, hidden], as a
// differentiable node: mean pooling.
func (s *States) Mean() mat.Tensor { return run(&poolTexts{x: s.Hidden, offsets: s.Offsets}) }

// NormalizeRows scales each row of x to unit length, as a differentiable node.
func NormalizeRows(x mat.Tensor) mat.Tensor { return run(&unitRows{x: x}) }

// run makes an operator of f and computes it. None of the operators here can
// fail, so that ag never comes to its log.Fatal.
func run(f ag.AutoGradFunction) mat.Tensor { return ag.NewOperator(f).Run() }

// checkedBatch lays texts end to end after checking them.
func (c *Config) checkedBatch(texts []Input) (*batch, error) {
	var s sequences
	if err := c.checkInputs(&s, texts); err != nil {
		return nil, err
	}
	b := new(batch)
	b.reset()
	for i := range texts {
		b.add(c, &s, i)
	}
	return b, nil
}

// data returns the elements of a node or parameter without a copy.
func data(t mat.Tensor) []float32 { return mat.Data[float32](t.Value()) }

// newNode makes the value of a node.
func newNode(x []float32, rows, cols int) *mat.Dense[float32] {
	return mat.NewDense[float32](mat.WithShape(rows, cols), mat.WithBacking(x))
}

// accumulate hands an operand its gradient, in the operand's own shape.
func accumulate(t mat.Tensor, grad []float32) {
	t.AccGrad(mat.NewDense[float32](mat.WithShape(append([]int(nil), t.Shape()...)...), mat.WithBacking(grad)))
}

// rowsCols returns the shape of a matrix.
func rowsCols(t mat.Tensor) (rows, cols int) {
	s := t.Shape()
	return s[0], s[1]
}
