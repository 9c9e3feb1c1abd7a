package bert

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
)

// Preset is a model whose embedding methods use other settings than the model's
// own: see [Model.With]. It has the methods of a cohort.Embedder, and like the
// model is immutable and may be used by any number of goroutines.
type Preset struct {
	unsavedState

	m       *Model
	options EmbedOptions
	call    *call
}

// With returns the model with settings for every call, for those who embed texts
// in somebody else's code, such as cohort.Segment:
//
//	safe, err := m.With(bert.EmbedOptions{SpecialTokensAsText: true})
//	seg, err := cohort.Segment(ctx, texts, cohort.Options{Model: safe})
//
// Invalid options give an ErrInput, and ErrNoTokenizer if there is no tokenizer.
// The Preset shares all memory with the model, and ends with it.
func (m *Model) With(o EmbedOptions) (*Preset, error) {
	if m == nil || m.runner == nil {
		return nil, fmt.Errorf("%w: the model was not loaded", ErrInput)
	}
	c, err := m.newCall(o)
	if err != nil {
		return nil, err
	}
	return &Preset{m: m, options: o, call: c}, nil
}

// Embed is [Model.EmbedWith] with the preset options.
func (p *Preset) Embed(ctx context.Context, texts []string) (*Embeddings, error) {
	if p == nil {
		return nil, fmt.Errorf("%w: no model", ErrInput)
	}
	return p.m.EmbedWith(ctx, texts, p.options)
}

// EmbedSeq is [Model.EmbedSeq] with the preset options.
func (p *Preset) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	if p == nil {
		return func(yield func([]float32, error) bool) { yield(nil, fmt.Errorf("%w: no model", ErrInput)) }
	}
	return p.m.embedSeq(ctx, texts, p.options)
}

// Model returns the model without the preset options.
func (p *Preset) Model() *Model { return p.m }

// Options returns the preset options.
func (p *Preset) Options() EmbedOptions { return p.options }

// Dim returns the number of features of an embedding.
func (p *Preset) Dim() int { return p.call.dim }

// Name returns the model's name.
func (p *Preset) Name() string { return p.m.Name() }

// Legible is [Model.Legible]. It returns true with a Tokenizer of the caller's.
func (p *Preset) Legible(text string) bool {
	return p.options.Tokenizer != nil || p.m.Legible(text)
}

// Digest returns a hexadecimal SHA-256 of the model's digest and the preset
// options, as far as these change embeddings; it is the model's if none does.
func (p *Preset) Digest() string {
	base := p.m.Digest()
	usual, err := p.m.newCall(EmbedOptions{})
	if err == nil && p.changes() == (&Preset{call: usual}).changes() || base == "" {
		return base
	}
	sum := sha256.Sum256([]byte(base + "\n" + p.changes()))
	return hex.EncodeToString(sum[:])
}

// changes describes the options that change embeddings.
func (p *Preset) changes() string {
	c := p.call
	s := fmt.Sprintf("prompt %q dim %d length %d means %v plain %v", c.prompt, c.dim, c.maxLength, c.overlength == MeanOfChunks, c.plain)
	if t := p.options.Tokenizer; t != nil {
		s += fmt.Sprintf(" tokenizer %q", t.Digest())
	}
	return s
}
