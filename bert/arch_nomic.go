package bert

import "github.com/seed-56ee9438/cohort/bert/internal/engine"

// Nomic BERT: Nussbaum et al. 2024, arXiv:2402.01613. BERT with rotary positions
// and gated feed-forward blocks, without biases in its products.
var archNomicBERT = architecture{
	defaults: Config{
		VocabSize: 30528, HiddenSize: 768, NumHiddenLayers: 12, NumAttentionHeads: 12, IntermediateSize: 3072,
		MaxPositionEmbeddings: 2048, TypeVocabSize: 2, HiddenAct: "silu", LayerNormEps: 1e-12,
	},
	names: encoderNames{
		prefix:          "bert.",
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
	describe: func(f *fields, c *Config) {
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
		r := f.rotary(c, dim, "", 1000, "rotary_emb_base")
		r.Dim = int(float64(r.Dim) * fraction)
		// The 2024 factor grows with the text (dynamic NTK) and is 1 for texts
		// within the trained length; longer texts are refused.
		trained := 0
		if f.get("max_trained_positions", &trained) && trained > 0 {
			c.MaxPositionEmbeddings = min(c.MaxPositionEmbeddings, trained)
		}
		c.blocksLike(engine.Block{HeadDim: dim, Rotary: r})
	},
}
