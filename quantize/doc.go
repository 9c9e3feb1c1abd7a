// Package quantize makes vectors compact, with a byte or a bit per feature
// instead of four bytes, for storage and fast search. Its results are identical
// to those of quantize_embeddings in sentence-transformers.
//
//	ranges, err := quantize.RangesOf(calibration) // from many representative vectors
//	codes, err := quantize.Int8(embeddings, ranges)
//
// How well the codes preserve the order of similarities depends on the model.
// Search them for more results than needed and rescore these with the full
// vectors (see package search). Binary codes lose the least with models trained
// for them.
package quantize
