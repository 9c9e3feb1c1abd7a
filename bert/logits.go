package bert

import (
	"context"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// Logits are the raw outputs of a model's head.
type Logits struct {
	// Outputs is the number of outputs in a row: the number of classes, the
	// vocabulary size for masked language modelling, or 2, start and end, for
	// question answering.
	Outputs int
	// PerToken reports that a text has a row for each token rather than a
	// single one.
	PerToken bool
	// Texts holds the rows of each text: [tokens, Outputs], or [Outputs].
	Texts [][]float32
}

// Logits returns the output of the model's head for texts that were tokenised
// elsewhere. Of several heads, it uses the first of sequence classification,
// token classification, question answering and masked language modelling. A
// model without a head gives ErrNoHead; ids, types and lengths that the model
// does not support give an ErrInput.
func (m *Model) Logits(ctx context.Context, texts []Input) (*Logits, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	if err := m.config.checkInputs(&j.Sequences, texts); err != nil {
		return nil, err
	}
	h, out := &m.heads, new(Logits)
	var rows []float32
	var err error
	switch {
	case h.sequence != nil:
		out.Outputs = h.sequence.out.Out
		rows, err = m.textLogits(ctx, j)
	case h.token != nil:
		out.Outputs, out.PerToken = h.token.out.Out, true
		rows, err = m.tokenLogits(ctx, j, h.token)
	case h.question != nil:
		out.Outputs, out.PerToken = h.question.out.Out, true
		rows, err = m.tokenLogits(ctx, j, h.question)
	case h.maskedLM != nil:
		out.Outputs, out.PerToken = m.config.VocabSize, true
		rows, err = m.vocabularyLogits(ctx, j)
	default:
		return nil, m.noHead("one of these tasks")
	}
	if err != nil {
		return nil, err
	}
	for i := range texts {
		from, to := i, i+1
		if out.PerToken {
			from, to = j.Sequences.Span(i)
		}
		out.Texts = append(out.Texts, rows[from*out.Outputs:to*out.Outputs:to*out.Outputs])
	}
	return out, nil
}

// vocabularyLogits runs the encoder and the head for masked language modelling over
// every token: [tokens, vocab], in the order of the sequences.
func (m *Model) vocabularyLogits(ctx context.Context, j *engine.Job) ([]float32, error) {
	size, vocab := m.config.width(), m.config.VocabSize
	logits := make([]float32, len(j.Sequences.IDs)*vocab)
	err := m.runner.Run(ctx, m.encoder, j, false, func(a *engine.Arena, b *engine.Batch, hidden []float32) error {
		for t, i := range b.Index {
			from, to := b.Span(t)
			for k := from; k < to; k++ {
				at := (j.Sequences.Offsets[i] + k - from) * vocab
				m.heads.maskedLM.logits(&a.Scratch, logits[at:at+vocab], hidden[k*size:(k+1)*size])
			}
		}
		return nil
	})
	return logits, err
}
