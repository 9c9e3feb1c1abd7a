package bert

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// EmbeddingGemma 2's text encoder. Beyond Gemma 3, values are normalised as
// queries and keys are, layers that see all tokens have wider heads, each layer
// gets the embeddings once more, and the result is projected.
var archEmbeddingGemma2 = architecture{
	defaults: Config{
		VocabSize: 262144, HiddenSize: 512, NumHiddenLayers: 24, NumAttentionHeads: 4, IntermediateSize: 2048,
		MaxPositionEmbeddings: 262144, HiddenAct: "gelu_pytorch_tanh", LayerNormEps: 1e-6,
	},
	names: func() encoderNames {
		n := archGemma3.names
		n.prefix, n.output = "language_model.", "embedding_projection"
		return n
	}(),
	rms: true, ownHeadDim: true,
	describe: func(f *fields, c *Config) {
		bias := false
		f.get("attention_bias", &bias)
		c.without = missing{queryBias: !bias, keyBias: !bias, valueBias: !bias, outputBias: !bias, upBias: true, downBias: true}
		c.gated, c.embeddingScale = true, math.Sqrt(float64(c.HiddenSize))
		c.perLayerSize, c.outputSize = 512, 768
		f.get("hidden_size_per_layer_input", &c.perLayerSize)
		f.get("embedding_dim", &c.outputSize)
		for name, got := range map[string]int{"hidden_size_per_layer_input": c.perLayerSize, "embedding_dim": c.outputSize} {
			if (got < 1 || got > maxWidth) && f.err == nil {
				f.err = &ConfigError{File: configFile, Field: name, Got: strconv.Itoa(got), Want: "1 or more features"}
			}
		}
		window, pattern, dim, kv, wideDim, wideKV := 512, 6, 256, 2, 512, 1
		f.get("sliding_window", &window)
		f.get("sliding_window_pattern", &pattern)
		f.get("head_dim", &dim)
		f.get("num_key_value_heads", &kv)
		f.get("global_head_dim", &wideDim)
		f.get("num_global_key_value_heads", &wideKV)
		pattern = max(pattern, 1)
		own := f.perLayer()
		if f.err != nil {
			return
		}
		c.blocksLike(engine.Block{HeadDim: dim, KeyValueHeads: kv, Scale: 1, ValueNorm: c.LayerNormEps})
		types := f.layerTypes(c, func(i int) bool { return (i+1)%pattern == 0 })
		types[len(types)-1] = true // whatever the file says, as in the reference
		type sort struct {
			full bool
			dim  int
		}
		rotary := map[sort]*engine.Rotary{}
		for i, full := range types {
			b := &c.blocks[i]
			if !full {
				f.window(c, i, window, "sliding_window")
			} else if own == nil {
				b.HeadDim, b.KeyValueHeads = wideDim, wideKV
			}
			if o, ok := own[strconv.Itoa(i)]; ok {
				b.HeadDim, b.KeyValueHeads = o.of(b.HeadDim, b.KeyValueHeads)
			}
			k := sort{full, b.HeadDim}
			if rotary[k] == nil && full {
				rotary[k] = f.rotary(c, b.HeadDim, "full_attention", 1e6)
			} else if rotary[k] == nil {
				rotary[k] = f.rotary(c, b.HeadDim, "sliding_attention", 10000)
			}
			b.Rotary = rotary[k]
		}
	},
	finish: func(l *treeLoader, layer *Layer, i int, at func(name string) string) {
		c := l.config
		p := &PerLayer{
			Gate:    l.affine(at("ple_block.per_layer_input_gate"), c.perLayerSize, c.HiddenSize, true),
			Project: l.affine(at("ple_block.per_layer_projection"), c.HiddenSize, c.perLayerSize, true),
			Norm:    l.layerNorm(at("ple_block.post_per_layer_input_norm"), c.HiddenSize),
		}
		p.Inputs = l.rows("ple.per_layer_model_projection", i, c.perLayerSize, c.NumHiddenLayers, c.HiddenSize)
		if p.InputsNorm = l.layerNorm("ple.per_layer_projection_norm", c.perLayerSize); p.InputsNorm != nil {
			// The reference divides the projection by the root of the hidden size.
			p.InputsNorm.Eps *= float64(c.HiddenSize)
		}
		layer.PerLayer = p
		if name := at("layer_scalar"); l.has(l.name(name)) {
			layer.Scale = l.named(name, l.param([]int{1}, l.name(name)))
		}
	},
}

// perLayerSettings are those of one layer in per_layer_config.
type perLayerSettings struct {
	HeadDim       *int `json:"head_dim"`
	KeyValueHeads *int `json:"num_key_value_heads"`
}

// of returns the settings, or these where there are none.
func (s *perLayerSettings) of(dim, kv int) (int, int) {
	if s.HeadDim != nil {
		dim = *s.HeadDim
	}
	if s.KeyValueHeads != nil {
		kv = *s.KeyValueHeads
	}
	return dim, kv
}

// perLayer reads per_layer_config, the settings of layers by their numbers; nil
// if there is none.
func (f *fields) perLayer() map[string]perLayerSettings {
	var raw map[string]json.RawMessage
	if !f.get("per_layer_config", &raw) {
		return nil
	}
	out := map[string]perLayerSettings{}
	for _, layer := range sortedKeys(raw) {
		var s perLayerSettings
		field := "per_layer_config." + layer
		if err := json.Unmarshal(raw[layer], &s); err != nil {
			f.err = &ConfigError{File: configFile, Field: field, Got: shortJSON(raw[layer]), Want: "a JSON object of whole numbers"}
			return out
		}
		if err := onlyKnown(configFile, raw[layer], &s); err != nil {
			f.err = &ConfigError{File: configFile, Field: field, Got: shortJSON(raw[layer]), Want: "head_dim and num_key_value_heads alone", kind: ErrUnsupported}
			return out
		}
		out[layer] = s
	}
	return out
}

// parseTextPart reads the configuration of a model for several kinds of input,
// whose text_config is that of its text encoder.
func parseTextPart(data []byte, raw *rawConfig) (*Config, error) {
	var whole map[string]json.RawMessage
	if err := unmarshalFile(configFile, data, &whole); err != nil {
		return nil, err
	}
	var text map[string]json.RawMessage
	if err := json.Unmarshal(whole["text_config"], &text); err != nil || text == nil {
		return nil, &ConfigError{File: configFile, Field: "text_config", Got: shortJSON(whole["text_config"]), Want: "the settings of the text encoder"}
	}
	text["model_type"] = json.RawMessage(strconv.Quote(raw.ModelType + "_text"))
	if whole["architectures"] != nil {
		text["architectures"] = whole["architectures"]
	}
	data, err := json.Marshal(text)
	if err != nil {
		return nil, err
	}
	return ParseConfig(data)
}
