package bert

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// maskedLMHead scores every token of the vocabulary at a position:
// decoder(LayerNorm(act(x·denseᵀ + b))) + bias. The decoder is the token table
// unless the checkpoint has a separate one. Some models lack the dense layer and
// its norm; MobileBERT's decoder has more columns than the token table.
type maskedLMHead struct {
	dense   *engine.Linear // [width, hidden], with activation, or nil
	norm    *engine.Norm   // [width], or nil
	decoder engine.Table   // [vocab, embedding]
	rest    []float32      // [vocab, width - embedding] more columns of decoder, or nil
	bias    []float32      // [vocab], or nil
}

// loadMaskedLM loads the head that predicts masked tokens; nil if the checkpoint
// has none.
func (l *treeLoader) loadMaskedLM(precision Precision) *maskedLMHead {
	c, n := l.config, l.arch.heads.maskedLM.of(l.weights)
	if n.dense == "" && n.decoder == "" || n.dense != "" && !l.has(n.dense+".weight") {
		return nil
	}
	act := n.act
	if act == "" {
		act = cmp.Or(c.headAct, c.HiddenAct)
	}
	width, h := c.EmbeddingSize, new(maskedLMHead)
	if n.split != "" {
		width = c.HiddenSize
	}
	if n.dense != "" {
		h.dense = l.optionalLinear(n.dense, width, c.HiddenSize, act, c.without.headBias)
		h.norm = l.maskedLMNorm(n.norm, width)
	}
	prefix := l.prefix
	if n.decoder != "" && l.has(n.decoder+".weight") {
		l.prefix = ""
		h.decoder = l.loadTable(n.decoder, c.VocabSize, c.EmbeddingSize, precision)
	} else {
		h.decoder = l.loadTable(l.arch.names.tokens, c.VocabSize, c.EmbeddingSize, precision)
	}
	l.prefix = prefix
	if width > c.EmbeddingSize {
		h.rest = l.transposed(n.split+".weight", width-c.EmbeddingSize, c.VocabSize)
	}
	if n.unbiased != nil && n.unbiased(c) {
		return h
	}
	names := n.bias
	if c.untied { // the decoder's own bias counts, whatever else there is
		names = slices.Clone(names)
		slices.SortStableFunc(names, func(a, b string) int {
			return cmp.Compare(strings.Count(b, "decoder"), strings.Count(a, "decoder"))
		})
	}
	// Old checkpoints hold the bias twice, under two names.
	for _, name := range n.bias {
		if l.has(name) {
			l.used[name] = true
		}
	}
	if bias := l.param([]int{c.VocabSize}, names...); l.err == nil {
		h.bias = append([]float32(nil), values(bias)...)
	}
	return h
}

// maskedLMNorm loads the norm of that head, which is a LayerNorm whatever the
// encoder's are.
func (l *treeLoader) maskedLMNorm(name string, features int) *engine.Norm {
	w := engine.NormWeights{Eps: l.config.LayerNormEps}
	gamma := l.param([]int{features}, name+".weight", name+".gamma")
	var beta *nn.Param
	if !l.config.without.normBias {
		beta = l.param([]int{features}, name+".bias", name+".beta")
	}
	if l.err != nil {
		return nil
	}
	if w.Gamma = values(gamma); beta != nil {
		w.Beta = values(beta)
	}
	return engine.NewNorm(w)
}

// transposed returns the tensor of that full name, [rows, cols], as [cols, rows].
func (l *treeLoader) transposed(name string, rows, cols int) []float32 {
	p := l.param([]int{rows, cols}, name)
	if l.err != nil {
		return nil
	}
	x, out := values(p), make([]float32, rows*cols)
	for i := range rows {
		for j := range cols {
			out[j*rows+i] = x[i*cols+j]
		}
	}
	return out
}

func (h *maskedLMHead) bytes() int {
	n := 4 * (len(h.rest) + len(h.bias))
	if h.dense != nil {
		n += h.dense.Bytes()
	}
	return n
}

// logits writes the score of every token to dst [vocab] for one hidden state x
// [hidden].
func (h *maskedLMHead) logits(s *engine.Scratch, dst, x []float32) {
	y := x
	if h.dense != nil {
		y = make([]float32, h.dense.Out)
		h.dense.Apply(s, y, len(y), x, len(x), 1)
		h.norm.Apply(y, len(y), 1)
	}
	more := 0 // columns beyond those of the table
	if h.rest != nil {
		more = len(h.rest) / len(dst)
	}
	width := len(y) - more
	row, table := make([]float32, width), h.decoder.Floats()
	for id := range dst {
		r := row
		if table != nil {
			r = table[id*width : (id+1)*width]
		} else {
			h.decoder.Copy(row, id)
		}
		dst[id] = kernel.Dot(y[:width], r)
		if more > 0 {
			dst[id] += kernel.Dot(y[width:], h.rest[id*more:(id+1)*more])
		}
		if h.bias != nil {
			dst[id] += h.bias[id]
		}
	}
}

// Mask is a mask token in a text and the tokens that the model predicts for it.
type Mask struct {
	Start, End int // the mask token's bytes in the text
	Index      int // its position among the tokens of the text, special ones included
	Candidates []Candidate
}

// Candidate is a token predicted for a mask.
type Candidate struct {
	ID    int32
	Token string  // as in the vocabulary, such as "##ing"
	Score float64 // probability over the whole vocabulary
}

// FillMask returns the topK most likely tokens, best first, for each mask token
// in text ("[MASK]" or "<mask>", depending on the model's directory). It needs
// a model for masked language modelling. Text beyond the model's length is
// ignored. A text without a mask token gives an ErrInput, a model without such
// a head ErrNoHead.
func (m *Model) FillMask(ctx context.Context, text string, topK int) ([]Mask, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if m.heads.maskedLM == nil {
		return nil, m.noHead(TaskFillMask)
	}
	if m.tokenizer == nil {
		return nil, ErrNoTokenizer
	}
	mask, name, err := m.maskToken()
	if err != nil {
		return nil, err
	}
	e, err := m.tokenizer.EncodeWith(text, tokenize.EncodeOptions{MaxLength: m.maxLength})
	if err != nil {
		return nil, fmt.Errorf("bert: %w", err)
	}
	var at []int
	var masks []Mask
	for i, id := range e.IDs {
		if id == mask {
			at = append(at, i)
			masks = append(masks, Mask{Start: e.Offsets[i][0], End: e.Offsets[i][1], Index: i})
		}
	}
	if len(at) == 0 {
		return nil, fmt.Errorf("%w: the text has no %s within the model's %d tokens", ErrInput, name, m.maxLength)
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	j.Sequences.Reset()
	m.addEncoding(&j.Sequences, e)
	size := m.config.width()
	err = m.runner.Run(ctx, m.encoder, j, false, func(a *engine.Arena, _ *engine.Batch, hidden []float32) error {
		logits := make([]float32, m.config.VocabSize)
		for k, i := range at {
			m.heads.maskedLM.logits(&a.Scratch, logits, hidden[i*size:(i+1)*size])
			masks[k].Candidates = m.likeliest(logits, topK)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return masks, nil
}

// likeliest returns the k greatest of logits [vocab] as candidates; ties go to
// the smaller id.
func (m *Model) likeliest(logits []float32, k int) []Candidate {
	p := softmax64(logits)
	ids := make([]int32, len(p))
	for i := range ids {
		ids[i] = int32(i)
	}
	slices.SortFunc(ids, func(a, b int32) int {
		if p[a] != p[b] {
			if p[a] > p[b] {
				return -1
			}
			return 1
		}
		return int(a - b)
	})
	k = min(max(k, 0), len(ids))
	out := make([]Candidate, 0, k)
	for _, id := range ids[:k] {
		token, _ := m.tokenizer.Token(id)
		out = append(out, Candidate{ID: id, Token: token, Score: p[id]})
	}
	return out
}

// maskToken returns the mask token that tokenizer_config.json names, or
// otherwise the usual one for models of this kind. A vocabulary may hold both
// names.
func (m *Model) maskToken() (id int32, name string, err error) {
	names := []string{"[MASK]", "<mask>"}
	if architectures[m.config.ModelType].angleBrackets {
		slices.Reverse(names)
	}
	if name, ok := m.tokenizer.MaskToken(); ok {
		names = []string{name}
	}
	for _, name := range names {
		if id, ok := m.tokenizer.ID(name); ok {
			return id, name, nil
		}
	}
	return 0, "", fmt.Errorf("%w: the vocabulary has no mask token, which would be %s", ErrInput, strings.Join(names, " or "))
}
