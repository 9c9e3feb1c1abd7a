package bert

import (
	"strconv"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// MobileBERT: Sun et al. 2020, arXiv:2004.02984. Layers work on fewer features
// than are passed between them, their norms only scale and shift, and each
// embedding is made from three neighbouring tokens.
var archMobileBERT = architecture{
	defaults: Config{
		VocabSize: 30522, HiddenSize: 512, EmbeddingSize: 128, NumHiddenLayers: 24, NumAttentionHeads: 4, IntermediateSize: 512,
		MaxPositionEmbeddings: 512, TypeVocabSize: 2, HiddenAct: "relu", LayerNormEps: 1e-12,
	},
	affine: true, ownHeadDim: true,
	names: encoderNames{
		prefix:          "mobilebert.",
		tokens:          "embeddings.word_embeddings",
		positions:       "embeddings.position_embeddings",
		tokenTypes:      "embeddings.token_type_embeddings",
		embeddingsNorm:  "embeddings.LayerNorm",
		project:         "embeddings.embedding_transformation",
		layer:           "encoder.layer.",
		query:           "attention.self.query",
		key:             "attention.self.key",
		value:           "attention.self.value",
		attentionOutput: "attention.output.dense",
		attentionNorm:   "attention.output.LayerNorm",
		up:              "intermediate.dense",
		down:            "output.dense",
		outputNorm:      "output.LayerNorm",
		pooler:          "pooler.dense",
	},
	heads: headNames{
		maskedLM: maskedLMNames{
			dense: "cls.predictions.transform.dense", norm: "cls.predictions.transform.LayerNorm",
			decoder: "cls.predictions.decoder", split: "cls.predictions.dense", bias: []string{"cls.predictions.bias", "cls.predictions.decoder.bias"},
		},
		classifierOut: "classifier", tokenClassifier: "classifier", questionAnswering: "qa_outputs",
	},
	describe: func(f *fields, c *Config) {
		f.want("normalization_type", "no_norm")
		f.want("trigram_input", true)
		f.want("use_bottleneck", true)
		f.want("key_query_shared_bottleneck", true)
		f.absent("use_bottleneck_attention")
		if pooled := true; f.get("classifier_activation", &pooled) && !pooled {
			c.headBare = true
		}
		c.trigrams, c.inner, c.feedForwards = true, 128, 4
		f.get("intra_bottleneck_size", &c.inner)
		f.get("num_feedforward_networks", &c.feedForwards)
		if c.inner < 1 || c.inner > maxWidth || c.inner%c.NumAttentionHeads != 0 {
			f.err = &ConfigError{File: configFile, Field: "intra_bottleneck_size", Got: strconv.Itoa(c.inner), Want: "a multiple of the number of heads"}
			return
		}
		if c.feedForwards < 1 || c.feedForwards > maxLayers {
			f.err = &ConfigError{File: configFile, Field: "num_feedforward_networks", Got: strconv.Itoa(c.feedForwards), Want: "1 or more"}
			return
		}
		c.blocksLike(engine.Block{HeadDim: c.inner / c.NumAttentionHeads})
	},
	finish: func(l *treeLoader, layer *Layer, i int, at func(name string) string) {
		c := l.config
		n := &Narrow{
			Enter: l.linear(at("bottleneck.input.dense"), c.inner, c.HiddenSize), EnterNorm: l.layerNorm(at("bottleneck.input.LayerNorm"), c.inner),
			Shared: l.linear(at("bottleneck.attention.dense"), c.inner, c.HiddenSize), SharedNorm: l.layerNorm(at("bottleneck.attention.LayerNorm"), c.inner),
			Leave: l.linear(at("output.bottleneck.dense"), c.HiddenSize, c.inner), LeaveNorm: l.layerNorm(at("output.bottleneck.LayerNorm"), c.HiddenSize),
		}
		for i := range c.feedForwards - 1 {
			part := func(name string) string { return at("ffn." + strconv.Itoa(i) + "." + name) }
			n.More = append(n.More, &FeedForward{
				Up:   l.linear(part("intermediate.dense"), c.IntermediateSize, c.inner),
				Down: l.linear(part("output.dense"), c.inner, c.IntermediateSize),
				Norm: l.layerNorm(part("output.LayerNorm"), c.inner),
			})
		}
		layer.Narrow = n
	},
}
