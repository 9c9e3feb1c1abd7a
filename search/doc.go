// Package search finds the rows of a matrix that are most similar to queries.
// The search is exact, over float32 vectors or over compact ones with a byte or
// a bit per feature, whose results may be rescored with the full vectors.
//
// An [Index] is made once and can be searched many times, by any number of
// goroutines. It can be written to a file and mapped from there without reading
// it. [TopK] answers a single question without an index. [Similarities]
// computes whole matrices of similarities in blocks.
//
//	ix, err := search.New(ctx, embeddings, search.Options{})
//	hits, err := ix.Search(ctx, query, search.Query{K: 10})
//
// # Algorithm
//
// An index of float32 vectors also keeps each vector as bytes (a quarter more
// memory), and the distance between the two. Products of bytes are exact and
// read a quarter of the memory, and their error is bounded by |q·x - q'·x'| <=
// |q-q'| |x| + |q'| |x-x'|. Only rows whose bound reaches the best K found so
// far are compared in full, in float64. The results are therefore the same as
// those of comparing all rows, ordered by score and then by row, for any number
// of threads.
package search
