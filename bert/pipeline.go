package bert

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// pipeline holds the settings of a sentence-transformers directory beyond the
// encoder: the chain of modules.json, the maximum length, and prompts.
type pipeline struct {
	transformer string           // the encoder's directory within the model's, usually "."
	maxLength   int              // of sentence_bert_config.json, 0 if it says nothing
	lowerCase   bool             // texts are lower-cased before tokenizing
	modes       []Pooling        // of the pooling, one each, in the order of their vectors
	width       int              // features that pooling yields
	tokenSteps  []step           // before pooling, over the vectors of tokens
	steps       []step           // after pooling
	layers      *engine.LayerSum // of the outputs that are pooled; nil: the last one is
	layersFrom  string           // settings of layers
	layersWidth int              // that layersFrom gives, 0 if it gives none
	allLayers   bool             // sentence_bert_config.json has the encoder output all layers
	normalised  bool             // the chain ends in unit vectors
	skipPrompt  bool             // tokens of the prompt are left out of the pooling
	modules     []string         // directories of modules after the first, and of routers
	digests     [][]byte         // of the modules with weights after pooling
	truncate    int              // number of the chain's features to keep; 0: all
	mostActive  int              // weights of a sparse vector to keep; 0: all

	kind   vectorKind
	static *staticTable   // instead of an encoder
	splade *spladePooling // of sparse vectors
	idf    *queryWeights  // of queries, instead of the encoder
	multi  *multiSettings // of multi-vectors
	// guessed pools sparse vectors of a directory without modules.json.
	guessed *guessedSplade

	prompts       map[string]string
	defaultPrompt string
	activation    string // of a cross-encoder's scores, a PyTorch class; may be empty
}

// vectorKind is what a model makes of a text.
type vectorKind uint8

const (
	denseVectors  vectorKind = iota // a vector
	sparseVectors                   // weights of the vocabulary's tokens
	multiVectors                    // a vector per token
)

func (k vectorKind) String() string { return [...]string{"dense", "sparse", "multi-vectors"}[k] }

// method names the method that gives vectors of that kind.
func (k vectorKind) method() string {
	return [...]string{"Embed", "EmbedSparse", "EmbedMulti"}[k]
}

// step is a module that works on each vector by itself; it maps x [texts, in] to
// dst [texts, out], or the same of tokens.
type step interface {
	width(in int) (out int)
	apply(s *engine.Scratch, dst, x []float32, texts, in int)
}

const (
	modulesFile = "modules.json"
	promptsFile = "config_sentence_transformers.json"

	tokenizerConfigFile = "tokenizer_config.json"
)

// moduleEntry is a module of the chain.
type moduleEntry struct {
	Index  int             `json:"idx"`
	Name   string          `json:"name"`
	Path   string          `json:"path"`
	Type   string          `json:"type"`             // a Python class
	Kwargs json.RawMessage `json:"kwargs,omitempty"` // names of arguments that encode would pass on
}

// loadPipeline reads the chain. A directory without modules.json is a plain
// encoder: mean pooling, nothing after it.
func loadPipeline(fsys fs.FS) (*pipeline, error) {
	p := &pipeline{transformer: "."}
	var raw []json.RawMessage
	ok, err := readJSON(fsys, modulesFile, &raw)
	if err != nil {
		return nil, err
	}
	if !ok {
		p.guessed = new(guessedSplade)
		if err := p.loadStanford(fsys); err != nil || p.multi != nil {
			return p, err
		}
		return p, p.loadModel2Vec(fsys)
	}
	if err := p.loadPrompts(fsys); err != nil {
		return nil, err
	}
	for i, data := range raw {
		var m moduleEntry
		if err := unmarshalFile(modulesFile, data, &m); err != nil {
			return nil, err
		}
		if err := onlyKnown(modulesFile, data, &m); err != nil {
			return nil, err
		}
		if err := p.addModule(fsys, i, &m); err != nil {
			return nil, err
		}
	}
	if p.static != nil {
		return p, p.finishStatic()
	}
	if err := p.loadTransformer(fsys); err != nil {
		return nil, err
	}
	return p, p.checkKind()
}

// checkKind requires what vectors of the model's kind are made with.
func (p *pipeline) checkKind() error {
	if p.kind == sparseVectors && p.splade == nil {
		return &ConfigError{File: modulesFile, Got: "a sparse encoder without SpladePooling", Want: "Transformer and SpladePooling", kind: ErrUnsupported}
	}
	if len(p.tokenSteps) > 0 && p.width == 0 {
		return &ConfigError{File: modulesFile, Field: "type", Got: "modules over token_embeddings, and no Pooling", Want: "a Pooling after them", kind: ErrUnsupported}
	}
	return nil
}

// close releases what loading the chain opened.
func (p *pipeline) close() {
	if p != nil && p.static != nil {
		_ = p.static.file.Close() // only read
	}
}

// transformerClasses are the classes of the first module. Until 2020 each
// architecture had its own.
var transformerClasses = []string{"Transformer", "MLMTransformer", "BERT", "RoBERTa", "DistilBERT", "CamemBERT", "XLMRoBERTa", "ALBERT", "T5"}

// addModule appends module i of the chain.
func (p *pipeline) addModule(fsys fs.FS, i int, m *moduleEntry) error {
	dir := path.Clean(m.Path)
	if !fs.ValidPath(dir) {
		return &ConfigError{File: modulesFile, Field: "path", Got: strconv.Quote(m.Path), Want: "a directory inside the model's"}
	}
	pylate := p.multi != nil && m.Type == "pylate.models.Dense.Dense"
	if !strings.HasPrefix(m.Type, "sentence_transformers.") && !pylate {
		return &ConfigError{File: modulesFile, Field: "type", Got: strconv.Quote(m.Type), Want: "a class of sentence_transformers; code that comes with a model is not run", kind: ErrUnsupported}
	}
	kind := m.Type[strings.LastIndexByte(m.Type, '.')+1:]
	unexpected := func(want string) error {
		return &ConfigError{File: modulesFile, Field: "type", Got: fmt.Sprintf("%q as module %d", m.Type, i), Want: want, kind: ErrUnsupported}
	}
	first := slices.Contains(transformerClasses, kind) || kind == "StaticEmbedding" || kind == "Router" || kind == "Asym"
	if first != (i == 0) {
		return unexpected("one Transformer, StaticEmbedding or Router, as the first module")
	}
	if !first {
		p.modules = append(p.modules, dir)
	}
	switch {
	case kind == "StaticEmbedding":
		return p.loadStatic(fsys, dir)
	case kind == "Router", kind == "Asym":
		return p.loadRouter(fsys, dir)
	case i == 0:
		p.transformer = dir
		if kind == "MLMTransformer" {
			p.kind = sparseVectors
		}
		return nil
	case p.idf != nil:
		return unexpected("nothing after a Router")
	case kind == "Dropout": // has an effect only in training
		return p.loadDropout(fsys, path.Join(dir, "config.json"))
	case p.multi != nil:
		return p.addTokenModule(fsys, kind, dir, unexpected)
	case p.splade != nil:
		return unexpected("nothing after SpladePooling")
	case kind == "SpladePooling" && p.static == nil && p.width == 0:
		return p.loadSplade(fsys, path.Join(dir, "config.json"))
	case p.kind == sparseVectors:
		return unexpected("SpladePooling, for model_type SparseEncoder")
	case kind == "WeightedLayerPooling" && p.static == nil && p.width == 0 && p.layers == nil && len(p.tokenSteps) == 0:
		return p.loadLayers(fsys, dir)
	case kind == "Pooling" && p.static == nil:
		return p.loadPooling(fsys, path.Join(dir, "config.json"))
	case p.width == 0 && kind == "Dense":
		// Without a name it takes the vector of a text, which there is none of yet.
		step, err := p.loadDense(fsys, dir, p.tokenWidth(), eachToken, wholeText)
		p.tokenSteps = append(p.tokenSteps, step)
		return err
	case p.width == 0 && kind == "Normalize":
		return p.normalizeTokens(fsys, path.Join(dir, "config.json"))
	case p.width == 0 && kind == "LayerNorm":
		return unexpected("a Pooling before it")
	case p.width == 0:
		return unknownModule(m)
	}
	p.normalised = kind == "Normalize"
	switch kind {
	case "Normalize":
		step, err := loadNormalize(fsys, path.Join(dir, "config.json"), wholeText)
		p.steps = append(p.steps, step)
		return err
	case "Dense":
		step, err := p.loadDense(fsys, dir, p.lastWidth(), wholeText, wholeText)
		p.steps = append(p.steps, step)
		return err
	case "LayerNorm":
		return p.loadLayerNorm(fsys, dir)
	}
	return unknownModule(m)
}

// unknownModule refuses a module by its class.
func unknownModule(m *moduleEntry) error {
	return &ConfigError{File: modulesFile, Field: "type", Got: strconv.Quote(m.Type), Want: "Transformer, StaticEmbedding, Router, WeightedLayerPooling before Pooling, Pooling, SpladePooling, Dense, LayerNorm, Normalize or Dropout; vectors that sentence-transformers makes with other modules can be given to search and cluster as .npy files", kind: ErrUnsupported}
}

// transformerSettings are those of sentence_bert_config.json.
type transformerSettings struct {
	MaxSeqLength *int   `json:"max_seq_length"`
	LowerCase    bool   `json:"do_lower_case"`
	Task         string `json:"transformer_task"`
	Modalities   map[string]struct {
		Method json.RawMessage `json:"method"`
		Output json.RawMessage `json:"method_output_name"`
	} `json:"modality_config"`
	OutputName string          `json:"module_output_name"`
	Unpad      json.RawMessage `json:"unpad_inputs"` // another way to compute the same
	// Settings of multi-vectors.
	QueryLength    json.RawMessage `json:"query_length"`
	DocumentLength json.RawMessage `json:"document_length"`
	QueryExpansion json.RawMessage `json:"query_expansion"`
	// Settings that change results and are not supported.
	Processing      json.RawMessage `json:"processing_kwargs"`
	TokenizerName   json.RawMessage `json:"tokenizer_name_or_path"`
	TokenizerArgs   json.RawMessage `json:"tokenizer_args"`
	ProcessorKwargs json.RawMessage `json:"processor_kwargs"`
	ConfigArgs      json.RawMessage `json:"config_args"`
	ConfigKwargs    json.RawMessage `json:"config_kwargs"`
	ModelArgs       json.RawMessage `json:"model_args"`
	ModelKwargs     json.RawMessage `json:"model_kwargs"`
}

// transformerFiles are the names of sentence_bert_config.json, which older
// versions named after the architecture.
func transformerFiles() []string {
	files := []string{"bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet"}
	for i, model := range files {
		files[i] = "sentence_" + model + "_config.json"
	}
	return files
}

// loadTransformer reads the first of these files that there is.
func (p *pipeline) loadTransformer(fsys fs.FS) error {
	for _, file := range transformerFiles() {
		name := path.Join(p.transformer, file)
		var raw transformerSettings
		ok, err := readSettings(fsys, name, &raw)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := raw.check(name, p.kind); err != nil {
			return err
		}
		if p.multi != nil {
			if err := p.multi.read(name, &raw); err != nil {
				return err
			}
		}
		p.lowerCase = raw.LowerCase
		p.allLayers = outputsLayers(raw.ConfigArgs) || outputsLayers(raw.ConfigKwargs)
		if n := raw.MaxSeqLength; n != nil {
			if *n < 1 || *n > maxTokens {
				return &ConfigError{File: name, Field: "max_seq_length", Got: strconv.Itoa(*n), Want: fmt.Sprintf("1 to %d", maxTokens)}
			}
			p.maxLength = *n
		}
		return nil
	}
	return nil
}

// check refuses settings that would change results and are not supported.
func (t *transformerSettings) check(name string, kind vectorKind) error {
	// What the task passes on, and under which name, as saved.
	outputs := map[string][2]string{
		"feature-extraction":      {`"last_hidden_state"`, "token_embeddings"},
		"sequence-classification": {`"logits"`, "scores"},
		"fill-mask":               {`"logits"`, "token_embeddings"},
	}
	task, tasks := t.Task, "feature-extraction or sequence-classification"
	usual := "feature-extraction"
	if kind == sparseVectors {
		usual, tasks = "fill-mask", "fill-mask, for SpladePooling"
	}
	if task == "" {
		task = usual
	}
	want, ok := outputs[task]
	if !ok || (task == "fill-mask") != (kind == sparseVectors) {
		return &ConfigError{File: name, Field: "transformer_task", Got: strconv.Quote(task), Want: tasks, kind: ErrUnsupported}
	}
	if t.OutputName != "" && t.OutputName != want[1] {
		return &ConfigError{File: name, Field: "module_output_name", Got: strconv.Quote(t.OutputName), Want: strconv.Quote(want[1]), kind: ErrUnsupported}
	}
	if t.Modalities != nil {
		text := t.Modalities["text"]
		if string(text.Method) != `"forward"` || string(text.Output) != want[0] {
			return &ConfigError{File: name, Field: "modality_config.text", Got: fmt.Sprintf("method %s, output %s", shortJSON(text.Method), shortJSON(text.Output)), Want: `method "forward", output ` + want[0], kind: ErrUnsupported}
		}
	}
	for _, f := range []struct {
		name  string
		value json.RawMessage
		fine  []string // keys that change no result here
	}{
		{"processing_kwargs", t.Processing, nil},
		{"query_length", of(kind == multiVectors, t.QueryLength), nil},
		{"document_length", of(kind == multiVectors, t.DocumentLength), nil},
		{"query_expansion", of(kind == multiVectors, t.QueryExpansion), nil},
		{"tokenizer_name_or_path", t.TokenizerName, nil},
		{"tokenizer_args", t.TokenizerArgs, []string{"padding_side", "use_fast"}},
		{"processor_kwargs", t.ProcessorKwargs, []string{"padding_side", "use_fast"}},
		{"config_args", t.ConfigArgs, []string{"output_hidden_states"}},
		{"config_kwargs", t.ConfigKwargs, []string{"output_hidden_states"}},
		// Computation is in float32, or in int8 if Options say so.
		{"model_args", t.ModelArgs, []string{"torch_dtype", "dtype", "attn_implementation", "use_safetensors"}},
		{"model_kwargs", t.ModelKwargs, []string{"torch_dtype", "dtype", "attn_implementation", "use_safetensors"}},
	} {
		if isNull(f.value) {
			continue
		}
		var keys map[string]json.RawMessage
		if json.Unmarshal(f.value, &keys) != nil {
			return &ConfigError{File: name, Field: f.name, Got: shortJSON(f.value), Want: "null", kind: ErrUnsupported}
		}
		for _, key := range sortedKeys(keys) {
			if key != "trust_remote_code" && !slices.Contains(f.fine, key) {
				return &ConfigError{File: name, Field: f.name + "." + key, Got: shortJSON(keys[key]), Want: "none of that name: it is not followed", kind: ErrUnsupported}
			}
		}
	}
	return nil
}

// of returns a setting, or nothing if it is followed.
func of(followed bool, setting json.RawMessage) json.RawMessage {
	if followed {
		return nil
	}
	return setting
}

// loadPrompts reads config_sentence_transformers.json.
func (p *pipeline) loadPrompts(fsys fs.FS) error {
	var raw struct {
		Versions          json.RawMessage   `json:"__version__"`
		ModelType         string            `json:"model_type"`
		Prompts           map[string]string `json:"prompts"`
		DefaultPromptName *string           `json:"default_prompt_name"`
		Similarity        json.RawMessage   `json:"similarity_fn_name"` // the caller's business
		TruncateDim       *int              `json:"truncate_dim"`
		Activation        *string           `json:"activation_fn"`
		MostActive        *int              `json:"max_active_dims"`
		pylateSettings                      // refused unless the model is of that kind
	}
	if _, err := readSettings(fsys, promptsFile, &raw); err != nil {
		return err
	}
	switch raw.ModelType {
	case "", "SentenceTransformer", "CrossEncoder":
	case "SparseEncoder":
		p.kind = sparseVectors
	case "MultiVectorEncoder", "ColBERT":
		p.kind, p.multi = multiVectors, new(multiSettings)
	default:
		return &ConfigError{File: promptsFile, Field: "model_type", Got: strconv.Quote(raw.ModelType), Want: "SentenceTransformer, SparseEncoder, MultiVectorEncoder, ColBERT or CrossEncoder", kind: ErrUnsupported}
	}
	p.prompts = raw.Prompts
	if err := p.readPyLate(&raw.pylateSettings, raw.ModelType); err != nil {
		return err
	}
	if raw.DefaultPromptName != nil {
		prompt, ok := p.prompts[*raw.DefaultPromptName]
		if !ok {
			return &ConfigError{File: promptsFile, Field: "default_prompt_name", Got: strconv.Quote(*raw.DefaultPromptName), Want: "the name of one of its prompts"}
		}
		p.defaultPrompt = prompt
	}
	if n := raw.TruncateDim; n != nil {
		if *n < 1 {
			return &ConfigError{File: promptsFile, Field: "truncate_dim", Got: strconv.Itoa(*n), Want: "1 or more"}
		}
		p.truncate = *n
	}
	if n := raw.MostActive; n != nil {
		if p.kind != sparseVectors {
			return &ConfigError{File: promptsFile, Field: "max_active_dims", Got: strconv.Itoa(*n), Want: "null for a model whose vectors are not sparse", kind: ErrUnsupported}
		}
		if *n < 1 {
			return &ConfigError{File: promptsFile, Field: "max_active_dims", Got: strconv.Itoa(*n), Want: "1 or more"}
		}
		p.mostActive = *n
	}
	if raw.Activation != nil {
		p.activation = *raw.Activation
	}
	return nil
}

// tokenWidth is the number of features of a token's vector after the modules so
// far, 0 if that is the encoder's.
func (p *pipeline) tokenWidth() int {
	w := 0
	for _, s := range p.tokenSteps {
		w = s.width(w)
	}
	return w
}

// lastWidth is the number of features after the modules so far.
func (p *pipeline) lastWidth() int {
	w := p.width
	for _, s := range p.steps {
		w = s.width(w)
	}
	return w
}

// pooling returns the modes together, as public constants.
func (p *pipeline) pooling() Pooling {
	var all Pooling
	for _, mode := range p.modes {
		all |= mode
	}
	return all
}

// poolingName names the modes in the order of their vectors.
func (p *pipeline) poolingName() string {
	names := make([]string, len(p.modes))
	for i, mode := range p.modes {
		names[i] = mode.String()
	}
	return strings.Join(names, "+")
}
