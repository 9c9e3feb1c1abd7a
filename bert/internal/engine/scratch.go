package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// Scratch is one goroutine's working memory inside a layer. It grows to what
// the model needs and is then reused.
type Scratch struct {
	inter     []float32   // [block, intermediate]; before the first layer new projections of inputs
	embed     []float32   // [block, embedding] before a projection
	scales    []float32   // [block] the embeddings' scales
	places    []int32     // [block] position + positions · type of each token
	summands  [][]float32 // [2, block] rows whose sums are the first layer's projections
	row       []float32   // [embedding], one converted table row
	distances []float32   // [2·tokens-1] relative attention bias of one head by distance
	bias      []float32   // [tokens, tokens] the same by query and key
	branch    []float32   // [block, hidden] what a layer adds to the residual stream
	normal    []float32   // [block, hidden] the residual stream, normalised
	gates     []float32   // [block, intermediate]
	narrow    []float32   // [block, inner] features of a narrow layer
	terms     []float32   // [queries or keys, positions] of a Disentangled block
	angles    []float32   // [2, dim/2] cosines and sines that are not kept
	long      longText    // the last text that is longer than a Rotary was trained with
	kernel    kernel.Scratch
	probe     probe // nil but when an encoder is judged
}

// Grow returns s with length n, reallocated only if it is too small; the
// contents are unspecified.
func Grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
