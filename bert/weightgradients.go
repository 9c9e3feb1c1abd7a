package bert

import (
	"context"
	"fmt"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"

	"github.com/seed-56ee9438/cohort/internal/autograd"
)

// WeightGradients returns a score of the vector of a text, and what each of its
// tokens adds to it to first order: the derivative of the score by the token's
// weight, at weight 1. All attention to a token is in proportion to its weight, and
// so is its part in the mean that the text's vector is; at weight 0 it would be left
// out. It takes one pass forward and one back for all tokens together, where leaving
// them out takes a pass each. score and spans are as in [Model.PathGradients], which
// says what a token brings in place of padding; this says what would go without it.
//
// The errors are those of [Model.ForwardTokens].
func (m *Model) WeightGradients(ctx context.Context, text string, score func(vector, gradient []float32) float64) (value float64, tokens []float64, spans [][2]int, err error) {
	skip, err := m.checkPath(ctx)
	if err != nil {
		return 0, nil, nil, err
	}
	if score == nil {
		return 0, nil, nil, fmt.Errorf("%w: no score", ErrInput)
	}
	if err := m.checkDifferentiable(skip); err != nil {
		return 0, nil, nil, err
	}
	if err := m.runner.Enter(); err != nil {
		return 0, nil, nil, err
	}
	defer m.runner.Leave()
	p, err := m.embeddedText(m.pipeline.defaultPrompt, text)
	if err != nil {
		return 0, nil, nil, err
	}
	tree, err := m.tree()
	if err != nil {
		return 0, nil, nil, err
	}
	if err := tree.differentiable(); err != nil {
		return 0, nil, nil, err
	}
	n := len(p.input.IDs)
	if n == 0 {
		return 0, nil, nil, fmt.Errorf("%w: the text has no token", ErrInput)
	}
	e := tree.frozen()
	b, err := e.config.checkedBatch([]Input{p.input})
	if err != nil {
		return 0, nil, nil, err
	}
	keys := mat.NewDense[float32](mat.WithShape(n, 1), mat.WithBacking(make([]float32, n)), mat.WithGrad(true))
	f := &forward{Pass: autograd.Pass{Threads: m.runner.Threads()}, config: e.config, offsets: b.Offsets, keys: keys}
	states := f.states(e, f.LookupSum(e.tables(b)...))
	y := m.pooled(states)
	gradient := make([]float32, y.Shape()[1])
	value = score(mat.Data[float32](y.Value()), gradient)
	y.AccGrad(mat.NewDense[float32](mat.WithShape(1, len(gradient)), mat.WithBacking(gradient)))
	if err := ag.Backward(y); err != nil {
		return 0, nil, nil, fmt.Errorf("bert: %w", err)
	}
	tokens = make([]float64, n)
	for i, v := range mat.Data[float32](keys.Grad()) {
		tokens[i] = float64(v)
	}
	if m.pipeline.modes[0] == PoolMean {
		addMeanWeights(tokens, mat.Data[float32](states.Hidden.Value()), mat.Data[float32](states.Hidden.Grad()))
	}
	for i, moves := range p.moves {
		if !moves { // special tokens and the prompt are in every text
			tokens[i] = 0
		}
	}
	return value, tokens, p.spans, nil
}

// addMeanWeights adds the derivatives by the tokens' weights in the mean: g·(h -
// mean) for the hidden states h [tokens, hidden] and their gradients g, which are
// the same for all tokens.
func addMeanWeights(tokens []float64, h, g []float32) {
	width := len(h) / len(tokens)
	mean := make([]float64, width)
	for i, v := range h {
		mean[i%width] += float64(v) / float64(len(tokens))
	}
	for t := range tokens {
		for j, v := range h[t*width : (t+1)*width] {
			tokens[t] += float64(g[t*width+j]) * (float64(v) - mean[j])
		}
	}
}
