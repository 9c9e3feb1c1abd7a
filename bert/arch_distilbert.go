package bert

// DistilBERT: Sanh et al. 2019, arXiv:1910.01108. BERT without token types or
// pooler, and with its own name for every tensor.
var archDistilBERT = architecture{
	defaults: Config{
		VocabSize: 30522, HiddenSize: 768, NumHiddenLayers: 6, NumAttentionHeads: 12, IntermediateSize: 3072,
		MaxPositionEmbeddings: 512, HiddenAct: "gelu", LayerNormEps: 1e-12,
	},
	fixedEps:  true,
	positions: positionsFrom0,
	names: encoderNames{
		prefix:          "distilbert.",
		tokens:          "embeddings.word_embeddings",
		positions:       "embeddings.position_embeddings",
		embeddingsNorm:  "embeddings.LayerNorm",
		layer:           "transformer.layer.",
		query:           "attention.q_lin",
		key:             "attention.k_lin",
		value:           "attention.v_lin",
		attentionOutput: "attention.out_lin",
		attentionNorm:   "sa_layer_norm",
		up:              "ffn.lin1",
		down:            "ffn.lin2",
		outputNorm:      "output_layer_norm",
	},
	heads: headNames{
		maskedLM: maskedLMNames{
			dense:   "vocab_transform",
			norm:    "vocab_layer_norm",
			decoder: "vocab_projector",
			bias:    []string{"vocab_projector.bias"},
		},
		classifierDense:   "pre_classifier",
		classifierAct:     "relu",
		classifierOut:     "classifier",
		tokenClassifier:   "classifier",
		questionAnswering: "qa_outputs",
	},
}
