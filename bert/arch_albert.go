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
		query:           "attention.query",
		key:             "attention.key",
		value:           "attention.value",
		attentionOutput: "attention.dense",
		attentionNorm:   "attention.LayerNorm",
		up:              "ffn",
		down:            "ffn_output",
		outputNorm:      "full_layer_layer_norm",
		pooler:          "pooler",
	},
	heads: headNames{
		maskedLM:          maskedLMNames{dense: "predictions.dense", norm: "predictions.LayerNorm", decoder: "predictions.decoder", bias: []string{"predictions.bias", "predictions.decoder.bias"}},
		classifierOut:     "classifier",
		tokenClassifier:   "classifier",
		questionAnswering: "qa_outputs",
	},
	describe: func(f *fields, c *Config) {
		f.want("position_embedding_type", "absolute")
		c.layerGroups, c.projectAlways = 1, true
		f.get("num_hidden_groups", &c.layerGroups)
		if c.layerGroups < 1 || c.layerGroups > maxLayers {
			f.err = &ConfigError{File: configFile, Field: "num_hidden_groups", Got: strconv.Itoa(c.layerGroups), Want: "1 or more"}
			return
		}
		c.innerLayers = 1
		f.get("inner_group_num", &c.innerLayers)
		if c.innerLayers < 1 || c.innerLayers > maxLayers/c.NumHiddenLayers {
			f.err = &ConfigError{File: configFile, Field: "inner_group_num", Got: strconv.Itoa(c.innerLayers), Want: "1 or more"}
			return
		}
		c.NumHiddenLayers *= c.innerLayers // the layers that a token goes through
		c.blocksLike(engine.Block{})
	},
}
