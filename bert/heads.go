package bert

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// heads are the parts of a model beyond the encoder; those it does not have are
// nil. They are small and come last, so they stay in float32 under Int8.
type heads struct {
	pooler   *engine.Linear // [hidden, hidden], tanh
	maskedLM *maskedLMHead
	sequence *sequenceHead
	token    *engine.Linear // [labels, hidden]
	question *engine.Linear // [2, hidden]: start and end
}

// loadHeads loads what the configuration's class names, as far as the
// checkpoint has it, and the pooler if it is asked for.
func (l *treeLoader) loadHeads(pooler bool, precision Precision) heads {
	var h heads
	if pooler {
		h.pooler = l.loadPooler()
	}
	n := &l.arch.heads
	for _, class := range l.config.Architectures {
		switch {
		case strings.HasSuffix(class, "ForMaskedLM"), class == "BertForPreTraining":
			if l.has(n.maskedLM.dense + ".weight") {
				h.maskedLM = l.loadMaskedLM(precision)
			}
		case strings.HasSuffix(class, "ForSequenceClassification"):
			if l.has(n.classifierOut + ".weight") {
				h.sequence = l.loadSequenceHead()
			}
		case strings.HasSuffix(class, "ForTokenClassification"):
			if l.has(n.tokenClassifier + ".weight") {
				h.token = l.headLinear(n.tokenClassifier, l.labels(n.tokenClassifier), l.config.HiddenSize, "")
			}
		case strings.HasSuffix(class, "ForQuestionAnswering"):
			if l.has(n.questionAnswering + ".weight") {
				h.question = l.headLinear(n.questionAnswering, 2, l.config.HiddenSize, "")
			}
		}
	}
	return h
}

// loadPooler loads the dense layer with tanh that BERT puts over the first token.
func (l *treeLoader) loadPooler() *engine.Linear {
	if l.err != nil {
		return nil
	}
	if l.arch.names.pooler == "" {
		l.err = fmt.Errorf("%w: %s models have no pooler", ErrNoHead, l.config.ModelType)
		return nil
	}
	return l.headLinear(l.prefix+l.arch.names.pooler, l.config.HiddenSize, l.config.HiddenSize, "tanh")
}

// headLinear loads and packs full name.weight [out, in] and name.bias [out].
func (l *treeLoader) headLinear(name string, out, in int, act string) *engine.Linear {
	weight := l.param([]int{out, in}, name+".weight")
	bias := l.param([]int{out}, name+".bias")
	if l.err != nil {
		return nil
	}
	return engine.NewLinear(engine.LinearWeights{Weight: values(weight), Bias: values(bias), Out: out, In: in}, act)
}

// labels returns the number of classes: as many as the configuration names, or
// if it names none as many as the classifier has rows.
func (l *treeLoader) labels(classifier string) int {
	c := l.config
	if c.Labels == nil {
		if t, ok := l.file.Lookup(classifier + ".weight"); ok && len(t.Shape) == 2 {
			for i := range min(t.Shape[0], maxLabels) {
				c.Labels = append(c.Labels, fmt.Sprintf("LABEL_%d", i))
			}
		}
	}
	return len(c.Labels)
}

func (h *heads) bytes() int {
	n := 0
	for _, p := range []*engine.Linear{h.pooler, h.token, h.question} {
		if p != nil {
			n += p.Bytes()
		}
	}
	if h.maskedLM != nil {
		n += h.maskedLM.dense.Bytes()
	}
	if h.sequence != nil {
		n += h.sequence.out.Bytes()
		if h.sequence.dense != nil {
			n += h.sequence.dense.Bytes()
		}
	}
	return n
}

// noHead says which head a model lacks, and what it was made as.
func (m *Model) noHead(what string) error {
	return fmt.Errorf("%w: %s needs a model for %s; the class of %s is %s and its checkpoint has %d unused tensors",
		ErrNoHead, what, what, m.name, strings.Join(append([]string{}, m.config.Architectures...), ", "), len(m.Unused()))
}

// applyPooler writes the pooler's output of every text to the features from at on
// of a.Pooled [texts, width].
func (m *Model) applyPooler(a *engine.Arena, b *engine.Batch, hidden []float32, first bool, at int) {
	size, width, texts := m.config.HiddenSize, m.pipeline.width, b.Texts()
	x := hidden // [texts, hidden]
	if !first {
		a.Next = engine.Grow(a.Next, texts*size)
		x = a.Next
		for t := range texts {
			gatherFirst(x[t*size:(t+1)*size], b, t, hidden)
		}
	}
	m.heads.pooler.Apply(&a.Scratch, a.Pooled[at:], width, x, size, texts)
}

// gatherFirst copies the hidden state of text t's first token to dst [hidden].
func gatherFirst(dst []float32, b *engine.Batch, t int, hidden []float32) {
	from, to := b.Span(t)
	if from == to {
		clear(dst)
		return
	}
	copy(dst, hidden[from*len(dst):])
}

// tokenLogits runs the encoder and a linear head over every token: [tokens,
// out], in the order of the sequences.
func (m *Model) tokenLogits(ctx context.Context, j *engine.Job, head *engine.Linear) ([]float32, error) {
	size, out := m.config.HiddenSize, head.Out
	logits := make([]float32, len(j.Sequences.IDs)*out)
	err := m.runner.Run(ctx, m.encoder, j, false, func(a *engine.Arena, b *engine.Batch, hidden []float32) error {
		for t, i := range b.Index {
			from, to := b.Span(t)
			head.Apply(&a.Scratch, logits[j.Sequences.Offsets[i]*out:], out, hidden[from*size:to*size], size, to-from)
		}
		return nil
	})
	return logits, err
}

// softmax64 returns the probabilities of logits.
func softmax64(logits []float32) []float64 {
	peak := math.Inf(-1)
	for _, v := range logits {
		peak = max(peak, float64(v))
	}
	p, sum := make([]float64, len(logits)), 0.0
	for i, v := range logits {
		p[i] = math.Exp(float64(v) - peak)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// argmax returns the index of the first greatest element.
func argmax[T float32 | float64](x []T) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}
