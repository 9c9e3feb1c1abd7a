package train

import (
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"
)

// parameter is a parameter with its name and whether it decays. Biases and norms
// do not.
type parameter struct {
	*nn.Param
	name   string
	decays bool
}

func newParameter(name string, x []float32, decays bool, shape ...int) parameter {
	p := &nn.Param{Matrix: mat.NewDense[float32](mat.WithShape(shape...), mat.WithBacking(x))}
	p.SetRequiresGrad(true)
	return parameter{p, name, decays}
}

// values returns the elements without a copy.
func (p parameter) values() []float32 { return mat.Data[float32](p.Matrix) }

// gradient returns the memory of the gradient, zeros if there is none yet. It is
// kept from step to step.
func (p parameter) gradient() []float32 {
	if !p.HasGrad() {
		p.AccGrad(mat.NewDense[float32](mat.WithShape(append([]int(nil), p.Shape()...)...)))
	}
	return mat.Data[float32](p.Grad())
}
