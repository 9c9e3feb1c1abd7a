package bert

// RoBERTa (Liu et al. 2019, arXiv:1907.11692), XLM-RoBERTa (Conneau et al.
// 2019, arXiv:1911.02116) and CamemBERT: BERT's encoder with positions that
// begin after the padding id, and heads of their own. XLM-RoBERTa differs only
// in its tokenizer and vocabulary.
var archRoBERTa = architecture{
	defaults: Config{
		VocabSize: 50265, HiddenSize: 768, NumHiddenLayers: 12, NumAttentionHeads: 12, IntermediateSize: 3072,
		MaxPositionEmbeddings: 512, TypeVocabSize: 2, PadTokenID: 1, HiddenAct: "gelu", LayerNormEps: 1e-12,
	},
	positions:     positionsAfterPad,
	angleBrackets: true,
	names:         bertNames.withPrefix("roberta."),
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
