package engine

import (
	"github.com/seed-56ee9438/cohort/bert/internal/activation"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Linear is a packed linear layer for inference: y = act(x·Wᵀ + bias), plus a
// residual where the caller adds one. Its weights are float32 or int8.
type Linear struct {
	Out, In  int
	w        *kernel.Packed         // [out, in], or
	strassen *kernel.PackedStrassen // [out, in], or
	q        *kernel.PackedInt8     // [out, in]
	bias     []float32              // [out]
	act      kernel.Activation
	scalar   func(float64) float64 // an activation without a kernel, or nil
}

// NewLinear packs a layer in float32, with an activation by its name in package
// activation; "" is none.
func NewLinear(w LinearWeights, act string) *Linear {
	return w.pack(nil, packFloat32).activated(act)
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

// pack packs the weights into mem, or memory of their own if that is nil, and
// copies the bias.
func (w *LinearWeights) pack(mem *kernel.Memory, p packing) *Linear {
	l := &Linear{Out: w.Out, In: w.In}
	if w.Bias != nil {
		l.bias = append([]float32(nil), w.Bias...)
	}
	switch p.of(w.Out, w.In) {
	case packInt8:
		l.q = mem.PackInt8(w.Weight, w.Out, w.In, w.In)
	case packStrassen:
		l.strassen = mem.PackStrassen(w.Weight, w.Out, w.In, w.In)
	default:
		l.w = mem.Pack(w.Weight, w.Out, w.In, w.In)
	}
	return l
}

// activated sets the activation by its name, which must be one.
func (l *Linear) activated(name string) *Linear {
	l.act, l.scalar = kernelActivation(name)
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
	f, _ := activation.ByName(name)
	return kernel.None, f.Value
}

// Apply computes dst [rows, out] from x [rows, in].
func (l *Linear) Apply(s *Scratch, dst []float32, ldd int, x []float32, ldx, rows int) {
	l.applyPairs(s, dst, ldd, x, ldx, rows, nil)
}

// applyPairs is apply for rows of which some are pairs; nil: none.
func (l *Linear) applyPairs(s *Scratch, dst []float32, ldd int, x []float32, ldx, rows int, pairs *kernel.PairedRows) {
	ep := kernel.Epilogue{Bias: l.bias, Act: l.act}
	switch {
	case l.q != nil:
		q, ldq, params := s.quantise(x, ldx, rows, l.In)
		kernel.GemmInt8(dst, ldd, q, ldq, params, rows, l.q, ep)
	case l.strassen != nil:
		kernel.GemmStrassen(dst, ldd, x, ldx, rows, s.paired(rows, pairs), l.strassen, ep, &s.strassen)
	default:
		kernel.Gemm(dst, ldd, x, ldx, rows, l.w, ep)
	}
	if l.scalar != nil {
		for i := range rows {
			row := dst[i*ldd : i*ldd+l.Out]
			for j, v := range row {
				row[j] = float32(l.scalar(float64(v)))
			}
		}
	}
}

// applyNorm computes x = LayerNorm(x + y·Wᵀ + bias) in place for x [rows, out]
// and y [rows, in], some of whose rows are pairs: the end of both blocks of a
// layer.
func (l *Linear) applyNorm(s *Scratch, x []float32, ldx int, y []float32, ldy, rows int, pairs *kernel.PairedRows, n *Norm) {
	ep := kernel.Epilogue{Bias: l.bias, Residual: x, LDR: ldx}
	if l.q != nil {
		q, ldq, params := s.quantise(y, ldy, rows, l.In)
		kernel.GemmInt8LayerNorm(x, ldx, q, ldq, params, rows, l.q, ep, n.gamma, n.beta, n.eps)
		return
	}
	if l.strassen != nil {
		kernel.GemmStrassenLayerNorm(x, ldx, y, ldy, rows, s.paired(rows, pairs), l.strassen, ep, n.gamma, n.beta, n.eps, &s.strassen)
		return
	}
	kernel.GemmLayerNorm(x, ldx, y, ldy, rows, l.w, ep, n.gamma, n.beta, n.eps)
}

// Bytes returns the memory that the layer takes.
func (l *Linear) Bytes() int {
	n := 4 * len(l.bias)
	switch {
	case l.q != nil:
		return n + l.q.Bytes()
	case l.strassen != nil:
		return n + l.strassen.Bytes()
	}
	return n + l.w.Bytes()
}
