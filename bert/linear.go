package bert

import (
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// linear is a packed linear layer for inference: y = act(x·Wᵀ + bias), plus a
// residual where the caller adds one. Its weights are float32 or int8.
type linear struct {
	out, in int
	w       *kernel.Packed         // [out, in], or
	fast    *kernel.PackedStrassen // [out, in], or
	q       *kernel.PackedInt8     // [out, in]
	bias    []float32              // [out]
	act     kernel.Activation
	slow    func(float64) float64 // an activation without a kernel, or nil
}

// packing is how a linear layer's weights are packed.
type packing uint8

const (
	packFloat32 packing = iota
	packStrassen
	packInt8
)

// packing returns how layers of that precision are packed where nothing else is
// said.
func (p Precision) packing() packing {
	if p == Int8 {
		return packInt8
	}
	return packFloat32
}

// of returns p, or packFloat32 where [out, in] has no such packing.
func (p packing) of(out, in int) packing {
	if p == packStrassen && !kernel.StrassenFits(out, in) {
		return packFloat32
	}
	return p
}

// bytes returns the memory that packed weights [out, in] take.
func (p packing) bytes(out, in int) int {
	f, i := kernel.PackedBytes(out, in)
	switch p.of(out, in) {
	case packInt8:
		return i
	case packStrassen:
		return kernel.StrassenBytes(out, in)
	}
	return f
}

// packLinear packs weight [out, in] into mem and copies bias [out]; either of
// mem and bias may be nil.
func packLinear(mem *kernel.Memory, weight, bias []float32, out, in int, p packing) *linear {
	l := &linear{out: out, in: in}
	if bias != nil {
		l.bias = append([]float32(nil), bias...)
	}
	switch p.of(out, in) {
	case packInt8:
		l.q = mem.PackInt8(weight, out, in, in)
	case packStrassen:
		l.fast = mem.PackStrassen(weight, out, in, in)
	default:
		l.w = mem.Pack(weight, out, in, in)
	}
	return l
}

// pack packs a linear layer of the tree.
func (l *Linear) pack(mem *kernel.Memory, p packing) *linear {
	shape := l.Weight.Shape()
	var bias []float32
	if l.Bias != nil {
		bias = values(l.Bias)
	}
	return packLinear(mem, values(l.Weight), bias, shape[0], shape[1], p)
}

// activated sets the activation by its name in config.json, which was checked.
func (l *linear) activated(name string) *linear {
	l.act, l.slow = kernelActivation(name)
	return l
}

// kernelActivation returns the vectorised activation of that name, or None
// and the function to apply after it.
func kernelActivation(name string) (kernel.Activation, func(float64) float64) {
	switch name {
	case "", "linear":
		return kernel.None, nil
	case "gelu", "gelu_python":
		return kernel.GELU, nil
	case "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate":
		return kernel.GELUTanh, nil
	case "relu":
		return kernel.ReLU, nil
	case "silu", "swish":
		return kernel.SiLU, nil
	case "tanh":
		return kernel.Tanh, nil
	}
	return kernel.None, activations[name].f
}

// apply computes dst [rows, out] from x [rows, in].
func (l *linear) apply(s *scratch, dst []float32, ldd int, x []float32, ldx, rows int) {
	l.applyPairs(s, dst, ldd, x, ldx, rows, nil)
}

// applyPairs is apply for rows of which some are pairs; nil: none.
func (l *linear) applyPairs(s *scratch, dst []float32, ldd int, x []float32, ldx, rows int, pairs *kernel.PairedRows) {
	ep := kernel.Epilogue{Bias: l.bias, Act: l.act}
	switch {
	case l.q != nil:
		q, ldq, params := s.quantise(x, ldx, rows, l.in)
		kernel.GemmInt8(dst, ldd, q, ldq, params, rows, l.q, ep)
	case l.fast != nil:
		kernel.GemmStrassen(dst, ldd, x, ldx, rows, s.paired(rows, pairs), l.fast, ep, &s.strassen)
	default:
		kernel.Gemm(dst, ldd, x, ldx, rows, l.w, ep)
	}
	if l.slow != nil {
		for i := range rows {
			row := dst[i*ldd : i*ldd+l.out]
			for j, v := range row {
				row[j] = float32(l.slow(float64(v)))
			}
		}
	}
}

// applyNorm computes x = LayerNorm(x + y·Wᵀ + bias) in place for x [rows, out]
// and y [rows, in], some of whose rows are pairs: the end of both blocks of a
// layer.
func (l *linear) applyNorm(s *scratch, x []float32, ldx int, y []float32, ldy, rows int, pairs *kernel.PairedRows, n *norm) {
	ep := kernel.Epilogue{Bias: l.bias, Residual: x, LDR: ldx}
	if l.q != nil {
		q, ldq, params := s.quantise(y, ldy, rows, l.in)
		kernel.GemmInt8LayerNorm(x, ldx, q, ldq, params, rows, l.q, ep, n.gamma, n.beta, n.eps)
		return
	}
	if l.fast != nil {
		kernel.GemmStrassenLayerNorm(x, ldx, y, ldy, rows, s.paired(rows, pairs), l.fast, ep, n.gamma, n.beta, n.eps, &s.strassen)
		return
	}
	kernel.GemmLayerNorm(x, ldx, y, ldy, rows, l.w, ep, n.gamma, n.beta, n.eps)
}

// bytes returns the memory that the layer takes.
func (l *linear) bytes() int {
	n := 4 * len(l.bias)
	switch {
	case l.q != nil:
		return n + l.q.Bytes()
	case l.fast != nil:
		return n + l.fast.Bytes()
	}
	return n + l.w.Bytes()
}

// norm is a LayerNorm for inference.
type norm struct {
	gamma, beta []float32 // [features]
	eps         float32
}

func (n *LayerNorm) pack() *norm {
	return &norm{
		gamma: append([]float32(nil), values(n.Weight)...),
		beta:  append([]float32(nil), values(n.Bias)...),
		eps:   float32(n.Eps),
	}
}

// apply normalises x [rows, features] in place.
func (n *norm) apply(x []float32, ldx, rows int) {
	kernel.LayerNorm(x, ldx, x, ldx, rows, len(n.gamma), n.gamma, n.beta, n.eps)
}

// applyScales is apply that also writes what each row was scaled by to scales
// [rows].
func (n *norm) applyScales(x []float32, ldx, rows int, scales []float32) {
	kernel.LayerNormScales(x, ldx, x, ldx, rows, len(n.gamma), n.gamma, n.beta, n.eps, scales)
}

// scratch is one goroutine's working memory inside a layer. It grows to what
// the model needs and is then reused.
type scratch struct {
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
func (s *scratch) quantise(x []float32, ldx, rows, cols int) (q []uint8, ldq int, params []kernel.QuantRow) {
	ldq = kernel.Int8LD(cols)
	s.q = grow(s.q, rows*ldq)
	s.params = grow(s.params, rows)
	kernel.QuantizeRows(s.q, ldq, s.params, x, ldx, rows, cols)
	return s.q, ldq, s.params
}

// paired returns pairs, or the pairing of rows that have no partners.
func (s *scratch) paired(rows int, pairs *kernel.PairedRows) kernel.PairedRows {
	if pairs != nil {
		return *pairs
	}
	for len(s.alone) < rows {
		s.alone = append(s.alone, int32(len(s.alone)))
	}
	return kernel.PairedRows{Alone: s.alone[:rows]}
}

// grow returns s with length n, reallocated only if it is too small; the
// contents are unspecified.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
