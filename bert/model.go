package bert

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// Model is a loaded model: tokenizer, encoder, pooling and heads. It is
// immutable and may be used by any number of goroutines at once; together they
// compute on at most Options.Threads goroutines. Load and LoadFS return one; the
// zero Model cannot embed and returns an ErrInput.
type Model struct {
	unsavedState

	name      string
	options   Options
	config    *Config
	pipeline  *pipeline
	tokenizer *tokenize.Tokenizer
	maxLength int
	dim       int
	typed     bool // tokens of a single text are not all of type 0

	encoder *engine.Encoder
	kept    []string // parts of an int8 encoder in float32
	heads   heads
	// scoreActivation turns a classifier's logits into scores; "" if the
	// problem type decides.
	scoreActivation string
	weights         *weights // of the mapped checkpoint
	files           [][]byte // the configuration files that were read, for the digest
	dir             fs.FS    // what the model was loaded from, for Save

	runner *engine.Runner // shared by models that differ only in parameters

	tree       func() (*Encoder, error) // once
	treeOf     *Encoder                 // the trained tree that was packed, if any
	digestOnce sync.Once
	digest     string
}

// Load loads a model directory as saved by transformers or
// sentence-transformers: config.json, model.safetensors (or shards with their
// index), tokenizer.json (or vocab.txt) and, if present, modules.json with the
// files it refers to. Weights are memory-mapped where the system supports it,
// so the file must stay unchanged until Close.
//
// Errors wrap ErrConfig, ErrWeights or ErrUnsupported, or come from package
// tokenize or the operating system. They name the file, field or tensor, the
// value found and the value expected.
func Load(dir string, options Options) (*Model, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("bert: loading a model: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%w: %s is a file, want the directory that config.json and model.safetensors are in", ErrConfig, dir)
	}
	if options.Name == "" {
		options.Name = directoryName(dir)
	}
	return load(os.DirFS(dir), options, source{
		within: dir,
		weights: func(sub string) (*safetensors.File, error) {
			return safetensors.OpenDir(filepath.Join(dir, filepath.FromSlash(sub)))
		},
	})
}

// directoryName returns the name of a model from its directory: "org/name" for
// CACHE/models--org--name/snapshots/COMMIT.
func directoryName(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	snapshots := filepath.Dir(abs)
	if repo, ok := strings.CutPrefix(filepath.Base(filepath.Dir(snapshots)), "models--"); ok && filepath.Base(snapshots) == "snapshots" {
		return strings.Replace(repo, "--", "/", 1)
	}
	return filepath.Base(abs)
}

// LoadFS is Load for the root of a file system. Weights are used in place if
// fsys is an os.DirFS, or gives access to its bytes as the embedded models do;
// otherwise they are read into memory.
func LoadFS(fsys fs.FS, options Options) (*Model, error) {
	return load(fsys, options, source{
		within: "model directory",
		weights: func(sub string) (*safetensors.File, error) {
			dir, err := fs.Sub(fsys, sub)
			if err != nil {
				return nil, err
			}
			return safetensors.OpenDirFS(dir)
		},
	})
}

// source is where a model comes from.
type source struct {
	within  string // for messages
	weights func(sub string) (*safetensors.File, error)
}

func load(fsys fs.FS, options Options, src source) (*Model, error) {
	if fsys == nil {
		return nil, fmt.Errorf("%w: no file system", ErrInput)
	}
	if err := options.check(); err != nil {
		return nil, err
	}
	m := &Model{options: options, dir: fsys, runner: engine.NewRunner(options.Threads, options.BatchTokens)}
	m.tree = sync.OnceValues(m.buildTree)
	sub, err := m.loadConfiguration(fsys)
	if err == nil && !m.Static() {
		if err = m.loadParts(sub, src); err == nil {
			if err = m.keepFloat32(nil); err != nil {
				_ = m.weights.file.Close() // err is more informative
			}
		}
	}
	if err != nil {
		m.pipeline.close()
		return nil, fmt.Errorf("%s: %w", src.within, err)
	}
	return m, nil
}

// loadConfiguration reads what is needed before weights and tokenizer are
// loaded, and returns the directory that holds them.
func (m *Model) loadConfiguration(fsys fs.FS) (fs.FS, error) {
	var err error
	if m.pipeline, err = loadPipeline(fsys); err != nil {
		return nil, err
	}
	if m.Static() {
		return nil, m.useStatic()
	}
	sub, err := fs.Sub(fsys, m.pipeline.transformer)
	if err != nil {
		return nil, err
	}
	data, err := readConfigFile(sub, configFile)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrConfig, configFile, err)
	}
	if err := refuseAdapter(sub); err != nil {
		return nil, err
	}
	if m.config, err = ParseConfig(data); err != nil {
		return nil, err
	}
	m.files = append(m.files, data)
	if m.name = m.options.Name; m.name == "" {
		m.name = m.config.ModelType
	}
	if err := m.setPooling(); err != nil {
		return nil, err
	}
	if err := m.setScores(); err != nil {
		return nil, err
	}
	return sub, m.setMaxLength(sub)
}

// loadParts loads tokenizer and weights, which take about as long, concurrently
// if more than one goroutine may compute.
func (m *Model) loadParts(fsys fs.FS, src source) error {
	tokenizer := func() (err error) {
		m.tokenizer, err = loadTokenizer(fsys, m.config, m.pipeline.lowerCase)
		if err == nil && m.pipeline.multi != nil {
			m.tokenizer, err = m.setTokens(fsys, m.tokenizer)
		}
		if err == nil {
			m.typed = m.takesTypes() && m.tokenizer.MaxTypeID(false) > 0
		}
		return err
	}
	if m.options.NoTokenizer {
		tokenizer = func() error { return nil }
	}
	if m.runner.Threads() == 1 {
		if err := tokenizer(); err != nil {
			return err
		}
		return m.loadWeights(src)
	}
	loaded := make(chan error, 1)
	go func() { loaded <- tokenizer() }()
	weights := m.loadWeights(src)
	// If both fail, the tokenizer's error is returned, whichever came first.
	if err := <-loaded; err != nil {
		if weights == nil {
			_ = m.Close() // err is more informative
		}
		return err
	}
	return weights
}

// loadWeights packs encoder and heads.
func (m *Model) loadWeights(src source) error {
	file, err := src.weights(m.pipeline.transformer)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWeights, err)
	}
	m.weights = newWeights(file, architectures[m.config.ModelType])
	if s := m.pipeline.multi; s != nil && s.stanford {
		m.weights.used[stanfordProjection] = true
	}
	l := newTreeLoader(m.weights, m.config)
	m.encoder = l.loadPacked(m.options.Precision, m.runner.Threads())
	m.heads = l.loadHeads(slices.Contains(m.pipeline.modes, PoolPooler), m.options.Precision)
	if l.err == nil && m.pipeline.kind == sparseVectors {
		l.err = m.setSparse()
	}
	if l.err != nil {
		_ = file.Close() // l.err is more informative
	}
	return l.err
}

// setPooling determines pooling and dimension.
func (m *Model) setPooling() error {
	p := m.pipeline
	hidden, err := m.pooledWidth()
	if err != nil {
		return err
	}
	switch {
	case p.kind != denseVectors:
		return m.setKind()
	case m.options.Pooling >= PoolPooler<<1:
		return fmt.Errorf("%w: pooling %#x is none of the modes", ErrInput, uint8(m.options.Pooling))
	case m.options.Pooling != 0:
		p.modes = m.options.Pooling.modes()
	case len(p.modes) == 0:
		p.modes = []Pooling{PoolMean}
	case p.width != len(p.modes)*hidden:
		return &ConfigError{
			File: "the pooling's config.json", Field: "embedding_dimension or word_embedding_dimension", Got: fmt.Sprint(p.width / len(p.modes)),
			Want: fmt.Sprintf("the %d features of a token", hidden),
		}
	}
	if err := m.checkLayers(); err != nil {
		return err
	}
	p.width = len(p.modes) * hidden
	width := p.width
	for _, s := range p.steps {
		switch s := s.(type) {
		case denseStep:
			if s.In != width {
				return fmt.Errorf("%w: pooling %v yields %d features, the model's Dense module takes %d", ErrInput, p.poolingName(), width, s.In)
			}
		case normStep:
			if s.Features() != width {
				return fmt.Errorf("%w: pooling %v yields %d features, the model's LayerNorm module takes %d", ErrInput, p.poolingName(), width, s.Features())
			}
		}
		width = s.width(width)
	}
	return m.setDim(width)
}

// pooledWidth returns the number of features of a token's vector that are pooled.
func (m *Model) pooledWidth() (int, error) {
	p, width := m.pipeline, m.config.width()
	if len(p.tokenSteps) > 0 && m.options.Pooling&PoolPooler != 0 {
		return 0, fmt.Errorf("%w: pooling %v takes the encoder's output, and the model has modules before the pooling", ErrInput, m.options.Pooling)
	}
	for i, s := range p.tokenSteps {
		if d, ok := s.(denseStep); ok && d.In != width {
			return 0, &ConfigError{File: "the Dense module's config.json", Field: "in_features", Got: fmt.Sprint(d.In), Want: fmt.Sprintf("the %d features of a token before step %d", width, i+1)}
		}
		width = s.width(width)
	}
	return width, nil
}

// setKind sets up vectors of another kind than dense ones.
func (m *Model) setKind() error {
	p := m.pipeline
	switch {
	case m.options.Pooling != 0:
		return fmt.Errorf("%w: Options.Pooling is %v, the model's vectors are not pooled", ErrInput, m.options.Pooling)
	case m.options.Dim != 0:
		return fmt.Errorf("%w: Options.Dim is %d, want 0: the model's vectors are not cut", ErrInput, m.options.Dim)
	case p.truncate != 0:
		return &ConfigError{File: promptsFile, Field: "truncate_dim", Got: fmt.Sprint(p.truncate), Want: "null for these vectors", kind: ErrUnsupported}
	case p.kind == multiVectors:
		return m.setMulti()
	}
	m.dim = m.config.VocabSize
	return nil
}

// setDim sets the dimension of vectors, given what the chain yields.
func (m *Model) setDim(width int) error {
	m.dim = width
	if n := m.pipeline.truncate; n > 0 {
		m.dim = min(n, width)
	}
	if d := m.options.Dim; d != 0 {
		if d < 0 || d > width {
			return fmt.Errorf("%w: Options.Dim is %d, want 1 to %d", ErrInput, d, width)
		}
		m.dim = d
	}
	return nil
}

// setMaxLength determines the length to which texts are truncated: that of
// Options, the directory's max_seq_length or the tokenizer's model_max_length,
// and never more than there are positions.
func (m *Model) setMaxLength(fsys fs.FS) error {
	limit := m.config.limit()
	switch n := m.options.MaxLength; {
	case n < 0 || n > limit:
		return fmt.Errorf("%w: Options.MaxLength is %d, the model has positions for %d tokens", ErrInput, n, limit)
	case n > 0:
		m.maxLength = n
		return nil
	}
	m.maxLength = m.config.MaxPositionEmbeddings - m.config.positionOffset()
	if n := m.pipeline.maxLength; n > 0 {
		m.maxLength = min(n, limit)
		return nil
	}
	var raw struct {
		// A float, since "no limit" is written as 1e30.
		ModelMaxLength float64 `json:"model_max_length"`
		MaxLen         float64 `json:"max_len"` // its name before version 3 of transformers
	}
	if _, err := readJSON(fsys, tokenizerConfigFile, &raw); err != nil {
		return err
	}
	if n := cmp.Or(raw.ModelMaxLength, raw.MaxLen); n >= 1 && n < float64(m.maxLength) {
		m.maxLength = int(n)
	}
	return nil
}

// Name returns the model's name: Options.Name, or that of its directory.
func (m *Model) Name() string { return m.name }

// Config returns what config.json said. It must not be changed.
func (m *Model) Config() *Config { return m.config }

// Normalizes reports whether the model's own modules scale embeddings to unit
// length.
func (m *Model) Normalizes() bool { return m.pipeline.normalised }

// VectorKind returns what the model makes of a text: "dense", "sparse" or
// "multi-vectors".
func (m *Model) VectorKind() string { return m.pipeline.kind.String() }

// Classifies reports whether the model has a head for [Model.Classify].
func (m *Model) Classifies() bool { return m.heads.sequence != nil }

// Precision returns the precision of weights and products.
func (m *Model) Precision() Precision { return m.options.Precision }

// Dim returns the number of features of an embedding.
func (m *Model) Dim() int { return m.dim }

// MaxLength returns the number of tokens, special ones included, to which a
// text is truncated.
func (m *Model) MaxLength() int { return m.maxLength }

// Pooling returns how token vectors become a text's vector: the combination of
// all modes.
func (m *Model) Pooling() Pooling { return m.pipeline.pooling() }

// PoolingModes returns the modes one by one in the order in which their vectors
// are concatenated; a directory may repeat a mode.
func (m *Model) PoolingModes() []Pooling { return slices.Clone(m.pipeline.modes) }

// Tokenizer returns the model's tokenizer, or nil if the model was loaded
// without one.
func (m *Model) Tokenizer() *tokenize.Tokenizer { return m.tokenizer }

// Unused returns, in order, the names of the checkpoint's tensors that this
// model does not use, such as the pooler of a model that pools by the mean.
func (m *Model) Unused() []string { return m.weights.unused() }

// WeightBytes returns the memory that the packed weights take. Float32
// embedding tables are not included: they stay in the mapped file. Neither is a
// float32 model's cache of common tokens, up to 12 MB.
func (m *Model) WeightBytes() int {
	if s := m.pipeline.static; s != nil {
		return s.bytes()
	}
	return m.encoder.Bytes() + m.heads.bytes()
}

// Encoder returns the encoder as a tree of spago models over the checkpoint's
// own tensors. Float32 tensors are not copied and must not be written to;
// others are converted by the first call. See [Encoder.Trainable].
func (m *Model) Encoder() (*Encoder, error) {
	if err := m.loaded(); err != nil {
		return nil, err
	}
	if m.Static() {
		return nil, m.noEncoder()
	}
	if err := m.runner.Enter(); err != nil {
		return nil, err
	}
	defer m.runner.Leave()
	return m.tree()
}

func (m *Model) buildTree() (*Encoder, error) {
	if m.treeOf != nil {
		return m.treeOf, nil
	}
	l := m.treeLoader()
	e := l.loadEncoder()
	return e, l.err
}

// treeLoader returns a loader for the checkpoint of a model that was loaded.
func (m *Model) treeLoader() *treeLoader {
	return newTreeLoader(&weights{file: m.weights.file, prefix: m.weights.prefix, used: make(map[string]bool), checked: true}, m.config)
}

// WithEncoder returns a model with the encoder parameters of e, which it packs:
// for example those of a tree from [Encoder.Trainable] after some training
// steps. Adapters are merged into copies of their layers' weights. All else,
// heads included, stays as it is. The new model shares tokenizer, file and
// working memory with the original.
func (m *Model) WithEncoder(e *Encoder) (*Model, error) {
	if err := m.loaded(); err != nil {
		return nil, err
	}
	if e == nil {
		return nil, fmt.Errorf("%w: no encoder", ErrInput)
	}
	if e.config != m.config {
		return nil, fmt.Errorf("%w: the encoder is not one of this model, nor a copy of one", ErrInput)
	}
	e = e.withoutAdapters()
	n := &Model{
		name: m.name, options: m.options, config: m.config, pipeline: m.pipeline, tokenizer: m.tokenizer,
		maxLength: m.maxLength, dim: m.dim, typed: m.typed, heads: m.heads, scoreActivation: m.scoreActivation, weights: m.weights, files: m.files, dir: m.dir, runner: m.runner,
		encoder: packTree(e, m.options.Precision), treeOf: e,
	}
	n.tree = sync.OnceValues(n.buildTree)
	return n, n.keepFloat32(e)
}

// Close waits for calls in progress, then unmaps the weights. Later calls
// return ErrClosed; a second Close does nothing. Parameters of [Model.Encoder]
// that alias the file must not be used afterwards. Models that share the file
// (see [Model.WithEncoder]) are closed as well. A program that keeps its model
// until it exits need not call Close.
func (m *Model) Close() error {
	if m == nil || m.runner == nil || !m.runner.Close() {
		return nil
	}
	return m.weights.file.Close()
}

// Digest returns a hexadecimal SHA-256 of the encoder's configuration, of how
// its embeddings are made, and of all weights: two models with the same digest
// give the same embeddings. It is computed by the first call, and empty if that
// comes after Close.
func (m *Model) Digest() string {
	m.digestOnce.Do(func() {
		if m.runner.Enter() != nil {
			return
		}
		defer m.runner.Leave()
		h := sha256.New()
		fmt.Fprintf(h, "cohort model 1\n%v pooling %v dim %d length %d lower %v normalised %v prompt %q\n",
			m.options.Precision, m.pipeline.poolingName(), m.dim, m.maxLength, m.pipeline.lowerCase, m.pipeline.normalised, m.pipeline.defaultPrompt)
		block := func(b []byte) {
			var n [8]byte
			binary.LittleEndian.PutUint64(n[:], uint64(len(b)))
			h.Write(n[:])
			h.Write(b)
		}
		for _, f := range m.files {
			block(f)
		}
		for _, d := range m.pipeline.digests {
			block(d)
		}
		if n := m.pipeline.mostActive; n > 0 {
			block([]byte(fmt.Sprintf("%d weights", n)))
		}
		for _, s := range m.pipeline.tokenSteps {
			block([]byte(fmt.Sprintf("before the pooling %T", s)))
		}
		if m.pipeline.skipPrompt {
			block([]byte("prompts are not pooled"))
		}
		for _, name := range m.weights.file.Names() {
			t, _ := m.weights.file.Lookup(name)
			block([]byte(fmt.Sprint(name, t.DType, t.Shape)))
			block(t.Bytes())
		}
		if len(m.kept) > 0 { // the tokenizer has a part in the choice
			block([]byte(strings.Join(m.kept, " ")))
		}
		if m.treeOf != nil {
			digestTree(m.treeOf, block)
		}
		m.digest = hex.EncodeToString(h.Sum(nil))
	})
	return m.digest
}
