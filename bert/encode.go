package bert

import (
	"context"

	"gorgonia.org/tensor"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// HiddenStates are the outputs of every layer for some texts, padded to the
// longest one.
type HiddenStates struct {
	// Layers has NumHiddenLayers+1 tensors [texts, tokens, hidden] of
	// float32: the embeddings, then the output of each layer. Rows of padding
	// are zero. It is empty if there are no tokens at all: gorgonia has no
	// tensors without elements.
	Layers []*tensor.Dense
	// Mask, [texts, tokens] of float32, is 1 for tokens and 0 for padding.
	Mask *tensor.Dense
	// IDs are the tokens of each text, without padding.
	IDs [][]int32
	// Truncated is the number of texts that were longer than the model.
	Truncated int
}

// Encode returns the hidden states of every layer for every token. They take
// (layers+1) x texts x longest text x hidden size x 4 bytes: hand it a few texts
// at a time. Special tokens are included; pooling and all after it are not
// applied.
func (m *Model) Encode(ctx context.Context, texts []string) (*HiddenStates, error) {
	j := m.runner.Job()
	defer m.runner.Release(j)
	j.Sequences.Reset()
	for _, text := range texts {
		m.tokenise(&j.Sequences, "", text)
	}
	return m.encode(ctx, j)
}

// EncodeIDs is Encode for texts that were tokenised elsewhere. Ids, types and
// lengths that the model does not have are an ErrInput.
func (m *Model) EncodeIDs(ctx context.Context, texts []Input) (*HiddenStates, error) {
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
	out := &HiddenStates{Truncated: s.Truncated, IDs: make([][]int32, texts)}
	longest := 0
	for i := range texts {
		from, to := s.Span(i)
		out.IDs[i] = append([]int32(nil), s.IDs[from:to]...)
		longest = max(longest, to-from)
	}
	if texts == 0 || longest == 0 {
		return out, context.Cause(ctx)
	}
	layers := make([][]float32, m.config.NumHiddenLayers+1) // [texts, longest, hidden] each
	for l := range layers {
		layers[l] = make([]float32, texts*longest*hidden)
	}
	j.Visit = func(b *engine.Batch, layer int, x []float32) {
		for t, i := range b.Index {
			from, to := b.Span(t)
			copy(layers[layer][i*longest*hidden:], x[from*hidden:to*hidden])
		}
	}
	defer func() { j.Visit = nil }()
	err := m.runner.Run(ctx, m.encoder, j, false, func(*engine.Arena, *engine.Batch, []float32) error { return nil })
	if err != nil {
		return nil, err
	}
	mask := make([]float32, texts*longest)
	for i := range texts {
		for k := range s.Len(i) {
			mask[i*longest+k] = 1
		}
	}
	for _, l := range layers {
		out.Layers = append(out.Layers, tensor.New(tensor.WithShape(texts, longest, hidden), tensor.WithBacking(l)))
	}
	out.Mask = tensor.New(tensor.WithShape(texts, longest), tensor.WithBacking(mask))
	return out, nil
}
