package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// Norm is a LayerNorm, or an RMSNorm, for inference.
type Norm struct {
	params kernel.Norm
	rms    bool
	affine bool
}

// NewNorm copies the parameters of a norm.
func NewNorm(w NormWeights) *Norm {
	n := &Norm{params: kernel.Norm{Gamma: append([]float32(nil), w.Gamma...), Eps: float32(w.Eps)}, rms: w.RMS, affine: w.Affine}
	if n.params.Beta = append([]float32(nil), w.Beta...); w.Beta == nil {
		n.params.Beta = make([]float32, len(w.Gamma))
	}
	if w.UnitOffset {
		for i := range n.params.Gamma {
			n.params.Gamma[i]++
		}
	}
	return n
}

// Features returns the number of features of a row.
func (n *Norm) Features() int { return len(n.params.Gamma) }

// Apply normalises x [rows, features] in place.
func (n *Norm) Apply(x []float32, ldx, rows int) {
	m := kernel.Matrix{Data: x, Rows: rows, Cols: n.Features(), Stride: ldx}
	n.apply(m, m)
}

// apply writes the normalised x [rows, features] to dst, which may be x.
func (n *Norm) apply(dst, x kernel.Matrix) {
	if n.affine {
		gamma, beta := n.params.Gamma, n.params.Beta
		for i := range x.Rows {
			row, out := x.Row(i)[:len(gamma)], dst.Row(i)[:len(gamma)]
			for j, v := range row {
				out[j] = v*gamma[j] + beta[j]
			}
		}
		return
	}
	if n.rms {
		kernel.RMSNorm(dst, x, n.params.Gamma, n.params.Eps)
		return
	}
	kernel.LayerNorm(dst, x, &n.params)
}

// applyScales normalises x [rows, features] in place and writes each row's
// scale factor to scales [rows], if the norm is a LayerNorm.
func (n *Norm) applyScales(x kernel.Matrix, scales []float32) {
	if n.affine || n.rms {
		n.apply(x, x)
		return
	}
	kernel.LayerNormScales(x, x, &n.params, scales)
}
