package bert

import (
	"fmt"

	"github.com/nlpodyssey/spago/mat"

	"github.com/seed-56ee9438/cohort/bert/internal/activation"
	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/autograd"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// This file has the differentiable forward pass over the tree of spago models.

// Pass configures a differentiable pass. The zero value computes what the
// embedding path does.
type Pass struct {
	// Dropout applies dropout at the rates and places of config.json, as in
	// training. Which elements are dropped depends on Seed and the batch alone.
	Dropout bool
	Seed    uint64
	Threads int // goroutines that compute; 0: GOMAXPROCS
}

// States are the hidden states of some texts as a node of spago's graph.
type States struct {
	unsavedState

	Hidden  mat.Tensor // [tokens, hidden], texts end to end
	Offsets []int      // [texts+1]; text i has the rows Offsets[i] to Offsets[i+1]

	pass *autograd.Pass
}

// Forward is [Encoder.ForwardWith] without dropout.
func (e *Encoder) Forward(texts []Input) (*States, error) { return e.ForwardWith(texts, Pass{}) }

// ForwardWith computes the last hidden states of texts as a differentiable graph
// (call ag.Backward on a result derived from them). Without dropout the values
// equal those of the embedding path up to rounding; computing them is slower.
// Values and gradients are the same bits for any number of threads. Ids and
// lengths that the model does not support give an ErrInput, dropout rates
// outside [0, 1) an ErrConfig.
func (e *Encoder) ForwardWith(texts []Input, o Pass) (*States, error) {
	if err := e.differentiable(); err != nil {
		return nil, err
	}
	b, err := e.config.checkedBatch(texts)
	if err != nil {
		return nil, err
	}
	if b.Tokens() == 0 {
		return nil, fmt.Errorf("%w: no tokens at all", ErrInput)
	}
	f := &forward{Pass: autograd.Pass{Threads: o.Threads, Seed: o.Seed}, config: e.config, offsets: b.Offsets}
	if o.Dropout {
		if f.rates = e.config.dropout; !f.rates.valid() {
			return nil, &ConfigError{File: configFile, Field: "dropout rates", Got: fmt.Sprintf("%g and %g", f.rates.hidden, f.rates.attention), Want: "numbers of at least 0 and less than 1"}
		}
	}
	return f.states(e, f.LookupSum(e.tables(b)...)), nil
}

// states computes the hidden states for sums of table rows [tokens, embedding].
func (f *forward) states(e *Encoder, sums mat.Tensor) *States {
	x := f.Dropout(f.norm(e.Embeddings.Norm, sums, nil), f.rates.hidden)
	if e.Embeddings.Project != nil {
		x = f.linear(e.Embeddings.Project, x)
	}
	for _, l := range e.Layers {
		x = f.attention(l.Attention, x, e.RelativeBias)
		x = f.feedForward(l.FeedForward, x)
	}
	return &States{Hidden: x, Offsets: f.offsets, pass: &f.Pass}
}

// tables are those whose rows a batch's embeddings are the sums of.
func (e *Encoder) tables(b *engine.Batch) []autograd.Table {
	noPosition := int32(-1)
	switch architectures[e.config.ModelType].positions {
	case positionsAfterPad:
		noPosition = int32(e.config.PadTokenID)
	case positionsFrom2:
		noPosition = 1
	}
	tables := []autograd.Table{
		{Weight: e.Embeddings.Tokens, Rows: b.IDs, Padding: int32(e.config.PadTokenID)},
		{Weight: e.Embeddings.Positions, Rows: b.Positions, Padding: noPosition},
	}
	if e.Embeddings.TokenTypes != nil {
		types := b.Types
		if len(types) == 0 {
			types = make([]int32, b.Tokens())
		}
		tables = append(tables, autograd.Table{Weight: e.Embeddings.TokenTypes, Rows: types, Padding: -1})
	}
	return tables
}

// differentiable returns an ErrUnsupported if the encoder has no differentiable
// pass.
func (e *Encoder) differentiable() error {
	if e == nil || e.config == nil {
		return fmt.Errorf("%w: no encoder of a model", ErrInput)
	}
	if e.config.blocks != nil || e.Embeddings.TaskTypes != nil {
		return fmt.Errorf("%w: %s has no differentiable pass", ErrUnsupported, e.config.ModelType)
	}
	return nil
}

// forward is one differentiable pass.
type forward struct {
	autograd.Pass
	config  *Config
	rates   dropoutRates
	offsets []int
	keys    mat.Tensor // [tokens, 1] logarithms of the tokens' weights, or nil
}

// attention is LayerNorm(x + Output(attention(x))).
func (f *forward) attention(a *SelfAttention, x, relativeBias mat.Tensor) mat.Tensor {
	c := f.config
	qkv := f.Linear(x, a.Query.affine(), a.Key.affine(), a.Value.affine()) // [tokens, 3·hidden]
	o := autograd.AttentionOptions{Heads: c.NumAttentionHeads, Offsets: f.offsets, Dropout: f.rates.attention, Keys: f.keys}
	if c.RelativeBuckets > 0 {
		o.Bias = &autograd.RelativeBias{Weight: relativeBias, Bucket: func(distance int) int {
			return engine.RelativeBucket(distance, c.RelativeBuckets, 128)
		}}
	}
	out := f.linear(a.Output, f.Attention(qkv, o)) // [tokens, hidden]
	if !f.rates.attentionOutputKept {
		out = f.Dropout(out, f.rates.hidden)
	}
	return f.norm(a.Norm, out, x)
}

// feedForward is LayerNorm(x + Down(act(Up(x)))).
func (f *forward) feedForward(l *FeedForward, x mat.Tensor) mat.Tensor {
	inner := f.Activate(f.linear(l.Up, x), elementwise(f.config.HiddenAct)) // [tokens, intermediate]
	return f.norm(l.Norm, f.Dropout(f.linear(l.Down, inner), f.rates.hidden), x)
}

// elementwise returns the activation of that name, which validate has checked.
func elementwise(name string) autograd.Function {
	act, _ := activation.ByName(name)
	f := autograd.Function{Value: act.Value, Derivative: act.Derivative}
	if name == "gelu" || name == "gelu_python" {
		f.Kernel = kernel.GELU
	}
	return f
}

func (f *forward) linear(l *Linear, x mat.Tensor) mat.Tensor { return f.Linear(x, l.affine()) }

func (f *forward) norm(n *LayerNorm, x, residual mat.Tensor) mat.Tensor {
	return f.LayerNorm(x, residual, n.Weight, n.Bias, n.Eps)
}

// Forward computes x·Weightᵀ + Bias, [rows, out], as a differentiable node; x
// is [rows, in]. An adapter's product is added.
func (l *Linear) Forward(x mat.Tensor) mat.Tensor { return (*autograd.Pass)(nil).Linear(x, l.affine()) }

func (l *Linear) affine() autograd.Affine {
	a := autograd.Affine{Weight: l.Weight}
	if l.Bias != nil {
		a.Bias = l.Bias
	}
	if l.Adapter != nil {
		a.Adapter = &autograd.LowRank{Down: l.Adapter.Down, Up: l.Adapter.Up, Scale: float32(l.Adapter.Scale)}
	}
	return a
}

// Forward normalises x [rows, features], or the sum of x and residual if
// residual is not nil, as a differentiable node.
func (n *LayerNorm) Forward(x, residual mat.Tensor) mat.Tensor {
	return (*autograd.Pass)(nil).LayerNorm(x, residual, n.Weight, n.Bias, n.Eps)
}

// FirstTokens returns the first token's hidden state of each text, [texts,
// hidden], as a differentiable node: CLS pooling.
func (s *States) FirstTokens() mat.Tensor {
	return s.pass.FirstRows(s.Hidden, s.Offsets)
}

// Mean returns the mean of each text's hidden states, [texts, hidden], as a
// differentiable node: mean pooling.
func (s *States) Mean() mat.Tensor { return s.pass.MeanRows(s.Hidden, s.Offsets) }

// NormalizeRows scales each row of x to unit length, as a differentiable node.
func NormalizeRows(x mat.Tensor) mat.Tensor { return (*autograd.Pass)(nil).NormalizeRows(x) }

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
