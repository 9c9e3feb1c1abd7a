package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// PerLayerWeights are the parameters of a third part of a layer, after the
// feed-forward block, which lets through what the encoder's inputs select:
// Norm(Project(activation(Gate(x)) · InputsNorm(Inputs(inputs)))) is added to
// x (EmbeddingGemma 2).
type PerLayerWeights struct {
	Inputs     LinearWeights // [width, hidden]
	InputsNorm NormWeights   // [width]
	Gate       LinearWeights // [width, hidden], with the layer's activation
	Project    LinearWeights // [hidden, width]
	Norm       NormWeights   // [hidden] of what is added
}

type perLayer struct {
	inputs     *Linear // [width, hidden]
	inputsNorm *Norm   // [width]
	gate       *Linear // [width, hidden], with activation
	project    *Linear // [hidden, width]
	norm       *Norm   // [hidden]
}

func newPerLayer(w *PerLayerWeights, act string, how kernel.Format) *perLayer {
	return &perLayer{
		inputs: w.Inputs.pack(nil, how), inputsNorm: NewNorm(w.InputsNorm),
		gate: w.Gate.pack(nil, how).activated(act), project: w.Project.pack(nil, how), norm: NewNorm(w.Norm),
	}
}

// apply adds to x [rows, hidden] what the encoder's inputs [rows, hidden]
// select of it.
func (p *perLayer) apply(s *Scratch, x, inputs kernel.Matrix) {
	rows, width := x.Rows, p.gate.Out
	s.inter, s.gates = Grow(s.inter, rows*width), Grow(s.gates, rows*width)
	selected, gates := kernel.RowMajor(s.inter, rows, width), kernel.RowMajor(s.gates, rows, width)
	p.inputs.apply(s, selected, inputs, nil)
	p.inputsNorm.apply(selected, selected)
	p.gate.apply(s, gates, x, nil)
	kernel.Multiply(s.inter, s.gates)
	s.branch = Grow(s.branch, rows*x.Cols)
	branch := kernel.RowMajor(s.branch, rows, x.Cols)
	p.project.apply(s, branch, selected, nil)
	addBranch(x, branch, p.norm, nil)
}
