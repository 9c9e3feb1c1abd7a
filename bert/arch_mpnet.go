package bert

// MPNet: Song et al. 2020, arXiv:2004.09297. No token types; each layer adds
// one learned bias per head and distance bucket to the attention scores.
var archMPNet = architecture{
	defaults: Config{
		VocabSize: 30527, HiddenSize: 768, NumHiddenLayers: 12, NumAttentionHeads: 12, IntermediateSize: 3072,
		MaxPositionEmbeddings: 512, PadTokenID: 1, RelativeBuckets: 32, HiddenAct: "gelu", LayerNormEps: 1e-12,
	},
	positions:     positionsFrom2,
	angleBrackets: true,
	names: encoderNames{
		prefix:          "mpnet.",
		tokens:          "embeddings.word_embeddings",
		positions:       "embeddings.position_embeddings",
		embeddingsNorm:  "embeddings.LayerNorm",
		relativeBias:    "encoder.relative_attention_bias",
		layer:           "encoder.layer.",
		query:           "attention.attn.q",
		key:             "attention.attn.k",
		value:           "attention.attn.v",
		attentionOutput: "attention.attn.o",
		attentionNorm:   "attention.LayerNorm",
		up:              "intermediate.dense",
		down:            "output.dense",
		outputNorm:      "output.LayerNorm",
		pooler:          "pooler.dense",
	},
	heads: headNames{
		maskedLM: maskedLMNames{
			dense:   "lm_head.dense",
			act:     "gelu",
			norm:    "lm_head.layer_norm",
			decoder: "lm_head.decoder",
			bias:    []string{"lm_head.bias", "lm_head.decoder.bias"},
		},
		classifierDense:   "classifier.dense",
		classifierAct:     "tanh",
		classifierOut:     "classifier.out_proj",
		tokenClassifier:   "classifier",
		questionAnswering: "qa_outputs",
	},
}
