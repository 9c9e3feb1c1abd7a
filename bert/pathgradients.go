package bert

import (
	"context"
	"fmt"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"

	"github.com/seed-56ee9438/cohort/internal/autograd"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// PathGradients is what package attribution integrates. The path leads, in a
// straight line from 0 to 1, from a baseline to the embeddings that the tokens
// of text have: the baseline has the padding token in place of every token but
// the special ones and the prompt's. For each point at of the path, score is
// called with the text's vector [Dim], as [Model.Embed] makes it; it returns the
// score and sets its gradient [Dim], which is zero before. PathGradients returns
// these scores, [points], the derivative of the score along the path that is due
// to each token, [points][tokens], which add up to the whole derivative, and the
// bytes [start, end) of text that each token stands for, [tokens]: [0, 0] for
// special tokens and those of the prompt. What is cut off has no tokens.
//
// The errors are those of [Model.ForwardTokens].
func (m *Model) PathGradients(ctx context.Context, text string, at []float64, score func(vector, gradient []float32) float64) (scores []float64, tokens [][]float64, spans [][2]int, err error) {
	skip, err := m.checkPath(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := m.checkDifferentiable(skip); err != nil {
		return nil, nil, nil, err
	}
	return m.alongPath(ctx, m.pipeline.defaultPrompt, text, at, m.pooled, score)
}

// checkPath checks that the model has an encoder and gives vectors, and returns the
// length of the prompt that is left out of the pooling.
func (m *Model) checkPath(ctx context.Context) (skip int, err error) {
	if err := m.ready(ctx); err != nil {
		return 0, err
	}
	if err := m.gives(denseVectors); err != nil {
		return 0, err
	}
	if m.Static() {
		return 0, m.noEncoder()
	}
	if m.pipeline.skipPrompt {
		skip = len(m.pipeline.defaultPrompt)
	}
	return skip, nil
}

// ClassPathGradients is PathGradients for the logit of a class, by its index in
// Config.Labels, in place of a score of the vector. It needs a model for
// sequence classification, else it returns an ErrNoHead.
func (m *Model) ClassPathGradients(ctx context.Context, text string, at []float64, class int) (logits []float64, tokens [][]float64, spans [][2]int, err error) {
	if err := m.ready(ctx); err != nil {
		return nil, nil, nil, err
	}
	if m.heads.sequence == nil {
		return nil, nil, nil, m.noHead(TaskClassify)
	}
	if class < 0 || class >= len(m.config.Labels) {
		return nil, nil, nil, fmt.Errorf("%w: class %d, the model has %d", ErrInput, class, len(m.config.Labels))
	}
	head, err := m.differentiableHead()
	if err != nil {
		return nil, nil, nil, err
	}
	return m.alongPath(ctx, "", text, at, head, func(logits, gradient []float32) float64 {
		gradient[class] = 1
		return float64(logits[class])
	})
}

// embeddedText is a text whose tokens' embeddings lead to their own from a baseline.
type embeddedText struct {
	input Input
	spans [][2]int
	moves []bool // tokens whose embedding is not the baseline's
}

func (m *Model) embeddedText(prompt, text string) (*embeddedText, error) {
	if m.tokenizer == nil {
		return nil, ErrNoTokenizer
	}
	enc, err := m.tokenizer.EncodeWith(prompt+text, tokenize.EncodeOptions{MaxLength: m.maxLength})
	if err != nil {
		return nil, fmt.Errorf("bert: %w", err)
	}
	p := &embeddedText{input: Input{IDs: enc.IDs}, spans: make([][2]int, len(enc.IDs)), moves: make([]bool, len(enc.IDs))}
	if m.takesTypes() {
		p.input.TypeIDs = enc.TypeIDs
	}
	for i, o := range enc.Offsets {
		if p.moves[i] = enc.SpecialTokensMask[i] == 0 && o[1] > len(prompt); p.moves[i] {
			p.spans[i] = [2]int{max(o[0]-len(prompt), 0), o[1] - len(prompt)}
		}
	}
	return p, nil
}

// pathTokens is the number of tokens of the points that are computed together.
const pathTokens = 2048

// alongPath computes scores and derivatives; finish maps the hidden states of
// each point to the vector [points, n] that score takes.
func (m *Model) alongPath(ctx context.Context, prompt, text string, at []float64, finish func(*States) mat.Tensor, score func(x, gradient []float32) float64) (scores []float64, tokens [][]float64, spans [][2]int, err error) {
	if err := m.runner.Enter(); err != nil {
		return nil, nil, nil, err
	}
	defer m.runner.Leave()
	p, err := m.embeddedText(prompt, text)
	if err != nil {
		return nil, nil, nil, err
	}
	tree, err := m.tree()
	if err != nil {
		return nil, nil, nil, err
	}
	if err := tree.differentiable(); err != nil {
		return nil, nil, nil, err
	}
	n := len(p.input.IDs)
	if n == 0 {
		return nil, nil, nil, fmt.Errorf("%w: the text has no token", ErrInput)
	}
	e := tree.frozen()
	own, steps := p.embeddings(e)
	batch := max(1, pathTokens/n)
	for from := 0; from < len(at); from += batch {
		if err := parallel.Cause(ctx); err != nil {
			return nil, nil, nil, err
		}
		points := at[from:min(len(at), from+batch)]
		inputs := make([]Input, len(points))
		x := make([]float32, 0, len(points)*len(own))
		for i, a := range points {
			inputs[i] = p.input
			for j, v := range own { // own - (1-a)·step, so that the end is exact
				x = append(x, v-float32(1-a)*steps[j])
			}
		}
		width := len(own) / n
		embedded := mat.NewDense[float32](mat.WithShape(len(points)*n, width), mat.WithBacking(x), mat.WithGrad(true))
		states, err := e.forwardEmbedded(embedded, inputs, Pass{Threads: m.runner.Threads()})
		if err != nil {
			return nil, nil, nil, err
		}
		y := finish(states)
		dim := y.Shape()[1]
		values, gradient := mat.Data[float32](y.Value()), make([]float32, len(points)*dim)
		for i := range points {
			scores = append(scores, score(values[i*dim:(i+1)*dim], gradient[i*dim:(i+1)*dim]))
		}
		y.AccGrad(mat.NewDense[float32](mat.WithShape(len(points), dim), mat.WithBacking(gradient)))
		if err := ag.Backward(y); err != nil {
			return nil, nil, nil, fmt.Errorf("bert: %w", err)
		}
		g := mat.Data[float32](embedded.Grad())
		for i := range points {
			products := make([]float64, n)
			for t := range products {
				for j, s := range steps[t*width : (t+1)*width] {
					products[t] += float64(s) * float64(g[(i*n+t)*width+j])
				}
			}
			tokens = append(tokens, products)
		}
	}
	return scores, tokens, p.spans, nil
}

// embeddings returns the embeddings of the text's tokens and how far they are
// from the baseline's, [tokens, embedding] each.
func (p *embeddedText) embeddings(e *Encoder) (own, steps []float32) {
	table, width := values(e.Embeddings.Tokens), e.config.EmbeddingSize
	row := func(id int32) []float32 { return table[int(id)*width : (int(id)+1)*width] }
	base := row(int32(e.config.PadTokenID))
	steps = make([]float32, len(p.input.IDs)*width)
	for i, id := range p.input.IDs {
		own = append(own, row(id)...)
		if p.moves[i] {
			for j, v := range row(id) {
				steps[i*width+j] = v - base[j]
			}
		}
	}
	return own, steps
}

// forwardEmbedded is ForwardWith, without dropout, for embeddings [tokens,
// embedding] in place of the rows of the tokens' table.
func (e *Encoder) forwardEmbedded(embeddings mat.Tensor, texts []Input, o Pass) (*States, error) {
	b, err := e.config.checkedBatch(texts)
	if err != nil {
		return nil, err
	}
	f := &forward{Pass: autograd.Pass{Threads: o.Threads}, config: e.config, offsets: b.Offsets}
	tables := e.tables(b)
	rows := make([]int32, b.Tokens())
	for i := range rows {
		rows[i] = int32(i)
	}
	tables[0] = autograd.Table{Weight: embeddings, Rows: rows, Padding: -1}
	return f.states(e, f.LookupSum(tables...)), nil
}

// differentiableHead returns the sequence head as a differentiable function of
// hidden states: the logits, [texts, labels].
func (m *Model) differentiableHead() (func(*States) mat.Tensor, error) {
	if m.heads.sequence.over != headFirst || m.heads.sequence.norm != nil {
		return nil, fmt.Errorf("%w: the head of %s has no differentiable pass", ErrUnsupported, m.config.ModelType)
	}
	if err := m.runner.Enter(); err != nil {
		return nil, err
	}
	defer m.runner.Leave()
	dense, act, out, err := m.sequenceTree()
	if err != nil {
		return nil, err
	}
	return func(s *States) mat.Tensor {
		x := s.FirstTokens()
		if dense != nil {
			x = s.pass.Linear(x, dense.affine())
			if act != "" {
				x = s.pass.Activate(x, elementwise(act))
			}
		}
		return s.pass.Linear(x, out.affine())
	}, nil
}
