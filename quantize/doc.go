// Package quantize makes vectors compact: a byte or a bit a feature in place of
// four bytes, for storage and fast search. Results are those of
// sentence-transformers' quantize_embeddings, value for value.
//
//	ranges, err := quantize.RangesOf(calibration) // of many vectors like those to come
//	codes, err := quantize.Int8(embeddings, ranges)
//
// How well codes keep the order of similarities depends on the model; search them
// with more results than wanted, and score those again by the full vectors (see
// package search). Binary codes lose least from models made for them.
package quantize
