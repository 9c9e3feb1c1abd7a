package bert

import (
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/activation"
	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// ModernBERT: Warner et al. 2024, arXiv:2412.13663. Norms before each half,
// rotary positions, gated feed-forward blocks; two out of three layers attend
// within a window.
var archModernBERT = architecture{
	defaults: Config{
		VocabSize: 50368, HiddenSize: 768, NumHiddenLayers: 22, NumAttentionHeads: 12, IntermediateSize: 1152,
		MaxPositionEmbeddings: 8192, PadTokenID: 50283, HiddenAct: "gelu", LayerNormEps: 1e-5,
	},
	names: encoderNames{
		prefix:             "model.",
		tokens:             "embeddings.tok_embeddings",
		embeddingsNorm:     "embeddings.norm",
		finalNorm:          "final_norm",
		layer:              "layers.",
		attentionInputNorm: "attn_norm",
		qkv:                "attn.Wqkv",
		attentionOutput:    "attn.Wo",
		outputInputNorm:    "mlp_norm",
		gateUp:             "mlp.Wi",
		down:               "mlp.Wo",
	},
	firstWithout: "attn_norm", // the embeddings are normalised already
	heads: headNames{
		maskedLM:          maskedLMNames{dense: "head.dense", norm: "head.norm", decoder: "decoder", bias: []string{"decoder.bias"}, unbiased: func(c *Config) bool { return c.decoderBare }},
		classifierDense:   "head.dense",
		classifierAct:     "gelu",
		classifierNorm:    "head.norm",
		classifierOut:     "classifier",
		tokenClassifier:   "classifier",
		questionAnswering: "classifier",
	},
	describe: func(f *fields, c *Config) {
		every, local := 3, 128
		f.get("global_attn_every_n_layers", &every)
		f.get("local_attention", &local)
		if every < 1 {
			every = 1
		}
		attention, mlp, norm := false, false, false
		f.get("attention_bias", &attention)
		f.get("mlp_bias", &mlp)
		f.get("norm_bias", &norm)
		c.without = missing{queryBias: !attention, keyBias: !attention, valueBias: !attention, outputBias: !attention, upBias: !mlp, downBias: !mlp, normBias: !norm}
		head, pooling := false, "cls"
		f.get("classifier_bias", &head)
		c.without.headBias = !head
		f.want("classifier_pooling", "cls", "mean")
		f.get("classifier_pooling", &pooling)
		if pooling == "mean" {
			c.headPooling = headMean
		}
		biased := true
		f.get("decoder_bias", &biased)
		c.decoderBare = !biased
		if f.get("classifier_activation", &c.headAct); f.err == nil {
			if _, ok := activation.ByName(c.headAct); !ok && c.headAct != "" {
				f.err = &ConfigError{File: configFile, Field: "classifier_activation", Got: strconv.Quote(c.headAct), Want: "one of " + strings.Join(activation.Names(), ", "), kind: ErrUnsupported}
			}
		}
		dim := c.HiddenSize / c.NumAttentionHeads
		full := f.rotary(c, dim, "full_attention", 160000, "global_rope_theta")
		window := f.rotary(c, dim, "sliding_attention", 10000, "local_rope_theta")
		c.blocksLike(engine.Block{Rotary: full})
		for i, isFull := range f.layerTypes(c, func(i int) bool { return i%every == 0 }) {
			if !isFull {
				c.blocks[i].Rotary = window
				f.window(c, i, local>>1, "local_attention")
			}
		}
	},
}
