package bert

import (
	"fmt"
	"math"
	"strconv"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// Nomic BERT: Nussbaum et al. 2024, arXiv:2402.01613. BERT with rotary positions
// and gated feed-forward blocks, without biases in its products.
var archNomicBERT = architecture{
	defaults: Config{
		VocabSize: 30528, HiddenSize: 768, NumHiddenLayers: 12, NumAttentionHeads: 12, IntermediateSize: 3072,
		MaxPositionEmbeddings: 2048, TypeVocabSize: 2, HiddenAct: "silu", LayerNormEps: 1e-12,
	},
	names: encoderNames{
		prefix:          "bert.",
		otherPrefix:     "nomic_bert.",
		tokens:          "embeddings.word_embeddings",
		tokenTypes:      "embeddings.token_type_embeddings",
		embeddingsNorm:  "emb_ln",
		layer:           "encoder.layers.",
		otherLayer:      "encoder.encoder.layers.",
		qkv:             "attn.Wqkv",
		attentionOutput: "attn.out_proj",
		attentionNorm:   "norm1",
		up:              "mlp.fc11",
		gate:            "mlp.fc12",
		down:            "mlp.fc2",
		outputNorm:      "norm2",
		pooler:          "pooler.dense",
	},
	heads: headNames{
		maskedLM: maskedLMNames{
			dense: "cls.predictions.transform.dense", norm: "cls.predictions.transform.layer_norm",
			decoder: "cls.predictions.decoder", bias: []string{"cls.predictions.bias", "cls.predictions.decoder.bias"},
		},
		classifierOut: "classifier", tokenClassifier: "classifier",
	},
	describe: func(f *fields, c *Config) {
		experts := 0
		if f.get("num_experts", &experts) && experts > 1 && f.err == nil { // nomic-embed-text-v2-moe
			f.err = &ConfigError{File: configFile, Field: "num_experts", Got: strconv.Itoa(experts), Want: "none: feed-forward blocks of several experts are not supported", kind: ErrUnsupported}
		}
		// As in checkpoints of 2024.
		f.absent("causal", "prenorm", "use_rms_norm", "parallel_block", "qkv_proj_bias", "mlp_fc1_bias", "mlp_fc2_bias", "scale_attn_by_inverse_layer_idx", "rotary_emb_interleaved")
		f.want("activation_function", "swiglu")
		f.want("rotary_emb_scale_base")
		f.want("scale_attn_weights", true)
		c.gated = true
		c.without = missing{queryBias: true, keyBias: true, valueBias: true, outputBias: true, upBias: true, downBias: true}
		dim, fraction := c.HiddenSize/c.NumAttentionHeads, 1.0
		f.get("head_dim", &dim)
		f.get("rotary_emb_fraction", &fraction)
		p, where := f.rope(c, dim, "", 1000, "rotary_emb_base")
		p.dim = int(float64(p.dim) * fraction)
		r := f.frequencies(c, &p, where)
		// With a factor, the base grows for texts longer than in training.
		trained, factor := c.MaxPositionEmbeddings, 0.0
		f.get("max_trained_positions", &trained)
		if f.get("rotary_scaling_factor", &factor) && factor != 0 && f.err == nil {
			if !(factor > 0) || math.IsInf(factor, 0) || trained < 1 {
				f.err = &ConfigError{File: configFile, Field: "rotary_scaling_factor, max_trained_positions", Got: fmt.Sprintf("%g, %d", factor, trained), Want: "positive numbers"}
				return
			}
			p.positions = float64(trained)
			p.dynamic(r, factor)
		}
		c.blocksLike(engine.Block{HeadDim: dim, Rotary: r})
	},
}
