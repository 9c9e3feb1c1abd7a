package bert

import (
	"context"
	"fmt"

	"github.com/seed-56ee9438/cohort/tokenize"
)

// sequenceHead classifies a whole text by its first token.
type sequenceHead struct {
	dense *linear // [hidden, hidden] with activation: the head's own, or the pooler
	out   *linear // [labels, hidden]
}

func (l *treeLoader) loadSequenceHead() *sequenceHead {
	n, size := &l.arch.heads, l.config.HiddenSize
	h := &sequenceHead{}
	if n.classifierDense == "" {
		h.dense = l.loadPooler()
	} else {
		h.dense = l.headLinear(n.classifierDense, size, size, n.classifierAct)
	}
	h.out = l.headLinear(n.classifierOut, l.labels(n.classifierOut), size, "")
	return h
}

// Classification is what a sequence classifier says of a text or a pair.
type Classification struct {
	Label  string    // of the greatest score
	Score  float64   // that score
	Scores []float64 // [labels], in the order of Model.Config().Labels
	Logits []float32 // [labels], the raw outputs
	// Truncated tells that the text was longer than the model.
	Truncated bool
}

// Classify returns the class of each text, by a model for sequence
// classification. Scores are the softmax of the logits; for a single label and
// for problem_type multi_label_classification their sigmoids; for regression the
// logits themselves. A model without such a head gives ErrNoHead.
func (m *Model) Classify(ctx context.Context, texts []string) ([]Classification, error) {
	return m.classify(ctx, len(texts), func(s *sequences, i int) error {
		m.tokenise(s, "", texts[i])
		return nil
	})
}

// ClassifyPairs is Classify for pairs of texts read together, as cross-encoders
// do that judge a passage by a query or a hypothesis by a premise. The longer
// text of a pair is cut first.
func (m *Model) ClassifyPairs(ctx context.Context, pairs [][2]string) ([]Classification, error) {
	return m.classify(ctx, len(pairs), func(s *sequences, i int) error {
		e, err := m.tokenizer.EncodePair(pairs[i][0], pairs[i][1], tokenize.EncodeOptions{MaxLength: m.maxLength})
		if err != nil {
			return fmt.Errorf("bert: pair %d: %w", i, err)
		}
		m.addEncoding(s, e)
		return nil
	})
}

// addEncoding appends a tokenised text or pair.
func (m *Model) addEncoding(s *sequences, e *tokenize.Encoding) {
	s.ids = append(s.ids, e.IDs...)
	if m.config.TypeVocabSize > 1 {
		s.types = append(s.types, e.TypeIDs...)
	}
	if e.Truncated {
		s.truncated++
	}
	s.end()
}

func (m *Model) classify(ctx context.Context, n int, add func(s *sequences, i int) error) ([]Classification, error) {
	if m.heads.sequence == nil {
		return nil, m.noHead("sequence classification")
	}
	j := m.getJob()
	defer m.jobs.Put(j)
	j.sequences.reset()
	out := make([]Classification, n)
	for i := range n {
		before := j.sequences.truncated
		if err := add(&j.sequences, i); err != nil {
			return nil, err
		}
		out[i].Truncated = j.sequences.truncated > before
	}
	logits, err := m.textLogits(ctx, j)
	if err != nil {
		return nil, err
	}
	labels := m.heads.sequence.out.out
	for i := range out {
		c := &out[i]
		c.Logits = logits[i*labels : (i+1)*labels : (i+1)*labels]
		c.Scores = m.config.scores(c.Logits)
		best := argmax(c.Scores)
		c.Label, c.Score = m.config.Labels[best], c.Scores[best]
	}
	return out, nil
}

// scores turns logits into what the model's problem type makes of them.
func (c *Config) scores(logits []float32) []float64 {
	switch {
	case c.ProblemType == "regression":
		out := make([]float64, len(logits))
		for i, v := range logits {
			out[i] = float64(v)
		}
		return out
	case c.ProblemType == "multi_label_classification" || len(logits) == 1:
		out := make([]float64, len(logits))
		for i, v := range logits {
			out[i] = sigmoid(float64(v))
		}
		return out
	}
	return softmax64(logits)
}

// textLogits returns the outputs of the sequence head, [texts, labels].
func (m *Model) textLogits(ctx context.Context, j *job) ([]float32, error) {
	h, size := m.heads.sequence, m.config.HiddenSize
	out := make([]float32, j.sequences.texts()*h.out.out)
	err := m.process(ctx, j, true, func(a *arena, b *batch, hidden []float32) error {
		a.pooled = grow(a.pooled, b.texts()*size)
		h.dense.apply(&a.scratch, a.pooled, size, hidden, size, b.texts())
		for t, i := range b.index {
			h.out.apply(&a.scratch, out[i*h.out.out:], h.out.out, a.pooled[t*size:], size, 1)
		}
		return nil
	})
	return out, err
}
