package bert

import (
	"math"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/activation"
	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// DeBERTa: He et al. 2020, arXiv:2006.03654. BERT without positions in its
// embeddings; attention scores have terms for contents and relative positions.
var archDeBERTa = architecture{
	defaults: Config{
		VocabSize: 50265, HiddenSize: 768, NumHiddenLayers: 12, NumAttentionHeads: 12, IntermediateSize: 3072,
		MaxPositionEmbeddings: 512, HiddenAct: "gelu", LayerNormEps: 1e-7,
	},
	names: debertaNames,
	heads: debertaHeads,
	describe: func(f *fields, c *Config) {
		f.absent("talking_head")
		span := f.disentangled(c)
		c.blocksLike(engine.Block{Disentangled: c.disentangledTerms(engine.Disentangled{Span: span}), Scale: f.disentangledScale(c)})
	},
	finish: func(l *treeLoader, layer *Layer, i int, at func(name string) string) {
		a, hidden := layer.Attention, l.config.HiddenSize
		whole := l.param([]int{3 * hidden, hidden}, l.name(at("attention.self.in_proj")+".weight"))
		if l.err != nil {
			return
		}
		// The rows are grouped by head: its queries, keys and values.
		heads := l.config.NumAttentionHeads
		dim := hidden / heads
		part := func(k int, bias string) *Linear {
			name := at("attention.self.in_proj") + ".weight/" + string("qkv"[k])
			data := make([]float32, 0, hidden*hidden)
			for h := range heads {
				row := (3*h + k) * dim
				data = append(data, values(whole)[row*hidden:(row+dim)*hidden]...)
			}
			out := &Linear{Weight: l.named(name, newParam(data, hidden, hidden))}
			if bias != "" {
				out.Bias = l.named(at(bias), l.param([]int{hidden}, l.name(at(bias))))
			}
			return out
		}
		a.Query, a.Key, a.Value = part(0, "attention.self.q_bias"), part(1, ""), part(2, "attention.self.v_bias")
		if !l.config.relativeAttention {
			return
		}
		if l.config.contentToPosition {
			a.PositionKey = l.affine(at("attention.self.pos_proj"), hidden, hidden, true)
		}
		if l.config.positionToContent {
			a.PositionQuery = l.affine(at("attention.self.pos_q_proj"), hidden, hidden, false)
		}
	},
}

// DeBERTa V2 and V3 (He et al. 2021, arXiv:2111.09543) count distances in
// logarithmic buckets and share the projections of contents and positions.
var archDeBERTaV2 = architecture{
	defaults: Config{
		VocabSize: 128100, HiddenSize: 1536, NumHiddenLayers: 24, NumAttentionHeads: 24, IntermediateSize: 6144,
		MaxPositionEmbeddings: 512, HiddenAct: "gelu", LayerNormEps: 1e-7,
	},
	names: func() encoderNames {
		n := debertaNames
		n.relativeNorm = "encoder.LayerNorm"
		n.query, n.key, n.value = "attention.self.query_proj", "attention.self.key_proj", "attention.self.value_proj"
		return n
	}(),
	heads: debertaHeads,
	describe: func(f *fields, c *Config) {
		f.convolution(c)
		f.want("norm_rel_ebd", "layer_norm", "none")
		kind := "none"
		f.get("norm_rel_ebd", &kind)
		c.relativeNorm = kind == "layer_norm"
		most, buckets := f.disentangled(c), -1
		f.get("position_buckets", &buckets)
		d := &engine.Disentangled{Span: most}
		if buckets > 0 {
			*d = engine.Disentangled{Span: buckets, Buckets: buckets, Most: most}
		}
		f.get("share_att_key", &c.sharedPositions)
		c.blocksLike(engine.Block{Disentangled: c.disentangledTerms(*d), Scale: f.disentangledScale(c)})
	},
	finish: func(l *treeLoader, layer *Layer, i int, at func(name string) string) {
		a, hidden := layer.Attention, l.config.HiddenSize
		if size := l.config.convolution; size > 0 && i == 0 {
			weight, bias := "encoder.conv.conv.weight", "encoder.conv.conv.bias"
			layer.Convolution = &Convolution{
				Kernel: l.named(weight, l.param([]int{hidden, hidden / l.config.convolutionGroups, size}, l.name(weight))),
				Bias:   l.named(bias, l.param([]int{hidden}, l.name(bias))),
				Norm:   l.layerNorm("encoder.conv.LayerNorm", hidden),
			}
		}
		if l.config.sharedPositions || !l.config.relativeAttention {
			return
		}
		if l.config.contentToPosition {
			a.PositionKey = l.linear(at("attention.self.pos_key_proj"), hidden, hidden)
		}
		if l.config.positionToContent {
			a.PositionQuery = l.linear(at("attention.self.pos_query_proj"), hidden, hidden)
		}
	},
}

var debertaNames = encoderNames{
	prefix:             "deberta.",
	tokens:             "embeddings.word_embeddings",
	positions:          "embeddings.position_embeddings",
	tokenTypes:         "embeddings.token_type_embeddings",
	embeddingsNorm:     "embeddings.LayerNorm",
	project:            "embeddings.embed_proj",
	relativeEmbeddings: "encoder.rel_embeddings",
	layer:              "encoder.layer.",
	attentionOutput:    "attention.output.dense",
	attentionNorm:      "attention.output.LayerNorm",
	up:                 "intermediate.dense",
	down:               "output.dense",
	outputNorm:         "output.LayerNorm",
}

var debertaHeads = headNames{
	maskedLM: maskedLMNames{
		dense: "cls.predictions.transform.dense", norm: "cls.predictions.transform.LayerNorm",
		decoder: "cls.predictions.decoder", bias: []string{"cls.predictions.bias", "cls.predictions.decoder.bias"},
		// The reference has no decoder here, but a saved model may need one.
		other: &maskedLMNames{dense: "lm_predictions.lm_head.dense", norm: "lm_predictions.lm_head.LayerNorm", decoder: "lm_predictions.lm_head.decoder", bias: []string{"lm_predictions.lm_head.bias"}},
	},
	classifierDense:   "pooler.dense",
	classifierAct:     "gelu",
	classifierOut:     "classifier",
	tokenClassifier:   "classifier",
	questionAnswering: "qa_outputs",
}

// disentangled reads the settings common to both generations, and returns the
// largest relative position.
func (f *fields) disentangled(c *Config) (most int) {
	f.get("relative_attention", &c.relativeAttention)
	if f.get("pooler_hidden_act", &c.poolerAct); f.err == nil && c.poolerAct != "" {
		if _, ok := activation.ByName(c.poolerAct); !ok {
			f.err = &ConfigError{File: configFile, Field: "pooler_hidden_act", Got: strconv.Quote(c.poolerAct), Want: "one of " + strings.Join(activation.Names(), ", "), kind: ErrUnsupported}
		}
	}
	f.get("embedding_size", &c.EmbeddingSize)
	c.projectFirst = true
	biased := true
	f.get("position_biased_input", &biased)
	c.without.positions = !biased
	var kinds []string
	f.get("pos_att_type", &kinds)
	for _, kind := range kinds {
		switch kind {
		case "c2p":
			c.contentToPosition = true
		case "p2c":
			c.positionToContent = true
		default:
			f.err = &ConfigError{File: configFile, Field: "pos_att_type", Got: kind, Want: "c2p and p2c", kind: ErrUnsupported}
		}
	}
	f.get("max_relative_positions", &most)
	if most < 1 {
		most = c.MaxPositionEmbeddings
	}
	return most
}

// disentangledTerms returns the terms of attention by relative positions; nil if
// there is none.
func (c *Config) disentangledTerms(d engine.Disentangled) *engine.Disentangled {
	if !c.relativeAttention {
		return nil
	}
	return &d
}

// convolution reads the settings of the convolution after the first layer.
func (f *fields) convolution(c *Config) {
	groups, act := 1, "tanh"
	f.get("conv_kernel_size", &c.convolution)
	f.get("conv_groups", &groups)
	f.get("conv_act", &act)
	if f.err != nil || c.convolution <= 0 { // the reference has none then
		c.convolution = 0
		return
	}
	wrong := func(field, got, want string) {
		f.err = &ConfigError{File: configFile, Field: field, Got: got, Want: want}
	}
	if size := c.convolution; size%2 == 0 || size > 1<<8 {
		wrong("conv_kernel_size", strconv.Itoa(size), "an odd number of tokens below 256")
	} else if groups < 1 || c.HiddenSize%groups != 0 {
		wrong("conv_groups", strconv.Itoa(groups), "a divisor of the hidden size")
	} else if _, ok := activation.ByName(act); !ok {
		wrong("conv_act", strconv.Quote(act), "one of "+strings.Join(activation.Names(), ", "))
	}
	c.convolutionGroups, c.convolutionAct = groups, act
}

// disentangledScale is 1/sqrt(dim · terms).
func (f *fields) disentangledScale(c *Config) float64 {
	terms := 1
	for _, has := range []bool{c.contentToPosition, c.positionToContent} {
		if has {
			terms++
		}
	}
	return 1 / math.Sqrt(float64(c.HiddenSize/c.NumAttentionHeads*terms))
}
