package bert

import (
	"fmt"

	"github.com/nlpodyssey/spago/mat"
)

// ForwardTokens computes the vectors of texts, [texts, Dim], as a differentiable
// graph: by the encoder e, the model's own or a copy of it made by
// [Encoder.Trainable], then pooled and scaled as the directory says. Without
// dropout they equal those of [Model.EmbedTokens] up to rounding.
//
// A model that pools otherwise than by the mean or the first token, or several
// layers, has modules after the pooling other than Normalize, leaves prompts out of
// the pooling or shortens its vectors gives an ErrUnsupported. Texts without tokens
// give an ErrInput, as does an encoder of another model.
func (m *Model) ForwardTokens(e *Encoder, t *Tokens, o Pass) (mat.Tensor, error) {
	if err := m.loaded(); err != nil {
		return nil, err
	}
	if e == nil || t == nil {
		return nil, fmt.Errorf("%w: no encoder or no tokens", ErrInput)
	}
	if e.config != m.config {
		return nil, fmt.Errorf("%w: the encoder is not one of this model, nor a copy of one", ErrInput)
	}
	if err := m.checkDifferentiable(t.call.skip); err != nil {
		return nil, err
	}
	inputs := make([]Input, t.Len())
	for i := range inputs {
		from, to := t.sequences.Span(i)
		if from == to {
			return nil, fmt.Errorf("%w: text %d has no token", ErrInput, i)
		}
		inputs[i].IDs = t.sequences.IDs[from:to]
		if len(t.sequences.Types) > 0 {
			inputs[i].TypeIDs = t.sequences.Types[from:to]
		}
	}
	states, err := e.ForwardWith(inputs, o)
	if err != nil {
		return nil, err
	}
	return m.pooled(states), nil
}

// pooled pools and scales hidden states as the directory says, [texts, Dim]. The
// model must have passed checkDifferentiable.
func (m *Model) pooled(states *States) mat.Tensor {
	pool := states.Mean
	if m.pipeline.modes[0] == PoolCLS {
		pool = states.FirstTokens
	}
	x := pool()
	for range m.pipeline.steps { // all of them Normalize
		x = states.pass.NormalizeRows(x)
	}
	return x
}

// checkDifferentiable returns an ErrUnsupported unless the chain of modules is
// one that ForwardTokens follows.
func (m *Model) checkDifferentiable(skip int) error {
	p := m.pipeline
	if len(p.modes) != 1 || p.modes[0] != PoolMean && p.modes[0] != PoolCLS {
		return fmt.Errorf("%w: pooling %s has no differentiable pass, cls and mean have", ErrUnsupported, p.poolingName())
	}
	if p.layers != nil {
		return fmt.Errorf("%w: the weighted sum of layers of WeightedLayerPooling has no differentiable pass", ErrUnsupported)
	}
	if len(p.tokenSteps) > 0 {
		return fmt.Errorf("%w: a module before the pooling has no differentiable pass", ErrUnsupported)
	}
	for _, s := range p.steps {
		if _, ok := s.(normalizeStep); !ok {
			return fmt.Errorf("%w: a module after the pooling has no differentiable pass, Normalize has", ErrUnsupported)
		}
	}
	if skip > 0 {
		return fmt.Errorf("%w: there is no differentiable pass that leaves a prompt out of the pooling", ErrUnsupported)
	}
	if m.dim != p.width {
		return fmt.Errorf("%w: vectors shortened to %d of %d features have no differentiable pass", ErrUnsupported, m.dim, p.width)
	}
	return nil
}
