package bert

import (
	"context"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// HiddenStates are the outputs of every layer for some texts, padded to the
// longest one. Package tensors converts them to tensors.
type HiddenStates struct {
	Texts  int
	Tokens int // of the longest text
	Hidden int // features
	// Output is the number of features of the last layer: Hidden but for models
	// that project its output.
	Output int
	// Layers has NumHiddenLayers+1 elements [Texts, Tokens, Hidden]: the
	// embeddings, then the output of each layer, the last of which is [Texts,
	// Tokens, Output]. Rows of padding are zero.
	Layers [][]float32
	// Mask, [Texts, Tokens], is 1 for tokens and 0 for padding.
	Mask []float32
	// IDs are the tokens of each text, without padding.
	IDs [][]int32
	// Truncated is the number of texts that exceeded the model's length.
	Truncated int
}

// Encode returns the hidden states of every layer for every token. They take
// (layers+1) x texts x longest text x hidden size x 4 bytes, so pass few texts
// at a time. Special tokens are included; pooling and the modules after it are
// not applied.
func (m *Model) Encode(ctx context.Context, texts []string) (*HiddenStates, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if m.tokenizer == nil {
		return nil, ErrNoTokenizer
	}
	if m.Static() {
		return nil, m.noEncoder()
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	j.Sequences.Reset()
	for _, text := range texts {
		m.tokenise(&j.Sequences, "", text)
	}
	return m.encode(ctx, j)
}

// EncodeIDs is Encode for texts that were tokenised elsewhere. Ids, types and
// lengths that the model does not support give an ErrInput.
func (m *Model) EncodeIDs(ctx context.Context, texts []Input) (*HiddenStates, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if m.Static() {
		return nil, m.noEncoder()
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	if err := m.config.checkInputs(&j.Sequences, texts); err != nil {
		return nil, err
	}
	return m.encode(ctx, j)
}

func (m *Model) encode(ctx context.Context, j *engine.Job) (*HiddenStates, error) {
	s := &j.Sequences
	texts, hidden := s.Texts(), m.config.HiddenSize
	out := &HiddenStates{Texts: texts, Hidden: hidden, Output: m.config.width(), Truncated: s.Truncated, IDs: make([][]int32, texts)}
	for i := range texts {
		from, to := s.Span(i)
		out.IDs[i] = append([]int32(nil), s.IDs[from:to]...)
		out.Tokens = max(out.Tokens, to-from)
	}
	longest := out.Tokens
	out.Layers = make([][]float32, m.config.NumHiddenLayers+1)
	// size returns the number of features of a layer.
	size := func(layer int) int {
		if layer == m.config.NumHiddenLayers {
			return out.Output
		}
		return hidden
	}
	for l := range out.Layers {
		out.Layers[l] = make([]float32, texts*longest*size(l))
	}
	out.Mask = make([]float32, texts*longest)
	for i := range texts {
		for k := range s.Len(i) {
			out.Mask[i*longest+k] = 1
		}
	}
	j.Visit = func(b *engine.Batch, layer int, x []float32) {
		for t, i := range b.Index {
			from, to := b.Span(t)
			n := size(layer)
			copy(out.Layers[layer][i*longest*n:], x[from*n:to*n])
		}
	}
	err := m.runner.Run(ctx, m.encoder, j, false, func(*engine.Arena, *engine.Batch, []float32) error { return nil })
	if err != nil {
		return nil, err
	}
	return out, nil
}
