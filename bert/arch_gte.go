package bert

import "github.com/seed-56ee9438/cohort/bert/internal/engine"

// GTE: Zhang et al. 2024, arXiv:2407.19669. BERT with rotary positions and
// gated feed-forward blocks; its checkpoints of 2024 call it "new".
var archGTE = architecture{
	defaults: Config{
		VocabSize: 30528, HiddenSize: 768, NumHiddenLayers: 12, NumAttentionHeads: 12, IntermediateSize: 3072,
		MaxPositionEmbeddings: 2048, TypeVocabSize: 1, HiddenAct: "gelu", LayerNormEps: 1e-12,
	},
	names: encoderNames{
		prefix:          "new.",
		otherPrefix:     "gte.",
		tokens:          "embeddings.word_embeddings",
		tokenTypes:      "embeddings.token_type_embeddings",
		embeddingsNorm:  "embeddings.LayerNorm",
		layer:           "encoder.layer.",
		qkv:             "attention.qkv_proj",
		attentionOutput: "attention.o_proj",
		attentionNorm:   "attn_ln",
		upGate:          "mlp.up_gate_proj",
		down:            "mlp.down_proj",
		outputNorm:      "mlp_ln",
		pooler:          "pooler.dense",
	},
	heads: headNames{
		maskedLM: maskedLMNames{
			dense: "lm_head.dense", act: "gelu", norm: "lm_head.norm", decoder: "lm_head.decoder", bias: []string{"lm_head.decoder.bias", "lm_head.bias"},
		},
		classifierOut: "classifier", tokenClassifier: "classifier",
	},
	describe: func(f *fields, c *Config) {
		f.absent("logn_attention_scale", "logn_attention_clip1")
		f.want("layer_norm_type", "layer_norm")
		f.want("position_embedding_type", "rope", "absolute")
		f.want("pack_qkv", true)
		if kind := ""; f.raw["position_embedding_type"] != nil && f.get("position_embedding_type", &kind) {
			f.want("position_embedding_type", "rope")
		}
		c.without = missing{upBias: true}
		dim := c.HiddenSize / c.NumAttentionHeads
		c.blocksLike(engine.Block{Rotary: f.rotary(c, dim, "", 10000)})
	},
}
