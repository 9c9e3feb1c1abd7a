package bert

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// heads are the parts of a model beyond the encoder; missing ones are nil. They
// are small and come last, so they stay in float32 under Int8.
type heads struct {
	pooler   *engine.Linear // [hidden, hidden], tanh
	maskedLM *maskedLMHead
	sequence *classifier // [labels] per text
	token    *classifier // [labels] per token
	question *classifier // [2] per token: start and end
}

// classifier is a linear layer over hidden states, in many heads preceded by
// another one with its activation and a norm.
type classifier struct {
	dense *engine.Linear // [hidden, hidden] with activation: the head's own, or the pooler; or nil
	norm  *engine.Norm   // [hidden], or nil
	out   *engine.Linear // [labels, hidden]
	over  headPooling    // what a head over texts takes
}

// apply writes the outputs for x [rows, hidden] to dst [rows, labels].
func (c *classifier) apply(s *engine.Scratch, dst, x []float32, rows int) {
	size := c.out.In
	if c.dense != nil {
		y := make([]float32, rows*size)
		c.dense.Apply(s, y, size, x, size, rows)
		if c.norm != nil {
			c.norm.Apply(y, size, rows)
		}
		x = y
	}
	c.out.Apply(s, dst, c.out.Out, x, size, rows)
}

func (c *classifier) bytes() int {
	if c == nil {
		return 0
	}
	n := c.out.Bytes()
	if c.dense != nil {
		n += c.dense.Bytes()
	}
	return n
}

// loadHeads loads the head that the configuration's class names, as far as the
// checkpoint has it, and the pooler if requested.
func (l *treeLoader) loadHeads(pooler bool, precision Precision) heads {
	var h heads
	if pooler {
		h.pooler = l.loadPooler()
	}
	n := &l.arch.heads
	for _, class := range l.config.Architectures {
		switch {
		case strings.HasSuffix(class, "ForMaskedLM"), class == "BertForPreTraining":
			h.maskedLM = l.loadMaskedLM(precision)
		case strings.HasSuffix(class, "ForSequenceClassification"):
			if l.has(n.classifierOut + ".weight") {
				h.sequence = l.loadSequenceHead()
			}
		case strings.HasSuffix(class, "ForTokenClassification"):
			if l.has(n.tokenClassifier + ".weight") {
				h.token = l.loadTokenHead(n.tokenClassifier, l.labels(n.tokenClassifier))
			}
		case strings.HasSuffix(class, "ForQuestionAnswering"):
			if l.has(n.questionAnswering + ".weight") {
				h.question = l.loadTokenHead(n.questionAnswering, 2)
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

// loadSequenceHead loads the head that classifies texts.
func (l *treeLoader) loadSequenceHead() *classifier {
	n := &l.arch.heads
	h := &classifier{over: l.config.headPooling}
	switch {
	case n.bare, l.config.headBare:
	case n.classifierDense == "":
		h.dense = l.loadPooler()
	default:
		h.dense, h.norm = l.loadHeadDense()
	}
	h.out = l.optionalLinear(n.classifierOut, l.labels(n.classifierOut), l.config.HiddenSize, "", n.unbiased)
	return h
}

// loadTokenHead loads a head over every token. If the architecture's dense
// layer has a norm, both also precede this head.
func (l *treeLoader) loadTokenHead(name string, labels int) *classifier {
	h := new(classifier)
	if l.arch.heads.classifierNorm != "" {
		h.dense, h.norm = l.loadHeadDense()
	}
	h.out = l.headLinear(name, labels, l.config.HiddenSize, "")
	return h
}

// sequenceTree returns the head that classifies texts as layers of the tree: the
// dense layer, nil if there is none, its activation, and the output layer.
func (m *Model) sequenceTree() (dense *Linear, act string, out *Linear, err error) {
	l := m.treeLoader()
	n, size := &l.arch.heads, l.config.HiddenSize
	linear := func(name string, out int, withoutBias bool) *Linear {
		x := &Linear{Weight: l.param([]int{out, size}, name+".weight")}
		if !withoutBias {
			x.Bias = l.param([]int{out}, name+".bias")
		}
		return x
	}
	switch {
	case n.bare, l.config.headBare:
	case n.classifierDense == "":
		dense, act = linear(l.prefix+l.arch.names.pooler, size, false), "tanh"
	default:
		dense, act = linear(n.classifierDense, size, l.config.without.headBias), cmp.Or(l.config.headAct, l.config.poolerAct, n.classifierAct)
	}
	out = linear(n.classifierOut, len(l.config.Labels), n.unbiased)
	return dense, act, out, l.err
}

// loadHeadDense loads the dense layer of heads and its norm, if any.
func (l *treeLoader) loadHeadDense() (*engine.Linear, *engine.Norm) {
	n, size := &l.arch.heads, l.config.HiddenSize
	dense := l.optionalLinear(n.classifierDense, size, size, cmp.Or(l.config.headAct, l.config.poolerAct, n.classifierAct), l.config.without.headBias)
	if n.classifierNorm == "" {
		return dense, nil
	}
	return dense, l.headNorm(n.classifierNorm, size)
}

// headNorm loads name.weight and name.bias, where name is a full name.
func (l *treeLoader) headNorm(name string, features int) *engine.Norm {
	prefix := l.prefix
	l.prefix = "" // head tensors are never prefixed
	defer func() { l.prefix = prefix }()
	if n := l.layerNorm(name, features); l.err == nil {
		return engine.NewNorm(*n.weights())
	}
	return nil
}

// headLinear loads and packs name.weight [out, in] and name.bias [out], where
// name is a full name.
func (l *treeLoader) headLinear(name string, out, in int, act string) *engine.Linear {
	return l.optionalLinear(name, out, in, act, false)
}

// optionalLinear is headLinear for a layer that may lack a bias.
func (l *treeLoader) optionalLinear(name string, out, in int, act string, withoutBias bool) *engine.Linear {
	w := engine.LinearWeights{Out: out, In: in}
	weight := l.param([]int{out, in}, name+".weight")
	if !withoutBias {
		if bias := l.param([]int{out}, name+".bias"); bias != nil {
			w.Bias = values(bias)
		}
	}
	if l.err != nil {
		return nil
	}
	w.Weight = values(weight)
	return engine.NewLinear(w, act)
}

// labels returns the number of classes: as many as the configuration names or,
// if it names none, as many as the classifier has rows.
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
	n := h.sequence.bytes() + h.token.bytes() + h.question.bytes()
	if h.pooler != nil {
		n += h.pooler.Bytes()
	}
	if h.maskedLM != nil {
		n += h.maskedLM.bytes()
	}
	return n
}

// The tasks of heads, by the names of transformers' pipelines.
const (
	TaskClassify = "text-classification"
	TaskTag      = "token-classification"
	TaskAnswer   = "question-answering"
	TaskFillMask = "fill-mask"
)

// Tasks returns the tasks that the model has heads for. A model without heads
// embeds, as every model does.
func (m *Model) Tasks() []string {
	var tasks []string
	h := &m.heads
	for _, t := range []struct {
		name string
		has  bool
	}{{TaskClassify, h.sequence != nil}, {TaskTag, h.token != nil}, {TaskAnswer, h.question != nil}, {TaskFillMask, h.maskedLM != nil}} {
		if t.has {
			tasks = append(tasks, t.name)
		}
	}
	return tasks
}

// noHead returns an error that says which head the model lacks, which it has,
// and which class it was saved as.
func (m *Model) noHead(task string) error {
	has := "it has none"
	if tasks := m.Tasks(); tasks != nil {
		has = "it has one for " + strings.Join(tasks, " and ")
	}
	class := "unknown"
	if len(m.config.Architectures) > 0 {
		class = strings.Join(m.config.Architectures, ", ")
	}
	return fmt.Errorf("%w: %s needs one for %s; %s (the class of %s is %s, and its checkpoint has %d unused tensors)",
		ErrNoHead, m.name, task, has, m.name, class, len(m.Unused()))
}

// Require returns an ErrNoHead unless the model has a head for the task, one of
// the constants such as TaskTag.
func (m *Model) Require(task string) error {
	if err := m.loaded(); err != nil {
		return err
	}
	if !slices.Contains(m.Tasks(), task) {
		return m.noHead(task)
	}
	return nil
}

// applyPooler writes the pooler's output of every text to a.Pooled [texts,
// width], starting at feature at.
func (m *Model) applyPooler(a *engine.Arena, b *engine.Batch, hidden []float32, first bool, at int) {
	size, width, texts := m.config.width(), m.pipeline.width, b.Texts()
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

// tokenLogits runs the encoder and a head over every token: [tokens, out], in the
// order of the sequences.
func (m *Model) tokenLogits(ctx context.Context, j *engine.Job, head *classifier) ([]float32, error) {
	size, out := m.config.width(), head.out.Out
	logits := make([]float32, len(j.Sequences.IDs)*out)
	err := m.runner.Run(ctx, m.encoder, j, false, func(a *engine.Arena, b *engine.Batch, hidden []float32) error {
		for t, i := range b.Index {
			from, to := b.Span(t)
			head.apply(&a.Scratch, logits[j.Sequences.Offsets[i]*out:], hidden[from*size:to*size], to-from)
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
