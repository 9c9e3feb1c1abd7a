package bert

import (
	"encoding/json"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// decoderNames are the tensor names of Llama's descendants (Touvron et al.
// 2023, arXiv:2302.13971): RMSNorm before each half, rotary positions, queries
// that share keys and values, gated feed-forward blocks.
var decoderNames = encoderNames{
	prefix:             "model.",
	tokens:             "embed_tokens",
	finalNorm:          "norm",
	layer:              "layers.",
	attentionInputNorm: "input_layernorm",
	query:              "self_attn.q_proj",
	key:                "self_attn.k_proj",
	value:              "self_attn.v_proj",
	attentionOutput:    "self_attn.o_proj",
	outputInputNorm:    "post_attention_layernorm",
	up:                 "mlp.up_proj",
	gate:               "mlp.gate_proj",
	down:               "mlp.down_proj",
}

// withHeadNorms returns n with the norms of queries and keys.
func withHeadNorms(n encoderNames) encoderNames {
	n.queryNorm, n.keyNorm = "self_attn.q_norm", "self_attn.k_norm"
	return n
}

var decoderDefaults = Config{
	VocabSize: 151936, HiddenSize: 4096, NumHiddenLayers: 32, NumAttentionHeads: 32, IntermediateSize: 22016,
	MaxPositionEmbeddings: 32768, HiddenAct: "silu", LayerNormEps: 1e-6,
}

// decoderBlock reads the settings common to all of them.
func (f *fields) decoderBlock(c *Config, theta float64) engine.Block {
	b := engine.Block{Heads: c.NumAttentionHeads, KeyValueHeads: c.NumAttentionHeads, HeadDim: c.HiddenSize / c.NumAttentionHeads}
	f.get("num_key_value_heads", &b.KeyValueHeads)
	f.get("head_dim", &b.HeadDim)
	b.Rotary = f.rotary(c, b.HeadDim, "", theta)
	c.gated = true
	return b
}

// decoderHeads are those of transformers' generic classes, which take the last
// token of a text.
var decoderHeads = headNames{
	bare: true, classifierOut: "score", unbiased: true, tokenClassifier: "score", questionAnswering: "qa_outputs",
}

// withHeads returns n with the prefix of the class for question answering.
func withHeads(n encoderNames) encoderNames {
	n.otherPrefix = "transformer."
	return n
}

// headLast makes heads over texts take the last token but those of the padding,
// which is pad unless the file says otherwise; -1: there is none.
func (f *fields) headLast(c *Config, pad int) {
	c.headPooling, c.headPad = headLast, pad
	f.get("pad_token_id", &c.headPad)
}

// causal reports whether a token sees only those before it, which is the
// default for decoders unless is_causal says otherwise. Checkpoints with code of
// their own have to say: that of gte-Qwen2 and stella_en_1.5B_v5 is not causal,
// which their files do not tell.
func (f *fields) causal() bool {
	causal := true
	var code map[string]json.RawMessage
	if !f.get("is_causal", &causal) && f.get("auto_map", &code) && code["AutoModel"] != nil && f.err == nil {
		f.err = &ConfigError{
			File: configFile, Field: "is_causal", Got: "nothing, and auto_map.AutoModel " + shortJSON(code["AutoModel"]),
			Want: "false if tokens attend to later ones, as in the code of gte-Qwen2 and stella_en_1.5B_v5, or true; code that comes with a model is not run", kind: ErrUnsupported,
		}
	}
	return causal
}

// Qwen2: Yang et al. 2024, arXiv:2407.10671.
var archQwen2 = architecture{
	defaults: decoderDefaults, names: withHeads(decoderNames), heads: decoderHeads, rms: true, ownHeadDim: true,
	describe: func(f *fields, c *Config) {
		f.headLast(c, -1)
		c.without = missing{outputBias: true, upBias: true, downBias: true}
		b := f.decoderBlock(c, 10000)
		b.Causal = f.causal()
		c.blocksLike(b)
		f.slidingWindow(c)
	},
}

// Qwen3 (and Qwen3 Embedding: Zhang et al. 2025, arXiv:2506.05176) normalises
// queries and keys.
var archQwen3 = architecture{
	defaults: decoderDefaults, names: withHeads(withHeadNorms(decoderNames)), heads: decoderHeads, rms: true, ownHeadDim: true,
	describe: func(f *fields, c *Config) {
		f.headLast(c, -1)
		bias := false
		f.get("attention_bias", &bias)
		c.without = missing{queryBias: !bias, keyBias: !bias, valueBias: !bias, outputBias: !bias, upBias: true, downBias: true}
		b := engine.Block{HeadDim: 128}
		if f.raw["head_dim"] == nil {
			f.raw["head_dim"] = []byte("128") // the default, whatever the hidden size
		}
		b = f.decoderBlock(c, 10000)
		b.Causal = f.causal()
		c.blocksLike(b)
		f.slidingWindow(c)
	},
}

// slidingWindow gives Qwen's layers from max_window_layers on, or those that
// layer_types names, a window if use_sliding_window says so. The window counts
// the token itself.
func (f *fields) slidingWindow(c *Config) {
	used, window, first := false, 4096, 28
	f.get("use_sliding_window", &used)
	f.get("sliding_window", &window)
	f.get("max_window_layers", &first)
	for i, full := range f.layerTypes(c, func(i int) bool { return !used || i < first }) {
		if full {
			continue
		}
		if !used {
			window = 0 // refused, as in the reference
		}
		f.window(c, i, window-1, "sliding_window")
		if !c.blocks[i].Causal {
			f.want("is_causal", true)
		}
	}
}

// EuroBERT: Boizard et al. 2025, arXiv:2503.05500. Tokens see all others.
var archEuroBERT = architecture{
	defaults: decoderDefaults, names: decoderNames, rms: true, ownHeadDim: true,
	heads: headNames{
		maskedLM:        maskedLMNames{decoder: "lm_head", bias: []string{"lm_head.bias"}, unbiased: func(c *Config) bool { return c.without.upBias }},
		classifierDense: "dense", classifierAct: "gelu", classifierOut: "classifier", tokenClassifier: "classifier",
	},
	describe: func(f *fields, c *Config) {
		pooling := "late"
		f.want("classifier_pooling", "bos", "mean", "late")
		f.get("classifier_pooling", &pooling)
		c.headPooling = map[string]headPooling{"mean": headMean, "late": headLate}[pooling]
		attention, mlp := false, false
		f.get("attention_bias", &attention)
		f.get("mlp_bias", &mlp)
		c.without = missing{queryBias: !attention, keyBias: !attention, valueBias: !attention, outputBias: !attention, upBias: !mlp, downBias: !mlp}
		c.blocksLike(f.decoderBlock(c, 250000))
	},
}
