package kernel

// Scratch is working memory that grows as needed and is then reused. The zero
// value is ready to use; a Scratch serves one goroutine at a time.
type Scratch struct {
	buf      []float32
	bytes    []uint8    // [rows, in] quantised rows of a product
	params   []QuantRow // [rows]
	numbers  []int32    // 0, 1, …
	strassen strassenScratch
}

// floats returns n elements of unspecified contents.
func (s *Scratch) floats(n int) []float32 {
	if cap(s.buf) < n {
		const step = 1 << 12 // texts may grow one token at a time; memory should not
		s.buf = make([]float32, (n+step-1)&^(step-1))
	}
	return s.buf[:n]
}

// quantize returns the rows of x as bytes.
func (s *Scratch) quantize(x Matrix) QuantMatrix {
	stride := QuantStride(x.Cols)
	s.bytes, s.params = grow(s.bytes, x.Rows*stride), grow(s.params, x.Rows)
	q := QuantMatrix{Data: s.bytes, Params: s.params, Rows: x.Rows, Cols: x.Cols, Stride: stride}
	QuantizeRows(q, x)
	return q
}

// countTo returns the numbers from 0 to n, without n.
func (s *Scratch) countTo(n int) []int32 {
	for len(s.numbers) < n {
		s.numbers = append(s.numbers, int32(len(s.numbers)))
	}
	return s.numbers[:n]
}

// grow returns s with length n, reallocated only if it is too small; the
// contents are unspecified.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
