package bert

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// pipeline is what a sentence-transformers directory says beyond the encoder:
// the chain of modules.json, the maximal length, and prompts.
type pipeline struct {
	transformer string // directory of the encoder within the model's, "." in most
	maxLength   int    // of sentence_bert_config.json, 0 if it says nothing
	lowerCase   bool   // texts are lower-cased before tokenizing
	pooling     Pooling
	width       int    // features that pooling yields
	steps       []step // after pooling
	normalised  bool   // the chain ends in unit vectors
	skipPrompt  bool   // tokens of the prompt are left out of the pooling

	prompts       map[string]string
	defaultPrompt string
}

// step is a module after the pooling: it maps x [texts, in] to dst [texts, out].
type step interface {
	width(in int) (out int)
	apply(s *engine.Scratch, dst, x []float32, texts, in int)
}

const (
	modulesFile = "modules.json"
	promptsFile = "config_sentence_transformers.json"
	// Far above any real one: a bound on what is read into memory, and so on
	// what decoding it can take, which is up to some sixty times as much.
	maxConfigSize = 1 << 20
)

// readConfigFile reads a small file of a model directory.
func readConfigFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxConfigSize {
		return nil, &ConfigError{File: name, Got: fmt.Sprintf("%d bytes long", info.Size()), Want: fmt.Sprintf("at most %d", maxConfigSize)}
	}
	return fs.ReadFile(fsys, name)
}

// readJSON decodes a file into v. ok is false if there is no such file.
func readJSON(fsys fs.FS, name string, v any) (ok bool, err error) {
	data, err := readConfigFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = unmarshalFile(name, data, v)
	}
	return err == nil, err
}

type moduleEntry struct {
	Path string `json:"path"`
	Type string `json:"type"`
}

// loadPipeline reads the chain. A directory without modules.json is a plain
// encoder: mean pooling, nothing after it.
func loadPipeline(fsys fs.FS) (*pipeline, error) {
	p := &pipeline{transformer: "."}
	var modules []moduleEntry
	ok, err := readJSON(fsys, modulesFile, &modules)
	if err != nil {
		return nil, err
	}
	if !ok {
		return p, nil
	}
	for i, m := range modules {
		dir := path.Clean(m.Path)
		if !fs.ValidPath(dir) {
			return nil, &ConfigError{File: modulesFile, Field: "path", Got: strconv.Quote(m.Path), Want: "a directory inside the model's"}
		}
		kind := m.Type[strings.LastIndexByte(m.Type, '.')+1:]
		if (kind == "Transformer") != (i == 0) {
			return nil, &ConfigError{File: modulesFile, Field: "type", Got: fmt.Sprintf("%q as module %d", m.Type, i), Want: "one Transformer, as the first module", kind: ErrUnsupported}
		}
		if i > 1 && p.width == 0 && kind != "Dropout" {
			return nil, &ConfigError{File: modulesFile, Field: "type", Got: fmt.Sprintf("%q as module %d", m.Type, i), Want: "a Pooling before it", kind: ErrUnsupported}
		}
		if err := p.add(fsys, kind, m.Type, dir); err != nil {
			return nil, err
		}
	}
	if err := p.loadLength(fsys); err != nil {
		return nil, err
	}
	return p, p.loadPrompts(fsys)
}

// add appends one module of the chain.
func (p *pipeline) add(fsys fs.FS, kind, class, dir string) error {
	switch kind {
	case "Transformer":
		p.transformer = dir
	case "Pooling":
		return p.loadPooling(fsys, path.Join(dir, "config.json"))
	case "Normalize":
		p.steps = append(p.steps, normalizeStep{})
	case "Dense":
		return p.loadDense(fsys, dir)
	case "LayerNorm":
		return p.loadLayerNorm(fsys, dir)
	case "Dropout": // does nothing but in training
		return nil
	default:
		return &ConfigError{File: modulesFile, Field: "type", Got: strconv.Quote(class), Want: "Transformer, Pooling, Dense, LayerNorm, Normalize or Dropout", kind: ErrUnsupported}
	}
	p.normalised = kind == "Normalize"
	return nil
}

// loadPooling reads 1_Pooling/config.json.
func (p *pipeline) loadPooling(fsys fs.FS, name string) error {
	if p.width != 0 {
		return &ConfigError{File: modulesFile, Field: "type", Got: "a second Pooling", Want: "one", kind: ErrUnsupported}
	}
	var raw struct {
		Dim           int             `json:"word_embedding_dimension"`
		CLS           bool            `json:"pooling_mode_cls_token"`
		Max           bool            `json:"pooling_mode_max_tokens"`
		Mean          bool            `json:"pooling_mode_mean_tokens"`
		MeanSqrtLen   bool            `json:"pooling_mode_mean_sqrt_len_tokens"`
		WeightedMean  bool            `json:"pooling_mode_weightedmean_tokens"`
		LastToken     bool            `json:"pooling_mode_lasttoken"`
		IncludePrompt *bool           `json:"include_prompt"`
		Mode          json.RawMessage `json:"pooling_mode"` // newer directories: a name or several
	}
	ok, err := readJSON(fsys, name, &raw)
	if err != nil {
		return err
	}
	if !ok {
		return &ConfigError{File: name, Got: "missing", Want: "the pooling configuration that " + modulesFile + " refers to"}
	}
	for i, on := range []bool{raw.CLS, raw.Max, raw.Mean, raw.MeanSqrtLen, raw.WeightedMean, raw.LastToken} {
		if on {
			p.pooling |= PoolCLS << i
		}
	}
	if raw.Mode != nil && string(raw.Mode) != "null" {
		mode, err := parsePoolingMode(name, raw.Mode)
		if err != nil {
			return err
		}
		p.pooling |= mode
	}
	if p.pooling == 0 {
		return &ConfigError{File: name, Got: "without any pooling mode", Want: "one at least"}
	}
	if raw.Dim < 1 || raw.Dim > maxWidth {
		return &ConfigError{File: name, Field: "word_embedding_dimension", Got: strconv.Itoa(raw.Dim), Want: "the encoder's hidden size"}
	}
	p.skipPrompt = raw.IncludePrompt != nil && !*raw.IncludePrompt
	p.width = raw.Dim * p.pooling.parts()
	return nil
}

func parsePoolingMode(name string, raw json.RawMessage) (Pooling, error) {
	var modes []string
	if json.Unmarshal(raw, &modes) != nil {
		var one string
		if err := json.Unmarshal(raw, &one); err != nil {
			return 0, &ConfigError{File: name, Field: "pooling_mode", Got: string(raw), Want: "a name or a list of names"}
		}
		modes = []string{one}
	}
	var p Pooling
next:
	for _, mode := range modes {
		for i, n := range poolingNames[:6] {
			if mode == n {
				p |= 1 << i
				continue next
			}
		}
		return 0, &ConfigError{File: name, Field: "pooling_mode", Got: strconv.Quote(mode), Want: "one of " + strings.Join(poolingNames[:6], ", "), kind: ErrUnsupported}
	}
	return p, nil
}

// loadLength reads sentence_bert_config.json, which older versions named after
// the architecture.
func (p *pipeline) loadLength(fsys fs.FS) error {
	for _, model := range []string{"bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet"} {
		name := path.Join(p.transformer, "sentence_"+model+"_config.json")
		var raw struct {
			MaxSeqLength *int `json:"max_seq_length"`
			DoLowerCase  bool `json:"do_lower_case"`
		}
		ok, err := readJSON(fsys, name, &raw)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		p.lowerCase = raw.DoLowerCase
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

// loadPrompts reads config_sentence_transformers.json.
func (p *pipeline) loadPrompts(fsys fs.FS) error {
	var raw struct {
		Prompts           map[string]string `json:"prompts"`
		DefaultPromptName *string           `json:"default_prompt_name"`
	}
	if _, err := readJSON(fsys, promptsFile, &raw); err != nil {
		return err
	}
	p.prompts = raw.Prompts
	if raw.DefaultPromptName != nil {
		prompt, ok := raw.Prompts[*raw.DefaultPromptName]
		if !ok {
			return &ConfigError{File: promptsFile, Field: "default_prompt_name", Got: strconv.Quote(*raw.DefaultPromptName), Want: "the name of one of its prompts"}
		}
		p.defaultPrompt = prompt
	}
	return nil
}

// normalizeStep scales every vector to unit length.
type normalizeStep struct{}

func (normalizeStep) width(in int) int { return in }

func (normalizeStep) apply(_ *engine.Scratch, dst, x []float32, texts, in int) {
	copy(dst, x[:texts*in])
	for i := range texts {
		normalise(dst[i*in : (i+1)*in])
	}
}

// denseStep is a linear layer with activation.
type denseStep struct{ *engine.Linear }

func (d denseStep) width(int) int { return d.Out }

func (d denseStep) apply(s *engine.Scratch, dst, x []float32, texts, in int) {
	d.Apply(s, dst, d.Out, x, in, texts)
}

// torchActivations are the classes that a Dense module's configuration names.
var torchActivations = map[string]string{
	"Tanh": "tanh", "Identity": "linear", "ReLU": "relu", "GELU": "gelu", "SiLU": "silu", "Sigmoid": "sigmoid", "Mish": "mish",
}

func (p *pipeline) loadDense(fsys fs.FS, dir string) error {
	name := path.Join(dir, "config.json")
	var raw struct {
		In         int    `json:"in_features"`
		Out        int    `json:"out_features"`
		Bias       *bool  `json:"bias"`
		Activation string `json:"activation_function"`
	}
	if ok, err := readJSON(fsys, name, &raw); err != nil {
		return err
	} else if !ok {
		return &ConfigError{File: name, Got: "missing", Want: "the Dense configuration that " + modulesFile + " refers to"}
	}
	if raw.In != p.lastWidth() {
		return &ConfigError{File: name, Field: "in_features", Got: strconv.Itoa(raw.In), Want: fmt.Sprintf("the %d features of the module before", p.lastWidth())}
	}
	if raw.Out < 1 || raw.Out > maxWidth {
		return &ConfigError{File: name, Field: "out_features", Got: strconv.Itoa(raw.Out), Want: fmt.Sprintf("1 to %d", maxWidth)}
	}
	class := raw.Activation[strings.LastIndexByte(raw.Activation, '.')+1:]
	act, ok := torchActivations[class]
	if class == "" {
		act, ok = "tanh", true // the class's default
	}
	if !ok {
		return &ConfigError{File: name, Field: "activation_function", Got: strconv.Quote(raw.Activation), Want: "a class of torch.nn.modules.activation, such as Tanh", kind: ErrUnsupported}
	}
	w, closeFile, err := openModule(fsys, dir)
	if err != nil {
		return err
	}
	defer closeFile()
	weight := w.param([]int{raw.Out, raw.In}, "linear.weight")
	var bias []float32
	if raw.Bias == nil || *raw.Bias {
		if b := w.param([]int{raw.Out}, "linear.bias"); b != nil {
			bias = values(b)
		}
	}
	if w.err != nil {
		return w.err
	}
	// Small and last: kept in float32 whatever the encoder's precision.
	p.steps = append(p.steps, denseStep{engine.NewLinear(engine.LinearWeights{Weight: values(weight), Bias: bias, Out: raw.Out, In: raw.In}, act)})
	return nil
}

// normStep is a LayerNorm over each vector.
type normStep struct{ *engine.Norm }

func (normStep) width(in int) int { return in }

func (n normStep) apply(_ *engine.Scratch, dst, x []float32, texts, in int) {
	copy(dst, x[:texts*in])
	n.Apply(dst, in, texts)
}

func (p *pipeline) loadLayerNorm(fsys fs.FS, dir string) error {
	name := path.Join(dir, "config.json")
	var raw struct {
		Dimension int `json:"dimension"`
	}
	if ok, err := readJSON(fsys, name, &raw); err != nil {
		return err
	} else if !ok {
		return &ConfigError{File: name, Got: "missing", Want: "the LayerNorm configuration that " + modulesFile + " refers to"}
	}
	if raw.Dimension != p.lastWidth() {
		return &ConfigError{File: name, Field: "dimension", Got: strconv.Itoa(raw.Dimension), Want: fmt.Sprintf("the %d features of the module before", p.lastWidth())}
	}
	w, closeFile, err := openModule(fsys, dir)
	if err != nil {
		return err
	}
	defer closeFile()
	ln := &LayerNorm{
		Weight: w.param([]int{raw.Dimension}, "norm.weight"),
		Bias:   w.param([]int{raw.Dimension}, "norm.bias"),
		Eps:    1e-5, // torch.nn.LayerNorm's default
	}
	if w.err != nil {
		return w.err
	}
	p.steps = append(p.steps, normStep{engine.NewNorm(ln.weights())})
	return nil
}

// openModule opens the weights of a module's directory.
func openModule(fsys fs.FS, dir string) (*weights, func(), error) {
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		return nil, nil, err
	}
	file, err := safetensors.OpenDirFS(sub)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: module %s: %w", ErrWeights, dir, err)
	}
	return &weights{file: file, used: make(map[string]bool)}, func() { file.Close() }, nil
}

// lastWidth is the number of features after the modules so far.
func (p *pipeline) lastWidth() int {
	w := p.width
	for _, s := range p.steps {
		w = s.width(w)
	}
	return w
}
