package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// Scratch is one goroutine's working memory inside a layer. It grows to what
// the model needs and is then reused.
type Scratch struct {
	inter     []float32   // [block, intermediate]; before the first layer new projections of inputs
	embed     []float32   // [block, embedding] before a projection
	scales    []float32   // [block] what the embeddings were scaled by
	places    []int32     // [block] position + positions · type of each token
	summands  [][]float32 // [2, block] rows whose sums are the first layer's projections
	alone     []int32     // [rows] 0, 1, …
	strassen  kernel.StrassenScratch
	row       []float32 // [embedding], one converted table row
	distances []float32 // [2·tokens-1] relative attention bias of one head by distance
	bias      []float32 // [tokens, tokens] the same by query and key
	attention kernel.Scratch
	q         []uint8 // [block, in rounded up to 4] quantised activations
	params    []kernel.QuantRow
}

// quantise quantises x [rows, cols] for an int8 product.
func (s *Scratch) quantise(x []float32, ldx, rows, cols int) (q []uint8, ldq int, params []kernel.QuantRow) {
	ldq = kernel.Int8LD(cols)
	s.q = Grow(s.q, rows*ldq)
	s.params = Grow(s.params, rows)
	kernel.QuantizeRows(s.q, ldq, s.params, x, ldx, rows, cols)
	return s.q, ldq, s.params
}

// paired returns pairs, or the pairing of rows that have no partners.
func (s *Scratch) paired(rows int, pairs *kernel.PairedRows) kernel.PairedRows {
	if pairs != nil {
		return *pairs
	}
	for len(s.alone) < rows {
		s.alone = append(s.alone, int32(len(s.alone)))
	}
	return kernel.PairedRows{Alone: s.alone[:rows]}
}

// Grow returns s with length n, reallocated only if it is too small; the
// contents are unspecified.
func Grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
