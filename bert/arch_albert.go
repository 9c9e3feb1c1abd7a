package bert

import (
	"strconv"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// ALBERT: Lan et al. 2019, arXiv:1909.11942. BERT whose layers share their
// parameters, and whose embeddings are narrower than its layers.
var archALBERT = architecture{
	defaults: Config{
		VocabSize: 30000, HiddenSize: 4096, EmbeddingSize: 128, NumHiddenLayers: 12, NumAttentionHeads: 64, IntermediateSize: 16384,
		MaxPositionEmbeddings: 512, TypeVocabSize: 2, HiddenAct: "gelu_new", LayerNormEps: 1e-12,
	},
	names: encoderNames{
		prefix:          "albert.",
		tokens:          "embeddings.word_embeddings",
		positions:       "embeddings.position_embeddings",
		tokenTypes:      "embeddings.token_type_embeddings",
		embeddingsNorm:  "embeddings.LayerNorm",
		project:         "encoder.embedding_hidden_mapping_in",
		layer:           "encoder.albert_layer_groups.",
		query:           "albert_layers.0.attention.query",
		key:             "albert_layers.0.attention.key",
		value:           "albert_layers.0.attention.value",
		attentionOutput: "albert_layers.0.attention.dense",
		attentionNorm:   "albert_layers.0.attention.LayerNorm",
		up:              "albert_layers.0.ffn",
		down:            "albert_layers.0.ffn_output",
		outputNorm:      "albert_layers.0.full_layer_layer_norm",
		pooler:          "pooler",
	},
	heads: headNames{
		maskedLM:          maskedLMNames{dense: "predictions.dense", norm: "predictions.LayerNorm", decoder: "predictions.decoder", bias: []string{"predictions.bias", "predictions.decoder.bias"}},
		classifierOut:     "classifier",
		tokenClassifier:   "classifier",
		questionAnswering: "qa_outputs",
	},
	describe: func(f *fields, c *Config) {
		f.want("inner_group_num", 1)
		f.want("position_embedding_type", "absolute")
		c.layerGroups = 1
		f.get("num_hidden_groups", &c.layerGroups)
		if c.layerGroups < 1 || c.NumHiddenLayers%c.layerGroups != 0 {
			f.err = &ConfigError{File: configFile, Field: "num_hidden_groups", Got: strconv.Itoa(c.layerGroups), Want: "a divisor of the number of layers"}
			return
		}
		c.blocksLike(engine.Block{})
	},
}
