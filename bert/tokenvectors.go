package bert

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// TokenVectors returns the vectors of all tokens of texts, special ones and the
// prompt's included: the encoder's last layer, without pooling and the modules
// after it, whatever they are. Those of a model of multi-vectors are what
// [Model.EmbedMultiAs] gives if it is not told what texts are for.
//
// o.Dim must be 0, and Overlength Truncate or Refuse. A static model, which has
// no encoder, gives an ErrUnsupported.
func (m *Model) TokenVectors(ctx context.Context, texts []string, o EmbedOptions) (*MultiVectors, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if m.Static() {
		return nil, m.noEncoder()
	}
	if m.pipeline.kind == multiVectors {
		return m.EmbedMultiAs(ctx, texts, AnyTask, o)
	}
	if o.Dim != 0 || o.Overlength == MeanOfChunks {
		return nil, fmt.Errorf("%w: Dim is %d, Overlength %d, want 0 and Truncate or Refuse for vectors of tokens", ErrInput, o.Dim, o.Overlength)
	}
	c, err := m.newCallOf(m.pipeline.kind, o)
	if err != nil {
		return nil, err
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	out := &MultiVectors{dim: m.config.width(), texts: make([][]float32, len(texts))}
	progress := c.report(len(texts))
	out.Tokens, out.Truncated, err = m.eachWindow(c, j, len(texts), func(i int) error {
		_, err := c.add(&j.Sequences, i, texts[i])
		return err
	}, func(from, to int) error {
		return m.tokensJob(ctx, j, out.texts[from:to], progress)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// TokenVectorsIDs is [Model.TokenVectors] for texts that were tokenised
// elsewhere, with special tokens. Ids, types and lengths that the model does not
// support give an ErrInput, a model of multi-vectors an ErrVectorKind.
func (m *Model) TokenVectorsIDs(ctx context.Context, texts []Input) (*MultiVectors, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if m.Static() {
		return nil, m.noEncoder()
	}
	if m.pipeline.kind == multiVectors {
		return nil, m.gives(denseVectors)
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	if err := m.config.checkInputs(&j.Sequences, texts); err != nil {
		return nil, err
	}
	out := &MultiVectors{dim: m.config.width(), texts: make([][]float32, len(texts)), Tokens: len(j.Sequences.IDs)}
	return out, m.tokensJob(ctx, j, out.texts, reporter(m.options.Progress, len(texts)))
}

// tokensJob sets the vectors of the tokens of the job's texts.
func (m *Model) tokensJob(ctx context.Context, j *engine.Job, texts [][]float32, progress func(int)) error {
	size := m.config.width()
	return m.runner.Run(ctx, m.encoder, j, false, func(_ *engine.Arena, b *engine.Batch, hidden []float32) error {
		for t, i := range b.Index {
			from, to := b.Span(t)
			texts[i] = slices.Clone(hidden[from*size : to*size])
		}
		if progress != nil {
			progress(b.Texts())
		}
		return nil
	})
}
