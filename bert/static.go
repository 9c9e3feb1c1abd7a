package bert

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// staticTable holds the vectors of a static model: a text's vector is the mean
// of its tokens' vectors, and there is no encoder. sentence-transformers calls
// it StaticEmbedding, and model2vec (Tulkens and van Dongen 2024) StaticModel.
type staticTable struct {
	file      *safetensors.File // that rows may lie in
	name      string            // of their tensor
	rows      []float32         // [vectors, dim]
	dim       int
	mapping   []int32   // [vocab] the row of a token; nil: its id
	weights   []float64 // [vocab] of each token; nil: 1
	vocab     int       // the number of tokens
	tokenizer *tokenize.Tokenizer
	maxLength int
	clip      int    // characters of a text that are tokenised; 0: all
	median    int    // characters of a token, by which clip follows from maxLength
	config    []byte // the configuration file, if there is one
}

// staticType is the model type of static models.
const staticType = "static"

// model2vecConfig is model2vec's config.json. Fields that say how the vectors
// were made have no effect on their use.
type model2vecConfig struct {
	Normalize bool `json:"normalize"`
	MaxLength *int `json:"max_length"`
	HiddenDim *int `json:"hidden_dim"`
	Clusters  *int `json:"vocabulary_quantization"`

	ModelType     any `json:"model_type"`
	Architectures any `json:"architectures"`
	TokenizerName any `json:"tokenizer_name"`
	PCA           any `json:"apply_pca"`
	Zipf          any `json:"apply_zipf"`
	SIF           any `json:"sif_coefficient"`
	SeqLength     any `json:"seq_length"`
	Pooling       any `json:"pooling"`
	DType         any `json:"embedding_dtype"`
	Head          any `json:"head_config"` // of a classifier beside the vectors
	CacheDir      any `json:"cache_dir"`
}

// model2vecLength is the length of texts if config.json does not say.
const model2vecLength = 512

// loadModel2Vec reads a directory that model2vec wrote before it wrote
// modules.json. It does nothing if the directory is another kind.
func (p *pipeline) loadModel2Vec(fsys fs.FS) error {
	var raw struct {
		ModelType string `json:"model_type"`
	}
	if ok, err := readJSON(fsys, configFile, &raw); err != nil || !ok || raw.ModelType != "model2vec" {
		return err
	}
	if err := p.loadStatic(fsys, "."); err != nil {
		return err
	}
	var c model2vecConfig
	if err := unmarshalFile(configFile, p.static.config, &c); err != nil {
		return err
	}
	if c.Normalize {
		p.steps, p.normalised = append(p.steps, normalizeStep{}), true
	}
	return p.finishStatic()
}

// loadStatic reads the vectors and the tokenizer of a static model.
func (p *pipeline) loadStatic(fsys fs.FS, dir string) error {
	if p.kind != denseVectors {
		return &ConfigError{File: modulesFile, Field: "type", Got: `"StaticEmbedding"`, Want: "a Transformer, for this model_type", kind: ErrUnsupported}
	}
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		return err
	}
	file, err := safetensors.OpenDirFS(sub)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWeights, err)
	}
	s := &staticTable{file: file}
	p.static, p.transformer = s, dir
	model2vec, err := s.loadVectors()
	if err == nil {
		err = s.loadTokenizer(sub, model2vec)
	}
	if err != nil {
		p.close()
		return err
	}
	p.width = s.dim
	return nil
}

// loadVectors reads the tensors. model2vec's have other names than those of
// sentence-transformers.
func (s *staticTable) loadVectors() (model2vec bool, err error) {
	name := "embedding.weight"
	t, ok := s.file.Lookup(name)
	if !ok {
		name, model2vec = "embeddings", true
		t, ok = s.file.Lookup(name)
	}
	bad := func(name, got, want string) error {
		return &TensorError{File: s.file.Name(), Tensor: name, Got: got, Want: want}
	}
	if !ok {
		return false, bad("embedding.weight", "nothing", "embedding.weight or embeddings [tokens, features]")
	}
	if len(t.Shape) != 2 || t.Shape[0] < 1 || t.Shape[0] > maxVocab || t.Shape[1] < 1 || t.Shape[1] > maxWidth {
		return false, bad(name, fmt.Sprint(t.Shape), "[tokens, features]")
	}
	vectors, dim := t.Shape[0], t.Shape[1]
	s.name, s.dim, s.vocab = name, dim, vectors
	if t.DType == safetensors.I8 { // model2vec's quantised vectors
		whole, err := t.Int64()
		if err != nil {
			return false, fmt.Errorf("%w: %w", ErrWeights, err)
		}
		s.rows = make([]float32, len(whole))
		for i, v := range whole {
			s.rows[i] = float32(v)
		}
	} else {
		if err := t.CheckFinite(); err != nil {
			return false, fmt.Errorf("%w: %w", ErrWeights, err)
		}
		if s.rows, err = t.Float32(); err != nil {
			return false, fmt.Errorf("%w: %w", ErrWeights, err)
		}
	}
	if !model2vec {
		return false, nil
	}
	if t, ok := s.file.Lookup("mapping"); ok {
		to, err := t.Int64()
		if err != nil || len(t.Shape) != 1 {
			return false, bad("mapping", fmt.Sprintf("%s %v", t.DType, t.Shape), "whole numbers [tokens]")
		}
		s.vocab, s.mapping = len(to), make([]int32, len(to))
		for i, row := range to {
			if row < 0 || row >= int64(vectors) {
				return false, bad("mapping", fmt.Sprintf("%d for token %d", row, i), fmt.Sprintf("0 to %d", vectors-1))
			}
			s.mapping[i] = int32(row)
		}
	}
	if t, ok := s.file.Lookup("weights"); ok {
		if len(t.Shape) != 1 || t.Shape[0] != s.vocab {
			return false, bad("weights", fmt.Sprint(t.Shape), fmt.Sprintf("[%d], one per token", s.vocab))
		}
		if err := t.CheckFinite(); err != nil {
			return false, fmt.Errorf("%w: %w", ErrWeights, err)
		}
		if s.weights, err = t.Float64(); err != nil {
			return false, fmt.Errorf("%w: %w", ErrWeights, err)
		}
	}
	return true, nil
}

// loadTokenizer reads tokenizer.json and, of model2vec, config.json. The two
// libraries differ: sentence-transformers truncates as tokenizer.json says and
// keeps unknown tokens; model2vec truncates to its own length, first in
// characters, then in tokens, and leaves out unknown tokens.
func (s *staticTable) loadTokenizer(fsys fs.FS, model2vec bool) error {
	t, err := tokenize.LoadJSON(fsys, "tokenizer.json")
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", tokenize.ErrNoTokenizer, err)
	}
	if err != nil {
		return err
	}
	if n := int(t.MaxID()) + 1; n > s.vocab {
		return &TensorError{File: s.file.Name(), Tensor: "the vectors", Got: fmt.Sprintf("%d tokens", s.vocab), Want: fmt.Sprintf("more than the tokenizer's greatest id, so at least %d", n)}
	}
	t = t.WithoutSpecialTokens()
	s.maxLength = t.ModelMaxLength()
	if model2vec {
		t = t.WithoutUnknown().WithRightTruncation()
		if err := s.loadConfig(fsys, t); err != nil {
			return err
		}
	}
	if s.maxLength == 0 {
		s.maxLength = maxTokens
	}
	s.tokenizer = t
	return nil
}

// loadConfig reads model2vec's config.json.
func (s *staticTable) loadConfig(fsys fs.FS, t *tokenize.Tokenizer) error {
	data, err := readConfigFile(fsys, configFile)
	if errors.Is(err, fs.ErrNotExist) {
		data, err = []byte("{}"), nil
	}
	if err != nil {
		return err
	}
	s.config = data
	length := model2vecLength
	c := model2vecConfig{MaxLength: &length}
	if err := unmarshalFile(configFile, data, &c); err != nil {
		return err
	}
	if err := onlyKnown(configFile, data, &c); err != nil {
		return err
	}
	if c.HiddenDim != nil && *c.HiddenDim != s.dim {
		return &ConfigError{File: configFile, Field: "hidden_dim", Got: strconv.Itoa(*c.HiddenDim), Want: fmt.Sprintf("the %d features of the vectors", s.dim)}
	}
	if n := len(s.rows) / s.dim; c.Clusters != nil && *c.Clusters != n {
		return &ConfigError{File: configFile, Field: "vocabulary_quantization", Got: strconv.Itoa(*c.Clusters), Want: fmt.Sprintf("the number of vectors, %d", n)}
	}
	s.maxLength, s.median = 0, medianLength(t)
	if c.MaxLength == nil { // null: texts of any length
		return nil
	}
	if *c.MaxLength < 1 || *c.MaxLength > maxTokens {
		return &ConfigError{File: configFile, Field: "max_length", Got: strconv.Itoa(*c.MaxLength), Want: fmt.Sprintf("1 to %d, or null", maxTokens)}
	}
	s.maxLength = *c.MaxLength
	s.clip = s.maxLength * s.median
	return nil
}

// medianLength returns the median number of characters of a token, rounded
// down.
func medianLength(t *tokenize.Tokenizer) int {
	var lengths []int
	for id := range t.MaxID() + 1 {
		if token, ok := t.Token(id); ok {
			lengths = append(lengths, utf8.RuneCountInString(token))
		}
	}
	if len(lengths) == 0 {
		return 0
	}
	slices.Sort(lengths)
	n := len(lengths)
	return (lengths[(n-1)/2] + lengths[n/2]) / 2
}

// finishStatic checks the chain of a static model.
func (p *pipeline) finishStatic() error {
	s := p.static
	if s.config == nil {
		return nil
	}
	// Both files say whether vectors are scaled; each library reads another one.
	var c model2vecConfig
	if err := unmarshalFile(configFile, s.config, &c); err != nil {
		return err
	}
	if c.Normalize != p.normalised {
		return &ConfigError{File: path.Join(p.transformer, configFile), Field: "normalize", Got: strconv.FormatBool(c.Normalize), Want: fmt.Sprintf("%v, as the chain of %s ends", p.normalised, modulesFile)}
	}
	return nil
}

// useStatic sets up a model without an encoder.
func (m *Model) useStatic() error {
	s, p := m.pipeline.static, m.pipeline
	if m.options.Pooling != 0 {
		return fmt.Errorf("%w: Options.Pooling is %v, a static model has only the mean", ErrInput, m.options.Pooling)
	}
	m.config = &Config{ModelType: staticType, VocabSize: s.vocab, HiddenSize: s.dim, EmbeddingSize: s.dim, MaxPositionEmbeddings: maxTokens}
	if s.config != nil {
		m.files = append(m.files, s.config)
	}
	if m.name = m.options.Name; m.name == "" {
		m.name = staticType
	}
	m.weights = &weights{file: s.file, used: map[string]bool{"embedding.weight": true, "embeddings": true, "mapping": true, "weights": true}}
	if !m.options.NoTokenizer {
		m.tokenizer = s.tokenizer
	}
	if n := m.options.MaxLength; n > maxTokens {
		return fmt.Errorf("%w: Options.MaxLength is %d, want at most %d", ErrInput, n, maxTokens)
	} else if m.maxLength = s.maxLength; n > 0 {
		m.maxLength, s.clip = n, n*s.median
	}
	return m.setDim(p.lastWidth())
}

// Static reports whether the model has a table of tokens' vectors in place of
// an encoder.
func (m *Model) Static() bool { return m.pipeline.static != nil }

// noEncoder is the error of methods that need an encoder.
func (m *Model) noEncoder() error {
	return fmt.Errorf("%w: %s is a static model, without an encoder", ErrUnsupported, m.name)
}

// bytes returns the memory that the vectors take.
func (s *staticTable) bytes() int { return 4*len(s.rows) + 4*len(s.mapping) + 8*len(s.weights) }

// mean writes the mean of the tokens' vectors to dst [dim]; zero if there are
// none. sums [dim] is working memory. Few vectors are added up in float32, more
// in parts, whose sums are added in float64.
func (s *staticTable) mean(dst []float32, ids []int32, sums []float64) {
	const part = 32
	if len(ids) == 0 {
		clear(dst)
		return
	}
	if len(ids) <= part && s.weights == nil {
		s.add(dst, ids)
		kernel.Scale(dst, 1/float32(len(ids)))
		return
	}
	clear(sums)
	n := float64(len(ids))
	if s.weights != nil {
		for _, id := range ids {
			kernel.AddScaledTo(sums, s.weights[id], s.row(id))
		}
		store(dst, sums, n)
		return
	}
	for len(ids) > 0 {
		k := min(part, len(ids))
		s.add(dst, ids[:k])
		kernel.AddTo(sums, dst)
		ids = ids[k:]
	}
	store(dst, sums, n)
}

// add sets dst [dim] to the sum of the tokens' vectors.
func (s *staticTable) add(dst []float32, ids []int32) {
	copy(dst, s.row(ids[0]))
	for _, id := range ids[1:] {
		kernel.Add(dst, s.row(id))
	}
}

// row returns a token's vector, without its weight.
func (s *staticTable) row(id int32) []float32 {
	at := int(id)
	if s.mapping != nil {
		at = int(s.mapping[id])
	}
	return s.rows[at*s.dim : (at+1)*s.dim]
}

// clipped returns the part of a text that is tokenised, and whether that is not
// all of it.
func (s *staticTable) clipped(text string) (part string, cut bool) {
	if s == nil || s.clip == 0 || len(text) <= s.clip {
		return text, false
	}
	n := 0
	for i := range text {
		if n == s.clip {
			return text[:i], true
		}
		n++
	}
	return text, false
}

// staticPart is the number of texts that a goroutine embeds at once.
const staticPart = 256

// embedStaticJob is embedJob for a static model.
func (m *Model) embedStaticJob(ctx context.Context, j *engine.Job, dst []float32, progress func(texts int)) error {
	s := &j.Sequences
	texts := s.Texts()
	return m.runner.Do(ctx, (texts+staticPart-1)/staticPart, func(a *engine.Arena, k int) error {
		from, to := k*staticPart, min((k+1)*staticPart, texts)
		m.poolStatic(a, to-from, dst[from*m.dim:to*m.dim], func(i int) []int32 {
			lo, hi := s.Span(from + i)
			return s.IDs[min(lo+s.Skip, hi):hi]
		})
		if progress != nil {
			progress(to - from)
		}
		return nil
	})
}

// poolStatic writes the vectors of some texts to dst [texts, dim].
func (m *Model) poolStatic(a *engine.Arena, texts int, dst []float32, ids func(i int) []int32) {
	s := m.pipeline.static
	a.Sums = engine.Grow(a.Sums, s.dim)
	if steps := m.pipeline.steps; m.dim == s.dim && (len(steps) == 0 || len(steps) == 1 && m.pipeline.normalised) {
		for i := range texts { // in place
			row := dst[i*s.dim : (i+1)*s.dim]
			s.mean(row, ids(i), a.Sums)
			if m.pipeline.normalised {
				normaliseFast(row)
			}
		}
		return
	}
	a.Pooled = engine.Grow(a.Pooled, texts*s.dim)
	for i := range texts {
		s.mean(a.Pooled[i*s.dim:(i+1)*s.dim], ids(i), a.Sums)
	}
	x, width := applySteps(a, m.pipeline.steps, texts, s.dim)
	for i := range texts {
		m.cutRow(dst[i*m.dim:(i+1)*m.dim], x[i*width:(i+1)*width])
	}
}

// normaliseFast is normalise with one multiplication per feature.
func normaliseFast(x []float32) {
	if length := kernel.Dot64(x, x); length > 0 {
		kernel.Scale(x, float32(1/max(math.Sqrt(length), 1e-12)))
	}
}

var staticIDs = sync.Pool{New: func() any { return new([]int32) }}

// embedStatic is EmbedWith for a static model: every goroutine tokenises its own
// texts, which takes most of the time.
func (m *Model) embedStatic(ctx context.Context, c *call, texts []string, out *Embeddings) (cut []int, err error) {
	progress := c.report(len(texts))
	parts := (len(texts) + staticPart - 1) / staticPart
	tokens, cuts := make([]int, parts), make([][]int, parts)
	err = m.runner.Do(ctx, parts, func(a *engine.Arena, k int) error {
		from, to := k*staticPart, min((k+1)*staticPart, len(texts))
		ids := staticIDs.Get().(*[]int32)
		defer staticIDs.Put(ids)
		var s engine.Sequences
		s.IDs = (*ids)[:0]
		s.Offsets = append(s.Offsets, 0)
		for i := from; i < to; i++ {
			long, err := c.add(&s, i, texts[i])
			if err != nil {
				return err
			}
			if long {
				cuts[k] = append(cuts[k], i)
			}
		}
		*ids, tokens[k] = s.IDs, len(s.IDs)
		m.poolStatic(a, to-from, out.data[from*m.dim:to*m.dim], func(i int) []int32 {
			lo, hi := s.Span(i)
			return s.IDs[min(lo+c.skip, hi):hi]
		})
		if progress != nil {
			progress(to - from)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for k := range parts {
		out.Tokens += tokens[k]
		cut = append(cut, cuts[k]...)
	}
	if c.overlength == Truncate {
		out.Truncated = len(cut)
	}
	return cut, parallel.Cause(ctx)
}
