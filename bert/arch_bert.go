package bert

// BERT: Devlin et al. 2018, arXiv:1810.04805. MiniLM and BGE are BERTs.
var archBERT = architecture{
	defaults: Config{
		VocabSize: 30522, HiddenSize: 768, NumHiddenLayers: 12, NumAttentionHeads: 12, IntermediateSize: 3072,
		MaxPositionEmbeddings: 512, TypeVocabSize: 2, HiddenAct: "gelu", LayerNormEps: 1e-12,
	},
	positions: positionsFrom0,
	names:     bertNames,
	heads: headNames{
		maskedLM: maskedLMNames{
			dense:   "cls.predictions.transform.dense",
			norm:    "cls.predictions.transform.LayerNorm",
			decoder: "cls.predictions.decoder",
			bias:    []string{"cls.predictions.bias", "cls.predictions.decoder.bias"},
		},
		classifierOut:     "classifier", // over the pooler's output
		tokenClassifier:   "classifier",
		questionAnswering: "qa_outputs",
	},
}

// bertNames are shared by all architectures whose checkpoints kept BERT's names.
var bertNames = encoderNames{
	prefix:          "bert.",
	tokens:          "embeddings.word_embeddings",
	positions:       "embeddings.position_embeddings",
	tokenTypes:      "embeddings.token_type_embeddings",
	embeddingsNorm:  "embeddings.LayerNorm",
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
}

// withPrefix returns the same names under another prefix.
func (n encoderNames) withPrefix(prefix string) encoderNames {
	n.prefix = prefix
	return n
}
