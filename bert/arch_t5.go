package bert

import (
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// T5's encoder: Raffel et al. 2020, arXiv:1910.10683. RMSNorm before each half,
// no biases, and one relative bias per head and distance bucket, shared by all
// layers.
var archT5 = architecture{
	defaults: Config{
		VocabSize: 32128, HiddenSize: 512, NumHiddenLayers: 6, NumAttentionHeads: 8, IntermediateSize: 2048,
		MaxPositionEmbeddings: 1 << 15, RelativeBuckets: 32, HiddenAct: "relu", LayerNormEps: 1e-6,
	},
	names: encoderNames{
		prefix:             "transformer.",
		tokens:             "shared",
		relativeBias:       "encoder.block.0.layer.0.SelfAttention.relative_attention_bias",
		finalNorm:          "encoder.final_layer_norm",
		layer:              "encoder.block.",
		attentionInputNorm: "layer.0.layer_norm",
		query:              "layer.0.SelfAttention.q",
		key:                "layer.0.SelfAttention.k",
		value:              "layer.0.SelfAttention.v",
		attentionOutput:    "layer.0.SelfAttention.o",
		outputInputNorm:    "layer.1.layer_norm",
		up:                 "layer.1.DenseReluDense.wi",
		down:               "layer.1.DenseReluDense.wo",
	},
	heads: headNames{tokenClassifier: "classifier"},
	rms:   true, ownHeadDim: true,
	gatedNames: [2]string{"layer.1.DenseReluDense.wi_1", "layer.1.DenseReluDense.wi_0"},
	describe: func(f *fields, c *Config) {
		c.without = missing{queryBias: true, keyBias: true, valueBias: true, outputBias: true, upBias: true, downBias: true}
		dim, most := 64, 128
		f.get("d_kv", &dim)
		f.get("relative_attention_num_buckets", &c.RelativeBuckets)
		f.get("relative_attention_max_distance", &most)
		c.relativeMax = most
		act := "relu"
		f.get("feed_forward_proj", &act)
		if gated, ok := strings.CutPrefix(act, "gated-"); ok {
			act, c.gated = gated, true
			if act == "gelu" {
				act = "gelu_new" // as in the reference
			}
		}
		c.HiddenAct = act
		if c.RelativeBuckets < 4 || c.RelativeBuckets%4 != 0 || most <= c.RelativeBuckets/4 {
			f.err = &ConfigError{File: configFile, Field: "relative_attention_num_buckets", Got: strconv.Itoa(c.RelativeBuckets), Want: "a multiple of 4, with a greater maximal distance"}
			return
		}
		if err := c.checkActivation(); err != nil {
			f.err = err
			return
		}
		c.blocksLike(engine.Block{HeadDim: dim, Scale: 1, Relative: true})
	},
}
