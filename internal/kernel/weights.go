package kernel

// Weights are the fixed weights W [out, in] of a linear layer, packed for one
// kind of product: a [Packed], [PackedInt8] or [PackedStrassen]. They are
// immutable and may be shared by any number of goroutines.
type Weights interface {
	// Out returns the number of rows of W, the columns of a product.
	Out() int
	// In returns the number of columns of W, the length of each dot product.
	In() int
	// Bytes returns the memory that the packed weights take.
	Bytes() int
	// Multiply computes dst = A·Wᵀ for A [m, in] with the epilogue applied; dst
	// is [m, out] and may be the same memory as the residual, but not overlap
	// A. pairs lists the pairs for products that take pairs of rows; nil means
	// that no row has a partner. s is working memory, which only Packed weights
	// do without.
	Multiply(dst, a Matrix, pairs *PairedRows, ep Epilogue, s *Scratch)
}

// Format is a way to pack weights.
type Format uint8

const (
	// FormatFloat32 is [Packed], for any matrix.
	FormatFloat32 Format = iota
	// FormatInt8 is [PackedInt8], for any matrix.
	FormatInt8
	// FormatStrassen is [PackedStrassen]; see [StrassenFits].
	FormatStrassen
)

// For returns f, or FormatFloat32 if a matrix [out, in] cannot be packed in
// format f.
func (f Format) For(out, in int) Format {
	if f == FormatStrassen && !StrassenFits(out, in) {
		return FormatFloat32
	}
	return f
}

// Bytes returns the memory that Memory.Weights takes for a matrix [out, in].
func (f Format) Bytes(out, in int) int {
	n := panels(out) * panelWidth
	switch f.For(out, in) {
	case FormatInt8:
		return n*QuantStride(in) + cacheLine
	case FormatStrassen:
		return 7*out*in + cacheLine
	}
	return 4*n*in + cacheLine
}

// Weights packs w [out, in] in format f, or as float32 if w cannot be packed in
// that format.
func (m *Memory) Weights(f Format, w Matrix) Weights {
	switch f.For(w.Rows, w.Cols) {
	case FormatInt8:
		return m.PackInt8(w)
	case FormatStrassen:
		return m.PackStrassen(w)
	}
	return m.Pack(w)
}

// Multiply is [Gemm].
func (p *Packed) Multiply(dst, a Matrix, _ *PairedRows, ep Epilogue, _ *Scratch) {
	Gemm(dst, a, p, ep)
}

// Multiply quantises the rows of a and multiplies them by [GemmInt8].
func (p *PackedInt8) Multiply(dst, a Matrix, _ *PairedRows, ep Epilogue, s *Scratch) {
	GemmInt8(dst, s.quantize(a), p, ep)
}

// Multiply is [GemmStrassen].
func (p *PackedStrassen) Multiply(dst, a Matrix, pairs *PairedRows, ep Epilogue, s *Scratch) {
	if pairs == nil {
		pairs = &PairedRows{Alone: s.countTo(a.Rows)}
	}
	GemmStrassen(dst, a, *pairs, p, ep, s)
}
