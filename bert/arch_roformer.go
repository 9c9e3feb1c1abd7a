package bert

import "github.com/seed-56ee9438/cohort/bert/internal/engine"

// RoFormer: Su et al. 2021, arXiv:2104.09864. BERT with rotary positions that
// rotate pairs of neighbouring features.
var archRoFormer = func() architecture {
	a := archBERT
	a.names.prefix, a.names.positions = "roformer.", ""
	a.heads.classifierDense, a.heads.classifierOut = "classifier.dense", "classifier.out_proj"
	a.names.project, a.names.angles = "embeddings_project", "encoder.embed_positions"
	a.defaults.VocabSize, a.defaults.MaxPositionEmbeddings = 50000, 1536
	a.describe = func(f *fields, c *Config) {
		c.poolerAct = c.HiddenAct
		values := false
		f.get("rotary_value", &values)
		f.get("embedding_size", &c.EmbeddingSize)
		dim := c.HiddenSize / c.NumAttentionHeads
		c.blocksLike(engine.Block{RotaryValues: values, Rotary: &engine.Rotary{Frequencies: ropeFrequencies(10000, dim, dim), Interleaved: true, Positions: c.MaxPositionEmbeddings}})
	}
	return a
}()
