package bert

import (
	"math"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// JinaBERT (Jina embeddings 2: Günther et al. 2023, arXiv:2310.19923) is BERT
// with gated feed-forward blocks and, instead of positions, scores that fall
// with the distance.
var archJinaBERT = func() architecture {
	a := archBERT
	n := &a.names
	n.positions, n.up = "", ""
	n.gateUp, n.down, n.outputNorm = "mlp.gated_layers", "mlp.wo", "mlp.layernorm"
	a.describe = describeJinaBERT
	a.other = &archJinaBERTNormed
	return a
}()

// archJinaBERTNormed is JinaBERT with norms of queries and keys, as in the
// models for code and for two languages.
var archJinaBERTNormed = func() architecture {
	a := archBERT
	n := &a.names
	n.positions, n.up = "", ""
	n.queryNorm, n.keyNorm = "attention.self.layer_norm_q", "attention.self.layer_norm_k"
	n.attentionNorm, n.outputNorm = "layer_norm_1", "layer_norm_2"
	n.upGate, n.down = "mlp.up_gated_layer", "mlp.down_layer"
	a.wideHeadNorms = true
	return a
}()

func describeJinaBERT(f *fields, c *Config) {
	f.want("position_embedding_type", "alibi")
	f.want("feed_forward_type", "geglu", "reglu")
	kind := "geglu"
	f.get("feed_forward_type", &kind)
	if c.HiddenAct = "gelu"; kind == "reglu" {
		c.HiddenAct = "relu"
	}
	c.gated = true
	c.without = missing{upBias: true}
	c.blocksLike(engine.Block{Slopes: alibiSlopes(c.NumAttentionHeads)})
}

// alibiSlopes returns how much the scores of each head fall per token of
// distance: for a power of two, powers of 2^(-8/heads) (Press et al. 2021,
// arXiv:2108.12409); for other numbers, those of the power of two below, then
// every other one of the power of two above.
func alibiSlopes(heads int) []float64 {
	power := 1
	for 2*power <= heads {
		power *= 2
	}
	var out []float64
	for h := range power {
		out = append(out, math.Exp2(-8*float64(h+1)/float64(power)))
	}
	for h := 0; len(out) < heads; h += 2 {
		out = append(out, math.Exp2(-8*float64(h+1)/float64(2*power)))
	}
	return out
}
