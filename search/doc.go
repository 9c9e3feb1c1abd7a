// Package search finds the rows of a matrix that are most similar to queries,
// exactly: over float32 vectors, and over compact ones of a byte or a bit a
// feature, which may be scored again by the full vectors.
//
// An [Index] is made once and asked many times, by any number of goroutines; it
// can be written to a file and mapped from there without being read. [TopK]
// answers a single question without one. [Similarities] gives whole matrices of
// similarities in blocks.
//
//	ix, err := search.New(ctx, embeddings, search.Options{})
//	hits, err := ix.Search(ctx, query, search.Query{K: 10})
//
// # How
//
// An index of float32 vectors also keeps each as bytes (a quarter more memory),
// with how far these are from it. Products of bytes are exact and read a quarter
// of the memory, and |q·x - q'·x'| <= |q-q'| |x| + |q'| |x-x'| bounds what they
// may be wrong by: only rows whose bound reaches into the best K found so far are
// compared in full, in float64. So results are those of comparing all, in the
// order of the scores and then of the rows, whatever the number of threads.
package search
