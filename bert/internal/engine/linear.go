package engine

import (
	"github.com/seed-56ee9438/cohort/bert/internal/activation"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Linear is a packed linear layer for inference: y = act(x·Wᵀ + bias), plus a
// residual if the caller adds one. Its weights are float32 or int8.
type Linear struct {
	Out, In int
	weights kernel.Weights // [out, in]
	bias    []float32      // [out], or nil
	act     kernel.Activation
	scalar  func(float64) float64 // an activation without a kernel, or nil
	sample  *sample               // of int8 weights until they have been judged
}

// NewLinear packs a layer in float32, with the activation of that name in
// package activation; "" means none.
func NewLinear(w LinearWeights, act string) *Linear {
	return w.pack(nil, kernel.FormatFloat32).activated(act)
}

// format returns the default packing of layers of that precision.
func (p Precision) format() kernel.Format {
	if p == Int8 {
		return kernel.FormatInt8
	}
	return kernel.FormatFloat32
}

// pack packs the weights into mem, or newly allocated memory if mem is nil, and
// copies the bias.
func (w *LinearWeights) pack(mem *kernel.Memory, f kernel.Format) *Linear {
	l := &Linear{Out: w.Out, In: w.In, weights: mem.Weights(f, kernel.RowMajor(w.Weight, w.Out, w.In))}
	if w.Bias != nil {
		l.bias = append([]float32(nil), w.Bias...)
	}
	if f == kernel.FormatInt8 {
		l.sample = newSample(w)
	}
	return l
}

// activated sets the activation of that name, which must exist.
func (l *Linear) activated(name string) *Linear {
	l.act, l.scalar = kernelActivation(name)
	return l
}

// kernelActivation returns the vectorised activation of that name, or None and
// the function to apply afterwards.
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
	l.apply(s, kernel.Matrix{Data: dst, Rows: rows, Cols: l.Out, Stride: ldd}, kernel.Matrix{Data: x, Rows: rows, Cols: l.In, Stride: ldx}, nil)
}

// apply computes dst [rows, out] from x [rows, in], in which pairs lists paired
// rows; nil: none.
func (l *Linear) apply(s *Scratch, dst, x kernel.Matrix, pairs *kernel.PairedRows) {
	if s.probe != nil {
		x = s.probe.take(s, l, x)
	}
	l.weights.Multiply(dst, x, pairs, kernel.Epilogue{Bias: l.bias, Act: l.act}, &s.kernel)
	if l.scalar == nil {
		return
	}
	for i := range dst.Rows {
		row := dst.Row(i)
		for j, v := range row {
			row[j] = float32(l.scalar(float64(v)))
		}
	}
}

// applyNorm computes x = LayerNorm(x + y·Wᵀ + bias) in place for x [rows, out]
// and y [rows, in], some of whose rows may be paired: the end of both blocks of
// a layer.
func (l *Linear) applyNorm(s *Scratch, x, y kernel.Matrix, pairs *kernel.PairedRows, n *Norm) {
	if s.probe != nil {
		y = s.probe.take(s, l, y)
	}
	l.weights.Multiply(x, y, pairs, kernel.Epilogue{Bias: l.bias, Residual: x, Norm: &n.params}, &s.kernel)
}

// Bytes returns the memory that the layer takes.
func (l *Linear) Bytes() int { return 4*len(l.bias) + l.weights.Bytes() }
