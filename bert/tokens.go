package bert

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// Tokens are texts that a model has tokenised: truncated to its length, with
// the call's prompt. They are immutable and belong to that model.
type Tokens struct {
	unsavedState

	sequences engine.Sequences
	cut       []int // the texts that were truncated, ascending
	call      call
}

// Len returns the number of texts.
func (t *Tokens) Len() int { return t.sequences.Texts() }

// Total returns the number of tokens of all texts, special ones included.
func (t *Tokens) Total() int { return len(t.sequences.IDs) }

// Count returns the number of tokens of text i, special ones included.
func (t *Tokens) Count(i int) int { return t.sequences.Len(i) }

// Truncated reports whether text i exceeded the model's length and was
// truncated.
func (t *Tokens) Truncated(i int) bool {
	_, cut := slices.BinarySearch(t.cut, i)
	return cut
}

// Joins reports whether [Model.EmbedTokens] accepts t together with other.
func (t *Tokens) Joins(other *Tokens) bool {
	return t.call.dim == other.call.dim && t.call.skip == other.call.skip
}

// Tokenize does the first half of [Model.Embed]; [Model.EmbedTokens] does the
// second. They are for programs that encode the same texts repeatedly, count
// tokens beforehand, or time the two halves separately. Embed does both at the
// same time and does not hold all tokens at once. Tokenize panics if the model
// was loaded without a tokenizer.
func (m *Model) Tokenize(texts []string) *Tokens {
	t, err := m.TokenizeWith(texts, EmbedOptions{})
	if err != nil {
		panic(err)
	}
	return t
}

// TokenizeWith is Tokenize with the settings of a call and the errors of
// [Model.EmbedWith]. o.Progress is ignored.
func (m *Model) TokenizeWith(texts []string, o EmbedOptions) (*Tokens, error) {
	if err := m.loaded(); err != nil {
		return nil, err
	}
	c, err := m.newCall(o)
	if err != nil {
		return nil, err
	}
	if c.overlength == MeanOfChunks {
		return nil, fmt.Errorf("%w: MeanOfChunks needs the texts, not their tokens", ErrInput)
	}
	t := &Tokens{call: *c}
	c.begin(&t.sequences)
	for i, text := range texts {
		cut, err := c.add(&t.sequences, i, text)
		if err != nil {
			return nil, err
		}
		if cut {
			t.cut = append(t.cut, i)
		}
	}
	return t, nil
}

// EmbedTokens returns what [Model.EmbedWith] returns for the texts of tokens,
// one after the other. Tokens may come from several calls; they give an
// ErrInput if they differ in Dim or, where the model leaves prompts out of the
// pooling, in the prompt.
func (m *Model) EmbedTokens(ctx context.Context, tokens ...*Tokens) (*Embeddings, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	c := call{dim: m.dim}
	if len(tokens) > 0 {
		c = tokens[0].call
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	own := j.Sequences
	defer func() { j.Sequences = own }()
	if len(tokens) == 1 {
		j.Sequences = tokens[0].sequences // only read
	} else {
		own.Reset()
		own.Skip = c.skip
		for i, t := range tokens {
			if !t.Joins(tokens[0]) {
				return nil, fmt.Errorf("%w: tokens %d are of a call with another Dim or prompt than tokens 0", ErrInput, i)
			}
			own.Append(&t.sequences)
		}
		j.Sequences = own
	}
	n := j.Sequences.Texts()
	out := &Embeddings{data: make([]float32, n*m.dim), rows: n, dim: m.dim, Tokens: len(j.Sequences.IDs), Truncated: j.Sequences.Truncated}
	if err := m.embedJob(ctx, j, out.data, reporter(m.options.Progress, n)); err != nil {
		return nil, err
	}
	return m.shorten(&c, out), nil
}

// EmbedIDs is [Model.Embed] for texts that were tokenised elsewhere, with
// special tokens and prompts included in the pooling as the directory says.
// Ids, types and lengths that the model does not support, and texts without
// tokens, give an ErrInput.
func (m *Model) EmbedIDs(ctx context.Context, texts []Input) (*Embeddings, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if err := m.gives(denseVectors); err != nil {
		return nil, err
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	if err := m.config.checkInputs(&j.Sequences, texts); err != nil {
		return nil, err
	}
	for i, t := range texts {
		if len(t.IDs) == 0 && m.pipeline.static == nil {
			return nil, fmt.Errorf("%w: text %d has no token", ErrInput, i)
		}
	}
	out := &Embeddings{data: make([]float32, len(texts)*m.dim), rows: len(texts), dim: m.dim, Tokens: len(j.Sequences.IDs)}
	if err := m.embedJob(ctx, j, out.data, reporter(m.options.Progress, len(texts))); err != nil {
		return nil, err
	}
	return out, nil
}
