package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// Norm is a LayerNorm for inference.
type Norm struct {
	gamma, beta []float32 // [features]
	eps         float32
}

// NewNorm copies the parameters of a LayerNorm.
func NewNorm(w NormWeights) *Norm {
	return &Norm{
		gamma: append([]float32(nil), w.Gamma...),
		beta:  append([]float32(nil), w.Beta...),
		eps:   float32(w.Eps),
	}
}

// Features returns the number of features of a row.
func (n *Norm) Features() int { return len(n.gamma) }

// Apply normalises x [rows, features] in place.
func (n *Norm) Apply(x []float32, ldx, rows int) {
	kernel.LayerNorm(x, ldx, x, ldx, rows, len(n.gamma), n.gamma, n.beta, n.eps)
}

// applyScales is Apply that also writes what each row was scaled by to scales
// [rows].
func (n *Norm) applyScales(x []float32, ldx, rows int, scales []float32) {
	kernel.LayerNormScales(x, ldx, x, ldx, rows, len(n.gamma), n.gamma, n.beta, n.eps, scales)
}
