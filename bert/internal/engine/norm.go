package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// Norm is a LayerNorm for inference.
type Norm struct {
	params kernel.Norm
}

// NewNorm copies the parameters of a LayerNorm.
func NewNorm(w NormWeights) *Norm {
	return &Norm{kernel.Norm{
		Gamma: append([]float32(nil), w.Gamma...),
		Beta:  append([]float32(nil), w.Beta...),
		Eps:   float32(w.Eps),
	}}
}

// Features returns the number of features of a row.
func (n *Norm) Features() int { return len(n.params.Gamma) }

// Apply normalises x [rows, features] in place.
func (n *Norm) Apply(x []float32, ldx, rows int) {
	m := kernel.Matrix{Data: x, Rows: rows, Cols: n.Features(), Stride: ldx}
	kernel.LayerNorm(m, m, &n.params)
}

// applyScales normalises x [rows, features] in place and writes what each row was
// scaled by to scales [rows].
func (n *Norm) applyScales(x kernel.Matrix, scales []float32) {
	kernel.LayerNormScales(x, x, &n.params, scales)
}
