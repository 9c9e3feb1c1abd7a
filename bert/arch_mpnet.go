package bert

import "math"

// MPNet: Song et al. 2020, arXiv:2004.09297. No token types; each layer adds
// one learned bias per head and distance bucket to the attention scores.
var archMPNet = architecture{
	defaults: Config{
		VocabSize: 30527, HiddenSize: 768, NumHiddenLayers: 12, NumAttentionHeads: 12, IntermediateSize: 3072,
		MaxPositionEmbeddings: 512, PadTokenID: 1, RelativeBuckets: 32, HiddenAct: "gelu", LayerNormEps: 1e-12,
	},
	positions: positionsFrom2,
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

// relativeMaxDistance is where the buckets of relative positions end.
const relativeMaxDistance = 128

// relativeBucket returns the bucket of a key that lies distance tokens after
// the query (before it, if negative). Half of the buckets are for keys after
// the query; of each half, the first half holds one distance each and the rest
// grow logarithmically up to relativeMaxDistance (T5's scheme, Raffel et al.
// 2020, arXiv:1910.10683). The logarithms are float32, as in the reference.
func relativeBucket(distance, buckets int) int {
	half := buckets / 2
	base := 0
	if distance > 0 {
		base = half
	} else {
		distance = -distance
	}
	exact := half / 2
	if distance < exact {
		return base + distance
	}
	log := float32(math.Log(float64(float32(distance) / float32(exact))))
	span := float32(math.Log(relativeMaxDistance / float64(exact)))
	return base + min(exact+int(log/span*float32(half-exact)), half-1)
}
