package bert

// ELECTRA: Clark et al. 2020, arXiv:2003.10555. BERT with embedding tables
// that may be narrower than the layers, joined by a projection.
var archELECTRA = architecture{
	defaults: Config{
		VocabSize: 30522, HiddenSize: 256, EmbeddingSize: 128, NumHiddenLayers: 12, NumAttentionHeads: 4, IntermediateSize: 1024,
		MaxPositionEmbeddings: 512, TypeVocabSize: 2, HiddenAct: "gelu", LayerNormEps: 1e-12,
	},
	positions: positionsFrom0,
	names: func() encoderNames {
		n := bertNames.withPrefix("electra.")
		n.project = "embeddings_project"
		n.pooler = ""
		return n
	}(),
	heads: headNames{
		maskedLM: maskedLMNames{ // the generator's
			dense:   "generator_predictions.dense",
			act:     "gelu",
			norm:    "generator_predictions.LayerNorm",
			decoder: "generator_lm_head",
			bias:    []string{"generator_lm_head.bias"},
		},
		classifierDense:   "classifier.dense",
		classifierAct:     "gelu",
		classifierOut:     "classifier.out_proj",
		tokenClassifier:   "classifier",
		questionAnswering: "qa_outputs",
	},
}
