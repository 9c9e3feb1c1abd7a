package bert

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// This file has the sentence-transformers modules that follow the encoder. Each
// of their settings is either followed or refused by name.

// loadPooling reads 1_Pooling/config.json in either format: flags by mode and
// word_embedding_dimension up to version 5.3, then pooling_mode and
// embedding_dimension. Without any mode, pooling is the mean.
func (p *pipeline) loadPooling(fsys fs.FS, name string) error {
	if p.width != 0 {
		return &ConfigError{File: modulesFile, Field: "type", Got: "a second Pooling", Want: "one", kind: ErrUnsupported}
	}
	var raw struct {
		Dim           *int            `json:"embedding_dimension"`
		OldDim        *int            `json:"word_embedding_dimension"`
		CLS           bool            `json:"pooling_mode_cls_token"`
		Max           bool            `json:"pooling_mode_max_tokens"`
		Mean          bool            `json:"pooling_mode_mean_tokens"`
		MeanSqrtLen   bool            `json:"pooling_mode_mean_sqrt_len_tokens"`
		WeightedMean  bool            `json:"pooling_mode_weightedmean_tokens"`
		LastToken     bool            `json:"pooling_mode_lasttoken"`
		IncludePrompt *bool           `json:"include_prompt"`
		Mode          json.RawMessage `json:"pooling_mode"`
	}
	if err := readModule(fsys, name, "Pooling", &raw); err != nil {
		return err
	}
	field, dim := "embedding_dimension", raw.Dim
	switch {
	case dim == nil:
		field, dim = "word_embedding_dimension", raw.OldDim
	case raw.OldDim != nil && *raw.OldDim != *dim:
		return &ConfigError{File: name, Field: field, Got: strconv.Itoa(*dim), Want: fmt.Sprintf("the word_embedding_dimension beside it, %d", *raw.OldDim)}
	}
	if dim == nil || *dim < 1 || *dim > maxWidth {
		got := "nothing"
		if dim != nil {
			got = strconv.Itoa(*dim)
		}
		return &ConfigError{File: name, Field: field, Got: got, Want: "the encoder's hidden size"}
	}
	if len(raw.Mode) > 0 { // flags beside it are ignored
		var err error
		if p.modes, err = parsePoolingMode(name, raw.Mode); err != nil {
			return err
		}
	} else {
		for i, on := range []bool{raw.CLS, raw.Max, raw.Mean, raw.MeanSqrtLen, raw.WeightedMean, raw.LastToken} {
			if on {
				p.modes = append(p.modes, PoolCLS<<i)
			}
		}
		if len(p.modes) == 0 {
			p.modes = []Pooling{PoolMean}
		}
	}
	p.skipPrompt = raw.IncludePrompt != nil && !*raw.IncludePrompt
	p.width = *dim * len(p.modes)
	return nil
}

// maxModes bounds the list of pooling modes.
const maxModes = 64

// parsePoolingMode reads a name or a list of names, whose vectors are
// concatenated in that order; names may repeat.
func parsePoolingMode(name string, raw json.RawMessage) ([]Pooling, error) {
	var names []string
	var one string
	if json.Unmarshal(raw, &one) == nil && !isNull(raw) {
		names = []string{one}
	} else if json.Unmarshal(raw, &names) != nil || len(names) == 0 || len(names) > maxModes {
		return nil, &ConfigError{File: name, Field: "pooling_mode", Got: shortJSON(raw), Want: fmt.Sprintf("a name, or a list of 1 to %d names", maxModes)}
	}
	var modes []Pooling
	for _, mode := range names {
		i := slices.Index(poolingNames[:6], mode)
		if i < 0 {
			return nil, &ConfigError{File: name, Field: "pooling_mode", Got: strconv.Quote(mode), Want: "one of " + strings.Join(poolingNames[:6], ", "), kind: ErrUnsupported}
		}
		modes = append(modes, PoolCLS<<i)
	}
	return modes, nil
}

// readModule reads the settings of a module that modules.json refers to.
func readModule(fsys fs.FS, name, kind string, v any) error {
	ok, err := readSettings(fsys, name, v)
	if err == nil && !ok {
		err = &ConfigError{File: name, Got: "missing", Want: "the " + kind + " configuration that " + modulesFile + " refers to"}
	}
	return err
}

// featureNames name the features that a module takes from the ones before it
// and passes on.
type featureNames struct {
	Input  *string `json:"module_input_name"`
	Output *string `json:"module_output_name"`
}

// What modules work on: the vectors of whole texts, or those of tokens.
const (
	wholeText = "sentence_embedding"
	eachToken = "token_embeddings"
)

// check requires that the module works on the named features, in place;
// otherwise is what it works on if it does not say.
func (f featureNames) check(name, want, otherwise string) error {
	output := f.Output
	if output == nil { // it follows the input
		output = f.Input
	}
	for _, c := range []struct {
		field string
		got   *string
	}{{"module_input_name", f.Input}, {"module_output_name", output}} {
		got := c.got
		if got == nil {
			got = &otherwise
		}
		if *got != want {
			return &ConfigError{File: name, Field: c.field, Got: strconv.Quote(*got), Want: strconv.Quote(want), kind: ErrUnsupported}
		}
	}
	return nil
}

func (p *pipeline) loadDropout(fsys fs.FS, name string) error {
	var raw struct {
		Dropout json.RawMessage `json:"dropout"`
	}
	_, err := readSettings(fsys, name, &raw)
	return err
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

// loadNormalize reads the settings of a Normalize module, which older versions
// did not save. works is what it has to work on.
func loadNormalize(fsys fs.FS, name, works string) (step, error) {
	var raw struct {
		Input  *string `json:"module_input_name"`
		Output *string `json:"module_output_name"`
	}
	if _, err := readSettings(fsys, name, &raw); err != nil {
		return nil, err
	}
	return normalizeStep{}, featureNames{raw.Input, raw.Output}.check(name, works, wholeText)
}

// normalizeTokens reads the settings of a Normalize module before the pooling. As
// in sentence-transformers, it has no effect if it works on vectors of texts,
// which there are none of yet.
func (p *pipeline) normalizeTokens(fsys fs.FS, name string) error {
	var raw struct {
		Input  *string `json:"module_input_name"`
		Output *string `json:"module_output_name"`
	}
	if _, err := readSettings(fsys, name, &raw); err != nil {
		return err
	}
	if raw.Input == nil || *raw.Input == wholeText {
		return nil
	}
	p.tokenSteps = append(p.tokenSteps, normalizeStep{})
	return featureNames{raw.Input, raw.Output}.check(name, eachToken, wholeText)
}

// denseStep is a linear layer with an activation and an optional residual sum.
type denseStep struct {
	*engine.Linear
	softmax  bool // over the features, after the layer
	residual bool
	project  *engine.Linear // of the residual [out, in]; nil: the residual is x
}

func (d denseStep) width(int) int { return d.Out }

func (d denseStep) apply(s *engine.Scratch, dst, x []float32, texts, in int) {
	d.Apply(s, dst, d.Out, x, in, texts)
	if d.softmax {
		for i := range texts {
			softmaxRow(dst[i*d.Out : (i+1)*d.Out])
		}
	}
	switch {
	case !d.residual:
	case d.project == nil:
		kernel.Add(dst[:texts*in], x[:texts*in])
	default:
		y := make([]float32, texts*d.Out)
		d.project.Apply(s, y, d.Out, x, in, texts)
		kernel.Add(dst[:len(y)], y)
	}
}

// softmaxRow replaces scores by their softmax.
func softmaxRow(x []float32) {
	top, sum := slices.Max(x), 0.0
	for _, v := range x {
		sum += math.Exp(float64(v - top))
	}
	for i, v := range x {
		x[i] = float32(math.Exp(float64(v-top)) / sum)
	}
}

// torchActivations are PyTorch's element-wise classes with their default
// arguments.
var torchActivations = map[string]string{
	"Tanh": "tanh", "Identity": "linear", "ReLU": "relu", "GELU": "gelu", "SiLU": "silu", "Sigmoid": "sigmoid", "Mish": "mish",
	"ReLU6": "relu6", "LeakyReLU": "leaky_relu", "ELU": "elu", "SELU": "selu", "Softplus": "softplus", "Softsign": "softsign",
	"Hardswish": "hardswish", "Hardsigmoid": "hardsigmoid", "Hardtanh": "hardtanh", "LogSigmoid": "log_sigmoid", "Tanhshrink": "tanhshrink",
	"CELU": "elu", "Softshrink": "softshrink", "Hardshrink": "hardshrink",
}

// torchActivation returns the name in package activation for a PyTorch class
// such as torch.nn.modules.activation.Tanh. sentence-transformers replaces
// classes from elsewhere with its default and warns; here they are refused.
func torchActivation(file, field, class string) (string, error) {
	if strings.HasPrefix(class, "torch.nn.") {
		if name, ok := torchActivations[class[strings.LastIndexByte(class, '.')+1:]]; ok {
			return name, nil
		}
	}
	return "", &ConfigError{File: file, Field: field, Got: strconv.Quote(class), Want: "a class of torch.nn.modules that works element by element, such as torch.nn.modules.activation.Tanh", kind: ErrUnsupported}
}

// loadDense reads a Dense module for vectors of the given width (0: of any, which
// is checked later). works is what it has to work on, otherwise what it works
// on if it does not say.
func (p *pipeline) loadDense(fsys fs.FS, dir string, width int, works, otherwise string) (step, error) {
	name := path.Join(dir, "config.json")
	var raw struct {
		In         int     `json:"in_features"`
		Out        int     `json:"out_features"`
		Bias       *bool   `json:"bias"`
		Activation *string `json:"activation_function"`
		Residual   bool    `json:"use_residual"`
		Input      *string `json:"module_input_name"`
		Output     *string `json:"module_output_name"`
	}
	if err := readModule(fsys, name, "Dense", &raw); err != nil {
		return nil, err
	}
	if err := (featureNames{raw.Input, raw.Output}).check(name, works, otherwise); err != nil {
		return nil, err
	}
	if width > 0 && raw.In != width {
		return nil, &ConfigError{File: name, Field: "in_features", Got: strconv.Itoa(raw.In), Want: fmt.Sprintf("the %d features of the module before", width)}
	}
	if raw.Out < 1 || raw.Out > maxWidth {
		return nil, &ConfigError{File: name, Field: "out_features", Got: strconv.Itoa(raw.Out), Want: fmt.Sprintf("1 to %d", maxWidth)}
	}
	act, softmax := "tanh", false // the class's default
	if raw.Activation != nil && works == wholeText && strings.HasPrefix(*raw.Activation, "torch.nn.") && strings.HasSuffix(*raw.Activation, ".Softmax") {
		act, softmax = "linear", true
	} else if raw.Activation != nil {
		var err error
		if act, err = torchActivation(name, "activation_function", *raw.Activation); err != nil {
			return nil, err
		}
	}
	w, closeFile, err := p.openModule(fsys, dir)
	if err != nil {
		return nil, err
	}
	defer closeFile()
	// Small and last: kept in float32 whatever the encoder's precision.
	linear := func(name string, bias bool, act string) *engine.Linear {
		weight := w.param([]int{raw.Out, raw.In}, name+".weight")
		l := engine.LinearWeights{Out: raw.Out, In: raw.In}
		if bias {
			if b := w.param([]int{raw.Out}, name+".bias"); b != nil {
				l.Bias = values(b)
			}
		}
		if w.err != nil {
			return nil
		}
		l.Weight = values(weight)
		return engine.NewLinear(l, act)
	}
	step := denseStep{Linear: linear("linear", raw.Bias == nil || *raw.Bias, act), softmax: softmax, residual: raw.Residual}
	if raw.Residual && raw.In != raw.Out {
		step.project = linear("residual", false, "")
	}
	return step, w.err
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
	if err := readModule(fsys, name, "LayerNorm", &raw); err != nil {
		return err
	}
	if raw.Dimension != p.lastWidth() {
		return &ConfigError{File: name, Field: "dimension", Got: strconv.Itoa(raw.Dimension), Want: fmt.Sprintf("the %d features of the module before", p.lastWidth())}
	}
	w, closeFile, err := p.openModule(fsys, dir)
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
	p.steps = append(p.steps, normStep{engine.NewNorm(*ln.weights())})
	return nil
}

// openModule opens the weights of a module's directory, and adds the module to
// what Model.Digest covers.
func (p *pipeline) openModule(fsys fs.FS, dir string) (*weights, func(), error) {
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		return nil, nil, err
	}
	file, err := safetensors.OpenDirFS(sub)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: module %s: %w", ErrWeights, dir, err)
	}
	config, err := readConfigFile(sub, "config.json")
	if err != nil {
		_ = file.Close() // err is more informative
		return nil, nil, err
	}
	h := sha256.New()
	fmt.Fprintf(h, "module %d, %d bytes\n%s", len(p.tokenSteps)+len(p.steps), len(config), config)
	for _, name := range file.Names() {
		t, _ := file.Lookup(name)
		fmt.Fprintln(h, name, t.DType, t.Shape)
		h.Write(t.Bytes())
	}
	p.digests = append(p.digests, h.Sum(nil))
	return &weights{file: file, used: make(map[string]bool)}, func() { file.Close() }, nil
}
