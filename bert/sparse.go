package bert

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// This file makes sparse vectors, with a weight for each of the vocabulary's
// tokens that says something of a text: SPLADE (Formal et al. 2021,
// arXiv:2107.05720 and arXiv:2109.10086), and models whose queries are weighted
// by a table of inverse document frequencies, without an encoder (Geng et al.
// 2024, arXiv:2411.04403).

// Task is what texts are for. Models may treat queries and documents
// differently.
type Task uint8

// The values of Task.
const (
	AnyTask  Task = iota // whatever the model does if it is not told
	Query                // texts that are searched with
	Document             // texts that are searched
)

// prompts are the names of the prompts for a task, the first one being
// preferred.
func (t Task) prompts() []string {
	return [][]string{nil, {"query"}, {"document", "passage", "corpus"}}[t]
}

// spladePooling says how a token's scores of the vocabulary become a text's
// weights: the maximum or the sum over tokens of log(1+relu(score)).
type spladePooling struct {
	sum   bool
	twice bool           // the logarithm is taken twice (Geng et al. 2025, arXiv:2504.14839)
	score *engine.Linear // [vocab, width] the head's decoder, packed
}

// queryWeights replace the encoder for queries: each token that occurs in one
// has the weight of its row.
type queryWeights struct {
	weights   []float32 // [vocab]
	tokenizer *tokenize.Tokenizer
	untold    bool // they are used for AnyTask, too
}

func (p *pipeline) loadSplade(fsys fs.FS, name string) error {
	var raw struct {
		Strategy   *string         `json:"pooling_strategy"`
		Activation *string         `json:"activation_function"`
		Dim        *int            `json:"embedding_dimension"`
		OldDim     *int            `json:"word_embedding_dimension"`
		Chunk      json.RawMessage `json:"chunk_size"` // how to compute the same
	}
	if err := readModule(fsys, name, "SpladePooling", &raw); err != nil {
		return err
	}
	s := new(spladePooling)
	for _, c := range []struct {
		field, two string
		value      *string
		set        *bool
		one        string
	}{
		{"pooling_strategy", "sum", raw.Strategy, &s.sum, "max"},
		{"activation_function", "log1p_relu", raw.Activation, &s.twice, "relu"},
	} {
		if c.value == nil {
			continue
		}
		if *c.value != c.one && *c.value != c.two {
			return &ConfigError{File: name, Field: c.field, Got: strconv.Quote(*c.value), Want: c.one + " or " + c.two, kind: ErrUnsupported}
		}
		*c.set = *c.value == c.two
	}
	p.kind, p.splade = sparseVectors, s
	for field, n := range map[string]*int{"embedding_dimension": raw.Dim, "word_embedding_dimension": raw.OldDim} {
		if n == nil {
			continue
		}
		if p.width != 0 && p.width != *n || *n < 1 {
			return &ConfigError{File: name, Field: field, Got: strconv.Itoa(*n), Want: "the size of the vocabulary"}
		}
		p.width = *n // compared with the vocabulary when that is known
	}
	return nil
}

// router is router_config.json: chains of modules by task.
type router struct {
	Types      map[string]string   `json:"types"`
	Structure  map[string][]string `json:"structure"`
	Parameters json.RawMessage     `json:"parameters"`
}

type routerParameters struct {
	Default  *string         `json:"default_route"`
	Empty    json.RawMessage `json:"allow_empty_key"` // only if there is no default
	Mappings map[string]any  `json:"route_mappings"`
}

// loadRouter reads a Router whose documents go through an encoder, and whose
// queries go through the same one or, for sparse vectors, a table of weights.
func (p *pipeline) loadRouter(fsys fs.FS, dir string) error {
	p.modules = append(p.modules, dir)
	name := path.Join(dir, "router_config.json")
	var r router
	ok, err := readSettings(fsys, name, &r)
	if err == nil && !ok { // as before version 5
		name = path.Join(dir, configFile)
		err = readModule(fsys, name, "Router", &r)
	}
	if err != nil {
		return err
	}
	refuse := func(field, got, want string) error {
		return &ConfigError{File: name, Field: field, Got: got, Want: want, kind: ErrUnsupported}
	}
	if p.kind == multiVectors {
		return refuse("types", "a Router", "none in a model of multi-vectors")
	}
	var c routerParameters
	if !isNull(r.Parameters) {
		if err := unmarshalFile(name, r.Parameters, &c); err != nil {
			return err
		}
		if err := onlyKnown(name, r.Parameters, &c); err != nil {
			return err
		}
	}
	if len(c.Mappings) > 0 {
		return refuse("route_mappings", fmt.Sprintf("%d mappings", len(c.Mappings)), "none")
	}
	if c.Default == nil || *c.Default != "query" && *c.Default != "document" {
		got := "null"
		if c.Default != nil {
			got = strconv.Quote(*c.Default)
		}
		return refuse("default_route", got, `"query" or "document"`)
	}
	for route := range r.Structure {
		if route != "query" && route != "document" {
			return refuse("structure", strconv.Quote(route), "query and document")
		}
	}
	documents, queries := r.Structure["document"], r.Structure["query"]
	if len(documents) == 0 || len(queries) == 0 {
		return refuse("structure", fmt.Sprintf("%d modules for documents, %d for queries", len(documents), len(queries)), "some for both")
	}
	for i, id := range documents {
		err := p.addModule(fsys, i, &moduleEntry{Path: path.Join(dir, id), Type: r.Types[id]})
		if err != nil {
			return fmt.Errorf("the documents' route: %w", err)
		}
	}
	if p.kind == denseVectors {
		if !slices.Equal(queries, documents) {
			return refuse("structure.query", fmt.Sprint(queries), "the documents' modules, for vectors of this kind")
		}
		return nil
	}
	if p.kind != sparseVectors || p.splade == nil {
		return refuse("structure.document", fmt.Sprint(documents), "Transformer and SpladePooling")
	}
	if slices.Equal(queries, documents) {
		return nil
	}
	if t := r.Types[queries[0]]; len(queries) != 1 || !strings.HasPrefix(t, "sentence_transformers.") || path.Ext(t) != ".SparseStaticEmbedding" {
		return refuse("structure.query", fmt.Sprint(queries), "the documents' modules, or one SparseStaticEmbedding")
	}
	queryDir := path.Join(dir, queries[0])
	if p.idf, err = p.loadQueryWeights(fsys, queryDir); err != nil {
		return err
	}
	p.modules = append(p.modules, queryDir)
	p.idf.untold = *c.Default == "query"
	return nil
}

// loadQueryWeights reads a SparseStaticEmbedding.
func (p *pipeline) loadQueryWeights(fsys fs.FS, dir string) (*queryWeights, error) {
	var raw struct {
		Frozen json.RawMessage `json:"frozen"` // has an effect only in training
	}
	if !fs.ValidPath(dir) {
		return nil, &ConfigError{File: "router_config.json", Field: "structure", Got: strconv.Quote(dir), Want: "a directory inside the model's"}
	}
	if err := readModule(fsys, path.Join(dir, configFile), "SparseStaticEmbedding", &raw); err != nil {
		return nil, err
	}
	w, closeFile, err := p.openModule(fsys, dir)
	if err != nil {
		return nil, err
	}
	defer closeFile()
	t, ok := w.file.Lookup("weight")
	if !ok || len(t.Shape) != 1 {
		return nil, &TensorError{File: path.Join(dir, w.file.Name()), Tensor: "weight", Got: tensorSeen(t, ok), Want: "[tokens]"}
	}
	weight := w.param(t.Shape, "weight")
	if w.err != nil {
		return nil, w.err
	}
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		return nil, err
	}
	tokenizer, err := tokenize.Load(sub)
	if err != nil {
		return nil, err
	}
	q := &queryWeights{weights: slices.Clone(values(weight)), tokenizer: tokenizer.WithoutSpecialTokens()}
	if n := int(q.tokenizer.MaxID()) + 1; n > len(q.weights) {
		return nil, &TensorError{File: path.Join(dir, w.file.Name()), Tensor: "weight", Got: fmt.Sprint(t.Shape), Want: fmt.Sprintf("more than the tokenizer's greatest id, so at least %d", n)}
	}
	return q, nil
}

// tensorSeen describes a tensor for a message.
func tensorSeen(t safetensors.Tensor, ok bool) string {
	if !ok {
		return "nothing"
	}
	return fmt.Sprintf("%s %v", t.DType, t.Shape)
}

// setSparse checks what loading knows only now, and packs the decoder.
func (m *Model) setSparse() error {
	p, c := m.pipeline, m.config
	if m.heads.maskedLM == nil {
		return fmt.Errorf("%w: sparse vectors need a model for masked language modelling; the class of %s is %v", ErrNoHead, m.name, c.Architectures)
	}
	if p.width != 0 && p.width != c.VocabSize {
		return &ConfigError{File: "SpladePooling's config.json", Field: "embedding_dimension", Got: strconv.Itoa(p.width), Want: fmt.Sprintf("the vocabulary's size %d", c.VocabSize)}
	}
	if p.idf != nil && len(p.idf.weights) != c.VocabSize {
		return &TensorError{File: "SparseStaticEmbedding", Tensor: "weight", Got: fmt.Sprint(len(p.idf.weights)), Want: fmt.Sprintf("[%d], the vocabulary's size", c.VocabSize)}
	}
	p.splade.pack(m)
	return nil
}

// pack packs the decoder of the model's head.
func (p *spladePooling) pack(m *Model) {
	h, vocab := m.heads.maskedLM, m.config.VocabSize
	width := h.width(m.config.HiddenSize)
	p.score = engine.NewLinear(engine.LinearWeights{Out: vocab, In: width, Weight: h.table(vocab, width), Bias: h.bias}, "")
}

// GuessesSparse reports whether [Model.EmbedSparse] guesses how sparse vectors
// are made: the directory has no modules.json, but a head for masked language
// modelling. They are made as by SPLADE with the maximum over tokens, which is
// also what sentence-transformers' SparseEncoder does with such a directory.
// Nothing in the directory says whether the model was trained for that.
func (m *Model) GuessesSparse() bool {
	return m != nil && m.pipeline != nil && m.pipeline.guessed != nil && m.heads.maskedLM != nil &&
		slices.ContainsFunc(m.config.Architectures, func(class string) bool { return strings.HasSuffix(class, "ForMaskedLM") })
}

// spladeOf returns the pooling that the directory names, or that is guessed.
func (m *Model) spladeOf() *spladePooling {
	p := m.pipeline
	if p.splade != nil {
		return p.splade
	}
	p.guessed.once.Do(func() { p.guessed.pack(m) })
	return &p.guessed.spladePooling
}

// guessedSplade is a spladePooling that is packed when it is first used.
type guessedSplade struct {
	once sync.Once
	spladePooling
}

// table returns the decoder's weights [vocab, width].
func (h *maskedLMHead) table(vocab, width int) []float32 {
	more := len(h.rest) / vocab // columns beyond those of the decoder
	if t := h.decoder.Floats(); t != nil && more == 0 {
		return t[:vocab*width]
	}
	t := make([]float32, vocab*width)
	for id := range vocab {
		row := t[id*width : (id+1)*width]
		h.decoder.Copy(row[:width-more], id)
		copy(row[width-more:], h.rest[id*more:(id+1)*more])
	}
	return t
}

// width returns the number of features that the decoder takes.
func (h *maskedLMHead) width(hidden int) int {
	if h.dense == nil {
		return hidden
	}
	return h.dense.Out
}

// EmbedSparse returns the sparse vectors of texts, as a sparse encoder of
// sentence-transformers makes them if it is not told what texts are for. It
// fails with ErrVectorKind if the model is of another kind. See
// [Model.GuessesSparse] for directories that do not say what kind they are.
func (m *Model) EmbedSparse(ctx context.Context, texts []string) (*SparseVectors, error) {
	return m.EmbedSparseAs(ctx, texts, AnyTask, EmbedOptions{})
}

// EmbedSparseAs is EmbedSparse for texts that serve a purpose. The options'
// prompt, if any, is used instead of the task's. Dim must be 0, and Overlength
// Truncate or Refuse. A model without an encoder for queries has the inverse
// document frequency of each token that occurs in one.
func (m *Model) EmbedSparseAs(ctx context.Context, texts []string, task Task, o EmbedOptions) (*SparseVectors, error) {
	c, err := m.taskCall(ctx, sparseVectors, task, o)
	if err != nil {
		return nil, err
	}
	out := &SparseVectors{dim: m.config.VocabSize, offsets: []int{0}}
	if idf := m.pipeline.idf; idf != nil && (task == Query || task == AnyTask && idf.untold) {
		return out, m.embedQueries(ctx, c, texts, out)
	}
	rows := make([]sparseRow, len(texts))
	progress := c.report(len(texts))
	j := m.runner.Job()
	defer m.runner.Release(j)
	out.Tokens, out.Truncated, err = m.eachWindow(c, j, len(texts), func(i int) error {
		_, err := c.add(&j.Sequences, i, texts[i])
		return err
	}, func(from, to int) error {
		return m.spladeJob(ctx, j, rows[from:to], progress)
	})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		out.append(r.top(m.pipeline.mostActive))
	}
	return out, nil
}

// EmbedSparseIDs is [Model.EmbedSparse] for texts that were tokenised elsewhere,
// with special tokens. They go through the encoder, or through the table of
// weights if that is what a Router uses for texts of no named task. Ids, types
// and lengths that the model does not support give an ErrInput.
func (m *Model) EmbedSparseIDs(ctx context.Context, texts []Input) (*SparseVectors, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if err := m.gives(sparseVectors); err != nil {
		return nil, err
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	if err := m.config.checkInputs(&j.Sequences, texts); err != nil {
		return nil, err
	}
	out := &SparseVectors{dim: m.config.VocabSize, offsets: []int{0}, Tokens: len(j.Sequences.IDs)}
	rows := make([]sparseRow, len(texts))
	if idf := m.pipeline.idf; idf != nil && idf.untold {
		for i := range texts {
			rows[i] = idf.row(slices.Clone(texts[i].IDs))
		}
	} else if err := m.spladeJob(ctx, j, rows, reporter(m.options.Progress, len(texts))); err != nil {
		return nil, err
	}
	for _, r := range rows {
		out.append(r.top(m.pipeline.mostActive))
	}
	return out, nil
}

// taskCall is newCallOf for a task; m, ctx and the options are checked.
func (m *Model) taskCall(ctx context.Context, kind vectorKind, task Task, o EmbedOptions) (*call, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if task > Document {
		return nil, fmt.Errorf("%w: Task is %d, want AnyTask, Query or Document", ErrInput, task)
	}
	if o.Dim != 0 {
		return nil, fmt.Errorf("%w: Dim is %d, want 0: these vectors are not cut", ErrInput, o.Dim)
	}
	if o.Overlength == MeanOfChunks {
		return nil, fmt.Errorf("%w: Overlength is MeanOfChunks, want Truncate or Refuse for these vectors", ErrInput)
	}
	if o.Tokenizer != nil {
		return nil, fmt.Errorf("%w: Tokenizer is set, which is for dense vectors", ErrInput)
	}
	if o.Prompt == "" && o.PromptName == "" && !o.NoPrompt {
		o.PromptName = m.promptFor(task.prompts()...).PromptName
	}
	c, err := m.newCallOf(kind, o)
	if err == nil {
		c.skip = 0
	}
	return c, err
}

// sparseRow is the sparse vector of one text.
type sparseRow struct {
	indices []int32
	values  []float32
}

// top returns the n largest weights of r, of equal ones the first; 0: all.
func (r sparseRow) top(n int) sparseRow {
	if n == 0 || len(r.indices) <= n {
		return r
	}
	order := make([]int, len(r.indices))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(math.Abs(float64(r.values[b])), math.Abs(float64(r.values[a])))
	})
	order = order[:n]
	slices.Sort(order)
	var kept sparseRow
	for _, i := range order {
		kept.indices, kept.values = append(kept.indices, r.indices[i]), append(kept.values, r.values[i])
	}
	return kept
}

// spladeRows is the number of tokens whose scores of the whole vocabulary are
// computed at once.
const spladeRows = 48

// spladeJob sets the vectors of the job's texts.
func (m *Model) spladeJob(ctx context.Context, j *engine.Job, rows []sparseRow, progress func(int)) error {
	h, p, vocab := m.heads.maskedLM, m.spladeOf(), m.config.VocabSize
	size, width := m.config.HiddenSize, h.width(m.config.HiddenSize)
	return m.runner.Run(ctx, m.encoder, j, false, func(a *engine.Arena, b *engine.Batch, hidden []float32) error {
		a.Next = engine.Grow(a.Next, spladeRows*width)     // [rows, width]
		a.Pooled = engine.Grow(a.Pooled, spladeRows*vocab) // [rows, vocab]
		weights := make([]float32, vocab)
		for t, i := range b.Index {
			clear(weights)
			from, to := b.Span(t)
			for at := from; at < to; at += spladeRows {
				n := min(spladeRows, to-at)
				y := a.Next[:n*width]
				h.dense.Apply(&a.Scratch, y, width, hidden[at*size:], size, n)
				h.norm.Apply(y, width, n)
				p.score.Apply(&a.Scratch, a.Pooled, vocab, y, width, n)
				for k := range n {
					p.add(weights, a.Pooled[k*vocab:(k+1)*vocab])
				}
			}
			rows[i] = p.row(weights)
		}
		if progress != nil {
			progress(b.Texts())
		}
		return nil
	})
}

// add adds a token's scores [vocab] to a text's weights [vocab]. The maximum
// is that of the scores, whose logarithm row takes.
func (p *spladePooling) add(weights, scores []float32) {
	if !p.sum {
		for id, s := range scores {
			weights[id] = max(weights[id], s)
		}
		return
	}
	for id, s := range scores {
		if s > 0 {
			weights[id] += p.weight(s)
		}
	}
}

// weight returns log(1+score), or the same twice, of a score above 0.
func (p *spladePooling) weight(score float32) float32 {
	w := math.Log1p(float64(score))
	if p.twice {
		w = math.Log1p(w)
	}
	return float32(w)
}

// row returns the weights that are not 0.
func (p *spladePooling) row(weights []float32) sparseRow {
	var r sparseRow
	for id, w := range weights {
		if w <= 0 {
			continue
		}
		if !p.sum {
			w = p.weight(w)
		}
		if w > 0 {
			r.indices, r.values = append(r.indices, int32(id)), append(r.values, w)
		}
	}
	return r
}

// embedQueries appends the vectors of queries by the table of weights.
func (m *Model) embedQueries(ctx context.Context, c *call, texts []string, out *SparseVectors) error {
	idf, s := m.pipeline.idf, new(engine.Sequences)
	limited := *c
	limited.usual = modelTokens{idf.tokenizer, c.plain, false}
	limited.tokens = &limited.usual
	if n := idf.tokenizer.ModelMaxLength(); c.maxLength == m.maxLength {
		limited.maxLength = n // 0: no limit
	}
	progress := c.report(len(texts))
	for i, text := range texts {
		if i%1024 == 0 && ctx.Err() != nil {
			return parallel.Cause(ctx)
		}
		limited.begin(s)
		if _, err := limited.add(s, i, text); err != nil {
			return err
		}
		out.Tokens += len(s.IDs)
		out.Truncated += s.Truncated
		out.append(idf.row(s.IDs).top(m.pipeline.mostActive))
		if progress != nil {
			progress(1)
		}
	}
	return nil
}

// row returns the weights of the tokens that occur, whose order it changes.
func (q *queryWeights) row(ids []int32) sparseRow {
	slices.Sort(ids)
	var r sparseRow
	for _, id := range slices.Compact(ids) {
		if w := q.weights[id]; w != 0 {
			r.indices, r.values = append(r.indices, id), append(r.values, w)
		}
	}
	return r
}
