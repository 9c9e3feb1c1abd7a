package bert

import (
	"context"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// Tokens are texts that a model has tokenised: cut to its length, with the
// default prompt where it has one. They are immutable and belong to that model.
type Tokens struct {
	sequences engine.Sequences
}

// Len returns the number of texts.
func (t *Tokens) Len() int { return t.sequences.Texts() }

// Total returns the number of tokens of all texts, special ones included.
func (t *Tokens) Total() int { return len(t.sequences.IDs) }

// Tokenize does the first half of [Model.Embed], and [Model.EmbedTokens] the
// second: for who wants to encode the same texts repeatedly, or to time both
// apart. Embed does them at the same time and does not hold all tokens at once.
// It panics if the model was loaded without a tokenizer.
func (m *Model) Tokenize(texts []string) *Tokens {
	if m.tokenizer == nil {
		panic(ErrNoTokenizer)
	}
	prompt := m.pipeline.defaultPrompt
	t := new(Tokens)
	t.sequences.Reset()
	t.sequences.Skip = m.promptTokens(prompt)
	for _, text := range texts {
		m.tokenise(&t.sequences, prompt, text)
	}
	return t
}

// EmbedTokens returns what [Model.Embed] returns for the texts that t is of.
func (m *Model) EmbedTokens(ctx context.Context, t *Tokens) (*Embeddings, error) {
	n := t.Len()
	out := &Embeddings{data: make([]float32, n*m.dim), rows: n, dim: m.dim, Tokens: t.Total(), Truncated: t.sequences.Truncated}
	j := m.runner.Job()
	own := j.Sequences
	j.Sequences = t.sequences // only read
	err := m.embedJob(ctx, j, out.data, m.progress(n))
	j.Sequences = own
	m.runner.Release(j)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// EmbedIDs is [Model.Embed] for texts that were tokenised elsewhere, special
// tokens and prompts included: pooled, as the directory says. Ids, types and
// lengths that the model does not have are an ErrInput.
func (m *Model) EmbedIDs(ctx context.Context, texts []Input) (*Embeddings, error) {
	j := m.runner.Job()
	defer m.runner.Release(j)
	if err := m.config.checkInputs(&j.Sequences, texts); err != nil {
		return nil, err
	}
	out := &Embeddings{data: make([]float32, len(texts)*m.dim), rows: len(texts), dim: m.dim, Tokens: len(j.Sequences.IDs)}
	if err := m.embedJob(ctx, j, out.data, m.progress(len(texts))); err != nil {
		return nil, err
	}
	return out, nil
}
