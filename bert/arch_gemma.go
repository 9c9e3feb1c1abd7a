package bert

import "math"

// Gemma 3 as an encoder (EmbeddingGemma: Vera et al. 2025, arXiv:2509.20354):
// norms before and after each half, whose weights are stored less 1; most layers see
// a window.
var archGemma3 = architecture{
	defaults: Config{
		VocabSize: 262208, HiddenSize: 2304, NumHiddenLayers: 26, NumAttentionHeads: 8, IntermediateSize: 9216,
		MaxPositionEmbeddings: 131072, HiddenAct: "gelu_pytorch_tanh", LayerNormEps: 1e-6,
	},
	names: func() encoderNames {
		n := withHeadNorms(decoderNames)
		n.attentionOutputNorm, n.outputInputNorm, n.outputOutputNorm = "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"
		return n
	}(),
	heads: headNames{bare: true, classifierOut: "score", unbiased: true},
	rms:   true, unitOffset: true, ownHeadDim: true,
	describe: func(f *fields, c *Config) {
		f.headLast(c, 0)
		bias := false
		f.get("attention_bias", &bias)
		c.without = missing{queryBias: !bias, keyBias: !bias, valueBias: !bias, outputBias: !bias, upBias: true, downBias: true}
		c.embeddingScale = math.Sqrt(float64(c.HiddenSize))
		if f.raw["head_dim"] == nil {
			f.raw["head_dim"] = []byte("256")
		}
		kv := 4
		f.get("num_key_value_heads", &kv)
		b := f.decoderBlock(c, 1e6)
		b.KeyValueHeads = kv
		scalar := 256.0
		f.get("query_pre_attn_scalar", &scalar)
		b.Scale = 1 / math.Sqrt(scalar)
		bidirectional := false
		f.get("use_bidirectional_attention", &bidirectional)
		b.Causal = !bidirectional
		window, pattern := 4096, 6
		f.get("sliding_window", &window)
		f.first(&pattern, "sliding_window_pattern", "_sliding_window_pattern")
		pattern = max(pattern, 1)
		if bidirectional {
			window /= 2
		} else {
			window--
		}
		b.Rotary = f.rotary(c, b.HeadDim, "full_attention", 1e6)
		local := f.localRotary(c, b.HeadDim)
		c.blocksLike(b)
		for i, full := range f.layerTypes(c, func(i int) bool { return (i+1)%pattern == 0 }) {
			if !full {
				c.blocks[i].Rotary = local
				f.window(c, i, window, "sliding_window")
			}
		}
	},
}
