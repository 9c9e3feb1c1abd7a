package bert

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// fields are the settings of a config.json, read one by one. The first error
// sticks.
type fields struct {
	raw map[string]json.RawMessage
	err error
}

// get decodes a setting into dst if it is present and not null.
func (f *fields) get(name string, dst any) bool {
	raw := f.raw[name]
	if isNull(raw) || f.err != nil {
		return false
	}
	if err := json.Unmarshal(raw, dst); err != nil {
		f.err = &ConfigError{File: configFile, Field: name, Got: shortJSON(raw), Want: "a " + jsonKind(fmt.Sprintf("%T", dst)[1:])}
		return false
	}
	return true
}

// first decodes the first of the named settings that is present.
func (f *fields) first(dst any, names ...string) bool {
	for _, name := range names {
		if f.get(name, dst) {
			return true
		}
	}
	return false
}

// want refuses a setting that is present and has none of these values.
func (f *fields) want(name string, values ...any) {
	raw := f.raw[name]
	if isNull(raw) || f.err != nil {
		return
	}
	var got any
	if err := json.Unmarshal(raw, &got); err == nil {
		for _, v := range values {
			if fmt.Sprint(v) == fmt.Sprint(got) {
				return
			}
		}
	}
	f.err = &ConfigError{File: configFile, Field: name, Got: shortJSON(raw), Want: "null or one of " + fmt.Sprint(values...), kind: ErrUnsupported}
}

// absent refuses settings that are present and neither null nor false.
func (f *fields) absent(names ...string) {
	for _, name := range names {
		f.want(name, false)
	}
}

// parseDescribed reads the configuration of an architecture whose layers are
// described by data.
func parseDescribed(data []byte, raw *rawConfig, arch *architecture) (*Config, error) {
	f := new(fields)
	if err := unmarshalFile(configFile, data, &f.raw); err != nil {
		return nil, err
	}
	c := arch.defaults
	c.ModelType, c.Architectures = raw.ModelType, raw.Architectures
	f.get("vocab_size", &c.VocabSize)
	f.first(&c.HiddenSize, "hidden_size", "n_embd", "d_model")
	f.first(&c.NumHiddenLayers, "num_hidden_layers", "n_layer", "num_layers")
	f.first(&c.NumAttentionHeads, "num_attention_heads", "n_head", "num_heads")
	f.first(&c.IntermediateSize, "intermediate_size", "n_inner", "d_ff")
	f.first(&c.MaxPositionEmbeddings, "max_position_embeddings", "n_positions")
	f.get("pad_token_id", &c.PadTokenID)
	f.first(&c.HiddenAct, "hidden_act", "hidden_activation")
	f.first(&c.LayerNormEps, "norm_eps", "layer_norm_eps", "rms_norm_eps", "layer_norm_epsilon")
	if arch.names.tokenTypes != "" {
		f.get("type_vocab_size", &c.TypeVocabSize)
	}
	if c.EmbeddingSize > 0 {
		f.get("embedding_size", &c.EmbeddingSize)
	} else {
		c.EmbeddingSize = c.HiddenSize
	}
	f.get("problem_type", &c.ProblemType)
	c.untied = raw.Tied != nil && !*raw.Tied
	if c.ScoreActivation = raw.SentenceTransformers.Activation; c.ScoreActivation == "" && raw.OldActivation != nil {
		c.ScoreActivation = *raw.OldActivation
	}
	f.absent("is_decoder", "add_cross_attention")
	if err := c.setLabels(raw); err != nil {
		return nil, err
	}
	if f.err != nil {
		return nil, f.err
	}
	if err := c.validate(); err != nil {
		return nil, err
	}
	arch.describe(f, &c)
	if f.err != nil {
		return nil, f.err
	}
	return &c, c.validateBlocks()
}

// validateBlocks checks the values that describe the layers.
func (c *Config) validateBlocks() error {
	wrong := func(field string, got any, want string) error {
		return &ConfigError{File: configFile, Field: field, Got: fmt.Sprint(got), Want: want}
	}
	for i := range c.blocks {
		b := &c.blocks[i]
		switch {
		case b.Heads < 1 || b.KeyValueHeads < 1 || b.Heads%b.KeyValueHeads != 0:
			return wrong("num_key_value_heads", b.KeyValueHeads, fmt.Sprintf("a divisor of the %d heads", b.Heads))
		case b.HeadDim < 1 || b.HeadDim > maxWidth || b.Heads > maxWidth/b.HeadDim:
			return wrong("head_dim", b.HeadDim, fmt.Sprintf("heads of %d features at most together", maxWidth))
		case !(b.Scale >= 0) || math.IsInf(b.Scale, 0):
			return wrong("query_pre_attn_scalar", b.Scale, "a positive number")
		}
		if r := b.Rotary; r != nil && (r.Dim() < 2 || r.Dim() > b.HeadDim) {
			return wrong("head_dim", b.HeadDim, fmt.Sprintf("at least the %d features that are rotated", r.Dim()))
		}
	}
	return nil
}

// blocksLike gives c identical blocks, one per layer.
func (c *Config) blocksLike(b engine.Block) {
	if b.Heads == 0 {
		b.Heads = c.NumAttentionHeads
	}
	if b.KeyValueHeads == 0 {
		b.KeyValueHeads = b.Heads
	}
	if b.HeadDim == 0 {
		b.HeadDim = max(c.HiddenSize/c.NumAttentionHeads, 1)
	}
	b.Intermediate, b.Activation = c.IntermediateSize, c.HiddenAct
	for range c.NumHiddenLayers {
		c.blocks = append(c.blocks, b)
	}
}

// window limits layer i to so many tokens on either side, which the named setting
// led to.
func (f *fields) window(c *Config, i, tokens int, name string) {
	switch {
	case f.err != nil:
	case tokens < 0:
		f.err = &ConfigError{File: configFile, Field: name, Got: shortJSON(f.raw[name]), Want: "a window of at least the token itself"}
	case tokens == 0:
		c.blocks[i].Window = engine.Itself
	default:
		c.blocks[i].Window = tokens
	}
}

// layerTypes reads layer_types, or asks full about each layer if it is missing.
// It returns which layers attend to all tokens.
func (f *fields) layerTypes(c *Config, full func(i int) bool) []bool {
	out := make([]bool, c.NumHiddenLayers)
	var types []string
	if !f.get("layer_types", &types) {
		for i := range out {
			out[i] = full(i)
		}
		return out
	}
	if len(types) != len(out) && f.err == nil {
		f.err = &ConfigError{File: configFile, Field: "layer_types", Got: fmt.Sprintf("%d of them", len(types)), Want: fmt.Sprintf("one for each of the %d layers", len(out))}
		return out
	}
	for i, kind := range types {
		switch kind {
		case "full_attention":
			out[i] = true
		case "sliding_attention":
		default:
			f.err = &ConfigError{File: configFile, Field: "layer_types", Got: strconv.Quote(kind), Want: "full_attention or sliding_attention", kind: ErrUnsupported}
		}
	}
	return out
}
