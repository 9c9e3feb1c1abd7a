package bert

import (
	"fmt"

	"github.com/nlpodyssey/spago/mat"

	"github.com/seed-56ee9438/cohort/bert/internal/activation"
	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/autograd"
)

// This file has the differentiable forward pass over the tree of spago models.

// States are the hidden states of some texts as a node of spago's graph.
type States struct {
	Hidden  mat.Tensor // [tokens, hidden], texts end to end
	Offsets []int      // [texts+1]; text i has the rows Offsets[i] to Offsets[i+1]
}

// Forward computes the last hidden states of texts as a differentiable graph
// (call ag.Backward on a result derived from them). There is no dropout. The
// values equal those of the embedding path up to rounding; computing them is
// slower. Ids and lengths that the model does not support give an ErrInput.
func (e *Encoder) Forward(texts []Input) (*States, error) {
	if e.config.blocks != nil || e.Embeddings.TaskTypes != nil {
		return nil, fmt.Errorf("%w: %s has no differentiable pass", ErrUnsupported, e.config.ModelType)
	}
	b, err := e.config.checkedBatch(texts)
	if err != nil {
		return nil, err
	}
	if b.Tokens() == 0 {
		return nil, fmt.Errorf("%w: no tokens at all", ErrInput)
	}
	c := e.config
	tables, rows := []mat.Tensor{e.Embeddings.Tokens, e.Embeddings.Positions}, [][]int32{b.IDs, b.Positions}
	if e.Embeddings.TokenTypes != nil {
		types := b.Types
		if len(types) == 0 {
			types = make([]int32, b.Tokens())
		}
		tables, rows = append(tables, e.Embeddings.TokenTypes), append(rows, types)
	}
	x := e.Embeddings.Norm.Forward(autograd.LookupSum(tables, rows), nil)
	if e.Embeddings.Project != nil {
		x = e.Embeddings.Project.Forward(x)
	}
	for _, l := range e.Layers {
		x = l.Attention.forward(c, x, e.RelativeBias, b.Offsets)
		x = l.FeedForward.forward(c, x)
	}
	return &States{Hidden: x, Offsets: b.Offsets}, nil
}

// forward is LayerNorm(x + Output(attention(x))).
func (a *SelfAttention) forward(c *Config, x, relativeBias mat.Tensor, offsets []int) mat.Tensor {
	qkv := autograd.Linear(x, a.Query.affine(), a.Key.affine(), a.Value.affine()) // [tokens, 3·hidden]
	var bias *autograd.RelativeBias
	if c.RelativeBuckets > 0 {
		bias = &autograd.RelativeBias{Weight: relativeBias, Bucket: func(distance int) int {
			return engine.RelativeBucket(distance, c.RelativeBuckets, 128)
		}}
	}
	attention := autograd.Attention(qkv, c.NumAttentionHeads, offsets, bias) // [tokens, hidden]
	return a.Norm.Forward(a.Output.Forward(attention), x)
}

// forward is LayerNorm(x + Down(act(Up(x)))).
func (f *FeedForward) forward(c *Config, x mat.Tensor) mat.Tensor {
	act, _ := activation.ByName(c.HiddenAct)                               // checked by validate
	inner := autograd.Activate(f.Up.Forward(x), act.Value, act.Derivative) // [tokens, intermediate]
	return f.Norm.Forward(f.Down.Forward(inner), x)
}

// Forward computes x·Weightᵀ + Bias, [rows, out], as a differentiable node; x
// is [rows, in].
func (l *Linear) Forward(x mat.Tensor) mat.Tensor { return autograd.Linear(x, l.affine()) }

func (l *Linear) affine() autograd.Affine {
	a := autograd.Affine{Weight: l.Weight}
	if l.Bias != nil {
		a.Bias = l.Bias
	}
	return a
}

// Forward normalises x [rows, features], or the sum of x and residual if
// residual is not nil, as a differentiable node.
func (n *LayerNorm) Forward(x, residual mat.Tensor) mat.Tensor {
	return autograd.LayerNorm(x, residual, n.Weight, n.Bias, n.Eps)
}

// FirstTokens returns the first token's hidden state of each text, [texts,
// hidden], as a differentiable node: CLS pooling.
func (s *States) FirstTokens() mat.Tensor {
	return autograd.FirstRows(s.Hidden, s.Offsets)
}

// Mean returns the mean of each text's hidden states, [texts, hidden], as a
// differentiable node: mean pooling.
func (s *States) Mean() mat.Tensor { return autograd.MeanRows(s.Hidden, s.Offsets) }

// NormalizeRows scales each row of x to unit length, as a differentiable node.
func NormalizeRows(x mat.Tensor) mat.Tensor { return autograd.NormalizeRows(x) }

// checkedBatch checks texts and lays them end to end.
func (c *Config) checkedBatch(texts []Input) (*engine.Batch, error) {
	var s engine.Sequences
	if err := c.checkInputs(&s, texts); err != nil {
		return nil, err
	}
	b := new(engine.Batch)
	b.Reset()
	spec := c.spec()
	for i := range texts {
		b.Add(&spec, &s, i)
	}
	return b, nil
}
