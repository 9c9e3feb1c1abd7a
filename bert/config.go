package bert

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/activation"
	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// Config is the content of an encoder's config.json, under one set of names for
// all architectures (DistilBERT calls the hidden size "dim", and so on) and
// with the architecture's defaults filled in.
type Config struct {
	unsavedState

	ModelType     string   // "bert", "distilbert", "roberta", "xlm-roberta", "albert", …
	Architectures []string // class names, such as "BertForMaskedLM"; may be empty

	VocabSize             int // rows of the token embedding table
	HiddenSize            int // features of a token between layers
	EmbeddingSize         int // features of the embedding tables; HiddenSize unless the model projects them, as ELECTRA and ALBERT do
	NumHiddenLayers       int
	NumAttentionHeads     int // divides HiddenSize
	IntermediateSize      int // features inside the feed-forward block
	MaxPositionEmbeddings int // rows of the position table
	TypeVocabSize         int // rows of the token type table, 0 if there is none
	PadTokenID            int
	RelativeBuckets       int // MPNet: buckets of the relative attention bias, else 0

	HiddenAct    string  // "gelu", "gelu_new", "relu", …
	LayerNormEps float64 // added to the variance

	Labels []string // names of the classes by id; nil if the file names none
	// ScoreActivation is the PyTorch class that a cross-encoder's file names
	// for its scores, such as "torch.nn.modules.linear.Identity"; may be empty.
	ScoreActivation string
	ProblemType     string // "single_label_classification", "multi_label_classification", "regression" or empty

	dropout dropoutRates

	// Settings of layers that are described by data.
	blocks      []engine.Block // one per layer; nil: BERT's
	without     missing
	gated       bool
	layerGroups int // ALBERT: groups of layers that share their parameters; 0: none do
	// DeBERTa: which terms for relative positions the scores have.
	contentToPosition, positionToContent bool
	sharedPositions                      bool   // use the projections of keys and queries
	relativeNorm                         bool   // DeBERTa: vectors of relative positions are normalised
	relativeAttention                    bool   // DeBERTa: there are such terms at all
	poolerAct                            string // DeBERTa, RoFormer: the activation of the head's dense layer; "": the architecture's
	projectFirst                         bool   // DeBERTa: embeddings are projected, without a bias, before their norm
	projectAlways                        bool   // ALBERT: embeddings are projected even to their own size
	innerLayers                          int    // ALBERT: layers within a layer of a group, each with its own parameters; 0: 1
	taskTypes                            int    // ERNIE: rows of the table of tasks, 0 if there is none
	embeddingScale                       float64
	relativeMax                          int
	headAct                              string // of the dense layer of heads; empty: the architecture's
	headPooling                          headPooling
	headPad                              int  // the token that headLast passes over; -1: none
	headBare                             bool // no pooler precedes a head over texts
	decoderBare                          bool // the decoder of the head for masked words has no bias
	untied                               bool // that decoder has parameters of its own
	outputSize                           int  // features of the encoder's output; 0: HiddenSize
	longest                              int  // tokens of the longest text that rotary positions are scaled for; 0: MaxPositionEmbeddings
	convolution                          int  // DeBERTa V2: tokens that the convolution takes; 0: there is none
	convolutionGroups                    int
	convolutionAct                       string
	perLayerSize                         int  // EmbeddingGemma 2: features of the inputs of each layer
	trigrams                             bool // MobileBERT: embeddings of neighbours are projected together
	inner                                int  // MobileBERT: features that layers work on
	feedForwards                         int  // MobileBERT: number per layer
}

// Limits far above any known model. They keep sizes within int32 arithmetic and
// reject nonsense before the weights are read; memory is never allocated by a
// configured size, only for tensors that exist.
const (
	maxVocab  = 1 << 24
	maxWidth  = 1 << 16
	maxLayers = 1 << 10
	maxTokens = 1 << 20
	maxLabels = 1 << 20
)

// rawConfig holds config.json as written. Pointers distinguish absent from
// zero.
type rawConfig struct {
	ModelType     string   `json:"model_type"`
	Architectures []string `json:"architectures"`

	VocabSize        *int     `json:"vocab_size"`
	HiddenSize       *int     `json:"hidden_size"`
	EmbeddingSize    *int     `json:"embedding_size"`
	NumHiddenLayers  *int     `json:"num_hidden_layers"`
	NumHeads         *int     `json:"num_attention_heads"`
	IntermediateSize *int     `json:"intermediate_size"`
	MaxPositions     *int     `json:"max_position_embeddings"`
	TypeVocabSize    *int     `json:"type_vocab_size"`
	PadTokenID       *int     `json:"pad_token_id"`
	RelativeBuckets  *int     `json:"relative_attention_num_buckets"`
	HiddenAct        *string  `json:"hidden_act"`
	LayerNormEps     *float64 `json:"layer_norm_eps"`

	// DistilBERT's names for the same things.
	Dim        *int    `json:"dim"`
	HiddenDim  *int    `json:"hidden_dim"`
	Heads      *int    `json:"n_heads"`
	Layers     *int    `json:"n_layers"`
	Activation *string `json:"activation"`

	rawDropout

	PositionType string `json:"position_embedding_type"`

	Tied *bool `json:"tie_word_embeddings"`

	PrunedHeads  map[string]json.RawMessage `json:"pruned_heads"`
	Quantization json.RawMessage            `json:"quantization_config"`

	IsDecoder         bool `json:"is_decoder"`
	AddCrossAttention bool `json:"add_cross_attention"`

	NumLabels   *int                       `json:"num_labels"`
	ID2Label    map[string]json.RawMessage `json:"id2label"`
	TaskTypes   int                        `json:"task_type_vocab_size"`
	UseTaskID   bool                       `json:"use_task_id"`
	ProblemType *string                    `json:"problem_type"`

	// Score settings of sentence-transformers cross-encoders, since version 4
	// and before.
	SentenceTransformers struct {
		Activation string `json:"activation_fn"`
	} `json:"sentence_transformers"`
	OldActivation *string `json:"sbert_ce_default_activation_function"`
}

const configFile = "config.json"

// ParseConfig reads and validates the contents of a config.json.
// Errors wrap ErrConfig or ErrUnsupported and are usually a *ConfigError.
func ParseConfig(data []byte) (*Config, error) {
	var raw rawConfig
	if err := unmarshalFile(configFile, data, &raw); err != nil {
		return nil, err
	}
	if raw.ModelType == "" {
		raw.ModelType = modelTypeFromClass(raw.Architectures)
	}
	if raw.ModelType == "embedding_gemma2" { // for images and sounds as well
		return parseTextPart(data, &raw)
	}
	if raw.ModelType == "bert" && raw.PositionType == "alibi" {
		raw.ModelType = "jina_bert"
	}
	arch, ok := architectures[raw.ModelType]
	if !ok {
		return nil, &ConfigError{
			File: configFile, Field: "model_type", Got: strconv.Quote(raw.ModelType),
			Want: "one of " + strings.Join(modelTypes(), ", "), kind: ErrUnsupported,
		}
	}
	if err := raw.whole(); err != nil {
		return nil, err
	}
	if arch.describe != nil {
		return parseDescribed(data, &raw, arch)
	}
	if raw.IsDecoder || raw.AddCrossAttention {
		return nil, &ConfigError{File: configFile, Field: "is_decoder, add_cross_attention", Got: "true", Want: "an encoder, both false", kind: ErrUnsupported}
	}
	if raw.PositionType != "" && raw.PositionType != "absolute" {
		return nil, &ConfigError{File: configFile, Field: "position_embedding_type", Got: strconv.Quote(raw.PositionType), Want: `"absolute"`, kind: ErrUnsupported}
	}
	c := arch.defaults
	c.ModelType = raw.ModelType
	c.Architectures = raw.Architectures
	c.dropout = raw.rates(raw.ModelType)
	c.untied = raw.Tied != nil && !*raw.Tied
	c.setSizes(&raw)
	for _, v := range []*string{raw.HiddenAct, raw.Activation} {
		if v != nil {
			c.HiddenAct = *v
		}
	}
	if raw.UseTaskID && arch.names.taskTypes != "" {
		if c.taskTypes = raw.TaskTypes; c.taskTypes < 1 || c.taskTypes > maxWidth {
			return nil, &ConfigError{File: configFile, Field: "task_type_vocab_size", Got: strconv.Itoa(c.taskTypes), Want: fmt.Sprintf("1 to %d", maxWidth)}
		}
	}
	if raw.LayerNormEps != nil && !arch.fixedEps {
		c.LayerNormEps = *raw.LayerNormEps
	}
	if raw.ProblemType != nil {
		c.ProblemType = *raw.ProblemType
	}
	if c.ScoreActivation = raw.SentenceTransformers.Activation; c.ScoreActivation == "" && raw.OldActivation != nil {
		c.ScoreActivation = *raw.OldActivation
	}
	if err := c.setLabels(&raw); err != nil {
		return nil, err
	}
	if err := c.validate(); err != nil {
		return nil, err
	}
	return &c, nil
}

// whole returns an error if parts of the weights are not there or are not
// numbers as they were trained.
func (raw *rawConfig) whole() error {
	if len(raw.PrunedHeads) > 0 {
		return &ConfigError{File: configFile, Field: "pruned_heads", Got: fmt.Sprintf("%d layers", len(raw.PrunedHeads)), Want: "none: layers have all their heads", kind: ErrUnsupported}
	}
	if !isNull(raw.Quantization) && string(raw.Quantization) != "{}" {
		return &ConfigError{File: configFile, Field: "quantization_config", Got: shortJSON(raw.Quantization), Want: "none: weights as float32, float16 or bfloat16, which Options.Precision quantizes", kind: ErrUnsupported}
	}
	return nil
}

// setSizes sets the sizes that raw gives, under either of their names.
func (c *Config) setSizes(raw *rawConfig) {
	set := func(dst *int, values ...*int) {
		for _, v := range values {
			if v != nil {
				*dst = *v
			}
		}
	}
	set(&c.VocabSize, raw.VocabSize)
	set(&c.HiddenSize, raw.HiddenSize, raw.Dim)
	set(&c.NumHiddenLayers, raw.NumHiddenLayers, raw.Layers)
	set(&c.NumAttentionHeads, raw.NumHeads, raw.Heads)
	set(&c.IntermediateSize, raw.IntermediateSize, raw.HiddenDim)
	set(&c.MaxPositionEmbeddings, raw.MaxPositions)
	set(&c.PadTokenID, raw.PadTokenID)
	if c.TypeVocabSize > 0 {
		set(&c.TypeVocabSize, raw.TypeVocabSize)
	}
	if c.RelativeBuckets > 0 {
		set(&c.RelativeBuckets, raw.RelativeBuckets)
	}
	if c.EmbeddingSize > 0 { // only ELECTRA has a default here
		set(&c.EmbeddingSize, raw.EmbeddingSize)
	} else {
		c.EmbeddingSize = c.HiddenSize
	}
}

// width returns the number of features of the encoder's output.
func (c *Config) width() int { return cmp.Or(c.outputSize, c.HiddenSize) }

// limit returns the number of tokens of the longest text that there are positions
// for.
func (c *Config) limit() int { return max(c.longest, c.MaxPositionEmbeddings-c.positionOffset()) }

func (c *Config) validate() error {
	for _, f := range []struct {
		name     string
		got      int
		min, max int
	}{
		{"vocab_size", c.VocabSize, 1, maxVocab},
		{"hidden_size", c.HiddenSize, 1, maxWidth},
		{"embedding_size", c.EmbeddingSize, 1, maxWidth},
		{"num_hidden_layers", c.NumHiddenLayers, 1, maxLayers},
		{"num_attention_heads", c.NumAttentionHeads, 1, maxWidth},
		{"intermediate_size", c.IntermediateSize, 1, 8 * maxWidth},
		{"max_position_embeddings", c.MaxPositionEmbeddings, 1, maxTokens},
		{"type_vocab_size", c.TypeVocabSize, 0, maxWidth},
		{"pad_token_id", c.PadTokenID, 0, c.VocabSize - 1},
		{"relative_attention_num_buckets", c.RelativeBuckets, 0, maxWidth},
	} {
		if f.got < f.min || f.got > f.max {
			return &ConfigError{File: configFile, Field: f.name, Got: strconv.Itoa(f.got), Want: fmt.Sprintf("%d to %d", f.min, f.max)}
		}
	}
	if c.HiddenSize%c.NumAttentionHeads != 0 && !architectures[c.ModelType].ownHeadDim {
		return &ConfigError{
			File: configFile, Field: "num_attention_heads", Got: strconv.Itoa(c.NumAttentionHeads),
			Want: fmt.Sprintf("a divisor of the hidden size %d", c.HiddenSize),
		}
	}
	if c.RelativeBuckets%4 != 0 {
		return &ConfigError{File: configFile, Field: "relative_attention_num_buckets", Got: strconv.Itoa(c.RelativeBuckets), Want: "a multiple of 4"}
	}
	if c.TypeVocabSize > 0 && architectures[c.ModelType].names.tokenTypes == "" {
		return &ConfigError{File: configFile, Field: "type_vocab_size", Got: strconv.Itoa(c.TypeVocabSize), Want: "0 for " + c.ModelType}
	}
	if err := c.checkActivation(); err != nil {
		return err
	}
	if !(c.LayerNormEps >= 0 && c.LayerNormEps < 1) {
		return &ConfigError{File: configFile, Field: "layer_norm_eps", Got: strconv.FormatFloat(c.LayerNormEps, 'g', -1, 64), Want: "a number from 0 to 1"}
	}
	if n := c.MaxPositionEmbeddings - c.positionOffset(); n < 1 {
		return &ConfigError{
			File: configFile, Field: "max_position_embeddings", Got: strconv.Itoa(c.MaxPositionEmbeddings),
			Want: fmt.Sprintf("more than %d, where the positions of %s begin", c.positionOffset(), c.ModelType),
		}
	}
	switch c.ProblemType {
	case "", "single_label_classification", "multi_label_classification", "regression":
	default:
		return &ConfigError{
			File: configFile, Field: "problem_type", Got: strconv.Quote(c.ProblemType),
			Want: "single_label_classification, multi_label_classification or regression", kind: ErrUnsupported,
		}
	}
	return nil
}

// checkActivation requires a known activation.
func (c *Config) checkActivation() error {
	if _, ok := activation.ByName(c.HiddenAct); !ok {
		return &ConfigError{
			File: configFile, Field: "hidden_act", Got: strconv.Quote(c.HiddenAct),
			Want: "one of " + strings.Join(activation.Names(), ", "), kind: ErrUnsupported,
		}
	}
	return nil
}

// positionOffset is the first token's row in the position table.
func (c *Config) positionOffset() int {
	arch := architectures[c.ModelType]
	if arch == nil { // a static model has no positions
		return 0
	}
	switch arch.positions {
	case positionsAfterPad:
		return c.PadTokenID + 1
	case positionsFrom2:
		return 2
	default:
		return 0
	}
}

// setLabels turns id2label, whose keys are numbers in strings, into a slice.
func (c *Config) setLabels(raw *rawConfig) error {
	if raw.ID2Label == nil {
		if n := raw.NumLabels; n != nil {
			if *n < 1 || *n > maxLabels {
				return &ConfigError{File: configFile, Field: "num_labels", Got: strconv.Itoa(*n), Want: fmt.Sprintf("1 to %d", maxLabels)}
			}
			for i := range *n {
				c.Labels = append(c.Labels, "LABEL_"+strconv.Itoa(i))
			}
		}
		return nil
	}
	c.Labels = make([]string, len(raw.ID2Label))
	seen := make([]bool, len(raw.ID2Label))
	for k, label := range raw.ID2Label {
		id, err := strconv.Atoi(k)
		if err != nil || id < 0 || id >= len(seen) || seen[id] {
			return &ConfigError{File: configFile, Field: "id2label", Got: "the key " + strconv.Quote(k), Want: fmt.Sprintf("keys 0 to %d, each once", len(seen)-1)}
		}
		seen[id] = true
		if c.Labels[id], err = labelText(label); err != nil {
			return &ConfigError{File: configFile, Field: "id2label." + k, Got: shortJSON(label), Want: "a string or a number"}
		}
	}
	return nil
}

// labelText returns a label as text; some files have numbers.
func labelText(raw json.RawMessage) (string, error) {
	var s string
	if err := json.Unmarshal(raw, &s); err == nil && !isNull(raw) {
		return s, nil
	}
	var n json.Number
	err := json.Unmarshal(raw, &n)
	if err == nil && isNull(raw) {
		err = ErrConfig
	}
	return n.String(), err
}

// modelTypeFromClass guesses the model type for a config.json without one, as
// written before 2020: "BertForMaskedLM" is a "bert".
func modelTypeFromClass(classes []string) string {
	if len(classes) == 0 {
		return ""
	}
	for _, name := range modelTypes() {
		prefix := strings.ReplaceAll(name, "-", "")
		if strings.HasPrefix(strings.ToLower(classes[0]), prefix) {
			return name
		}
	}
	return ""
}

// unmarshalFile decodes exactly one JSON value; errors include the file's name,
// the field and the types.
func unmarshalFile(name string, data []byte, v any) error {
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) == 0 {
		return &ConfigError{File: name, Got: "empty", Want: "a JSON value"}
	}
	err := json.Unmarshal(data, v)
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind):
		return &ConfigError{File: name, Field: kind.Field, Got: "a JSON " + kind.Value, Want: "a " + jsonKind(kind.Type.Kind().String())}
	case errors.As(err, &syntax):
		return &ConfigError{File: name, Got: fmt.Sprintf("not JSON at byte %d (%v)", syntax.Offset, syntax), Want: "a JSON value"}
	case err != nil:
		return fmt.Errorf("%w: %s: %w", ErrConfig, name, err)
	}
	return nil
}

func jsonKind(kind string) string {
	switch {
	case strings.HasPrefix(kind, "int"):
		return "whole number"
	case strings.HasPrefix(kind, "float"):
		return "number"
	case kind == "map" || kind == "struct":
		return "JSON object"
	case kind == "slice":
		return "JSON array"
	default:
		return kind
	}
}
