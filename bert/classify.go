package bert

import (
	"context"
	"fmt"

	"github.com/seed-56ee9438/cohort/bert/internal/activation"
	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// Classification is the result of a sequence classifier for a text or a pair of
// texts.
type Classification struct {
	Label  string    // the one with the highest score
	Score  float64   // its score
	Scores []float64 // [labels], in the order of Model.Config().Labels
	Logits []float32 // [labels], the raw outputs
	// Truncated reports that the text was longer than the model's limit.
	Truncated bool
}

// Classify returns the class of each text. It needs a model for sequence
// classification. Scores are the softmax of the logits; with a single label or
// problem_type multi_label_classification they are sigmoids, and for regression
// the logits themselves. A function named in a cross-encoder's directory takes
// the place of these. A model without such a head gives ErrNoHead.
func (m *Model) Classify(ctx context.Context, texts []string) ([]Classification, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	return m.classify(ctx, len(texts), func(s *engine.Sequences, i int) error {
		m.tokenise(s, "", texts[i])
		return nil
	})
}

// ClassifyPairs is Classify for pairs of texts that are read together, as
// cross-encoders do to judge a passage by a query or a hypothesis by a premise.
// The longer text of a pair is truncated first.
func (m *Model) ClassifyPairs(ctx context.Context, pairs [][2]string) ([]Classification, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	return m.classify(ctx, len(pairs), func(s *engine.Sequences, i int) error {
		e, err := m.tokenizer.EncodePair(pairs[i][0], pairs[i][1], tokenize.EncodeOptions{MaxLength: m.maxLength})
		if err != nil {
			return fmt.Errorf("bert: pair %d: %w", i, err)
		}
		m.addEncoding(s, e)
		return nil
	})
}

// addEncoding appends a tokenised text or pair.
func (m *Model) addEncoding(s *engine.Sequences, e *tokenize.Encoding) {
	s.IDs = append(s.IDs, e.IDs...)
	if m.takesTypes() {
		s.Types = append(s.Types, e.TypeIDs...)
	}
	if e.Truncated {
		s.Truncated++
	}
	s.End()
}

func (m *Model) classify(ctx context.Context, n int, add func(s *engine.Sequences, i int) error) ([]Classification, error) {
	if m.heads.sequence == nil {
		return nil, m.noHead(TaskClassify)
	}
	if m.tokenizer == nil {
		return nil, ErrNoTokenizer
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	j.Sequences.Reset()
	out := make([]Classification, n)
	for i := range n {
		before := j.Sequences.Truncated
		if err := add(&j.Sequences, i); err != nil {
			return nil, err
		}
		out[i].Truncated = j.Sequences.Truncated > before
	}
	logits, err := m.textLogits(ctx, j)
	if err != nil {
		return nil, err
	}
	labels := m.heads.sequence.out.Out
	for i := range out {
		c := &out[i]
		c.Logits = logits[i*labels : (i+1)*labels : (i+1)*labels]
		c.Scores = m.scores(c.Logits)
		best := argmax(c.Scores)
		c.Label, c.Score = m.config.Labels[best], c.Scores[best]
	}
	return out, nil
}

// scores applies to the logits what the cross-encoder's directory names, or
// otherwise what the model's problem type requires.
func (m *Model) scores(logits []float32) []float64 {
	out := make([]float64, len(logits))
	switch c := m.config; {
	case m.scoreActivation == softmaxScores:
		return softmax64(logits)
	case m.scoreActivation != "":
		f, _ := activation.ByName(m.scoreActivation)
		for i, v := range logits {
			out[i] = f.Value(float64(v))
		}
	case c.ProblemType == "regression":
		for i, v := range logits {
			out[i] = float64(v)
		}
	case c.ProblemType == "multi_label_classification" || len(logits) == 1:
		for i, v := range logits {
			out[i] = activation.Sigmoid(float64(v))
		}
	default:
		return softmax64(logits)
	}
	return out
}

// softmaxScores stands for softmax among the score activations.
const softmaxScores = "softmax"

// setScores determines the score activation of a cross-encoder from
// config_sentence_transformers.json or, failing that, config.json.
func (m *Model) setScores() (err error) {
	file, field, class := promptsFile, "activation_fn", m.pipeline.activation
	if class == "" {
		file, field, class = configFile, "sentence_transformers.activation_fn", m.config.ScoreActivation
	}
	switch class {
	case "":
	case "torch.nn.modules.activation.Softmax":
		m.scoreActivation = softmaxScores
	default:
		m.scoreActivation, err = torchActivation(file, field, class)
	}
	return err
}

// textLogits returns the outputs of the sequence head, [texts, labels].
func (m *Model) textLogits(ctx context.Context, j *engine.Job) ([]float32, error) {
	h, size := m.heads.sequence, m.config.width()
	labels := h.out.Out
	out := make([]float32, j.Sequences.Texts()*labels)
	err := m.runner.Run(ctx, m.encoder, j, h.over == headFirst, func(a *engine.Arena, b *engine.Batch, hidden []float32) error {
		logits := make([]float32, b.Texts()*labels)
		if h.over == headLate {
			all := make([]float32, b.Tokens()*labels)
			h.apply(&a.Scratch, all, hidden, b.Tokens())
			m.takeForHead(a, b, headMean, logits, all)
		} else {
			if h.over != headFirst {
				a.Pooled = engine.Grow(a.Pooled, b.Texts()*size)
				m.takeForHead(a, b, h.over, a.Pooled, hidden)
				hidden = a.Pooled
			}
			h.apply(&a.Scratch, logits, hidden, b.Texts())
		}
		for t, i := range b.Index {
			copy(out[i*labels:(i+1)*labels], logits[t*labels:])
		}
		return nil
	})
	return out, err
}

// takeForHead writes the mean, or the last row that counts, of each text's rows
// of x [tokens, size] to dst [texts, size].
func (m *Model) takeForHead(a *engine.Arena, b *engine.Batch, over headPooling, dst, x []float32) {
	if b.Texts() == 0 {
		return
	}
	size := len(dst) / b.Texts()
	a.Sums = engine.Grow(a.Sums, size)
	for t := range b.Texts() {
		from, to := b.Span(t)
		row := dst[t*size : (t+1)*size]
		if over == headMean {
			PoolMean.pool(row, x[from*size:to*size], 0, a.Sums)
			continue
		}
		last := to - 1
		for last > from && b.IDs[last] == int32(m.config.headPad) {
			last--
		}
		copy(row, x[last*size:])
	}
}
