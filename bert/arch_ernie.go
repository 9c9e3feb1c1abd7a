package bert

import "github.com/seed-56ee9438/cohort/bert/internal/engine"

// ERNIE: Sun et al. 2020, arXiv:1907.12412. BERT with a table of tasks, of which
// the first is added to every token.
var archERNIE = func() architecture {
	a := archBERT
	a.names.prefix, a.names.taskTypes = "ernie.", "embeddings.task_type_embeddings"
	return a
}()

// archMegatronBERT is BERT with the norms before each half (Shoeybi et al. 2019,
// arXiv:1909.08053).
var archMegatronBERT = func() architecture {
	a := archBERT
	n := &a.names
	n.embeddingsNorm, n.attentionNorm, n.outputNorm = "", "", ""
	n.attentionInputNorm, n.outputInputNorm, n.finalNorm = "attention.ln", "ln", "encoder.ln"
	a.describe = describePlain
	return a
}()

// archXLMRoBERTaXL is XLM-RoBERTa with the norms before each half (Goyal et al.
// 2021, arXiv:2105.00572).
var archXLMRoBERTaXL = func() architecture {
	a := archRoBERTa
	n := &a.names
	n.embeddingsNorm, n.attentionNorm, n.outputNorm = "", "", ""
	n.attentionInputNorm, n.outputInputNorm, n.finalNorm = "attention.self_attn_layer_norm", "LayerNorm", "encoder.LayerNorm"
	a.defaults.LayerNormEps = 1e-5
	a.describe = describePlain
	return a
}()

// describePlain is for blocks like BERT's that differ in their norms.
func describePlain(f *fields, c *Config) {
	f.want("position_embedding_type", "absolute")
	c.blocksLike(engine.Block{})
}
