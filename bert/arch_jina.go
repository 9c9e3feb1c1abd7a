package bert

import "github.com/seed-56ee9438/cohort/bert/internal/engine"

// Jina embeddings v3: Sturua et al. 2024, arXiv:2409.10173. XLM-RoBERTa with
// rotary positions. Task adapters are supported only if the checkpoint has them
// merged into its weights.
var archJinaV3 = architecture{
	defaults: Config{
		VocabSize: 250002, HiddenSize: 1024, NumHiddenLayers: 24, NumAttentionHeads: 16, IntermediateSize: 4096,
		MaxPositionEmbeddings: 8194, TypeVocabSize: 1, PadTokenID: 1, HiddenAct: "gelu", LayerNormEps: 1e-5,
	},
	angleBrackets: true,
	names: encoderNames{
		prefix:          "roberta.",
		tokens:          "embeddings.word_embeddings",
		tokenTypes:      "embeddings.token_type_embeddings",
		embeddingsNorm:  "emb_ln",
		layer:           "encoder.layers.",
		qkv:             "mixer.Wqkv",
		attentionOutput: "mixer.out_proj",
		attentionNorm:   "norm1",
		up:              "mlp.fc1",
		down:            "mlp.fc2",
		outputNorm:      "norm2",
		pooler:          "pooler.dense",
	},
	heads: archRoBERTa.heads,
	describe: func(f *fields, c *Config) {
		f.want("position_embedding_type", "rotary")
		var adaptations []string
		if f.get("lora_adaptations", &adaptations) && len(adaptations) > 0 {
			f.err = &ConfigError{File: configFile, Field: "lora_adaptations", Got: shortJSON(f.raw["lora_adaptations"]), Want: "none: adapters of tasks are not applied", kind: ErrUnsupported}
		}
		dim := c.HiddenSize / c.NumAttentionHeads
		c.blocksLike(engine.Block{Rotary: f.rotary(c, dim, "", 20000, "rotary_emb_base")})
	},
}
