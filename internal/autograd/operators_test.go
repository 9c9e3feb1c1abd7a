package autograd

import (
	"fmt"
	"math"
	"testing"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"
)

// param makes a parameter of smooth pseudo-random values.
func param(seed float64, shape ...int) *nn.Param {
	n := 1
	for _, d := range shape {
		n *= d
	}
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.Sin(seed + 1.7*float64(i) + 0.3*float64(i*i%17)))
	}
	p := &nn.Param{Matrix: mat.NewDense[float32](mat.WithShape(shape...), mat.WithBacking(x))}
	p.SetRequiresGrad(true)
	return p
}

// Every operator's gradient against central differences, for each of its operands.
func TestGradients(t *testing.T) {
	offsets := []int{0, 3, 3, 4, 8} // a text without tokens among them
	x, residual, gamma, beta := param(1, 8, 6), param(2, 8, 6), param(3, 6), param(4, 6)
	w0, b0, w1 := param(5, 4, 6), param(6, 4), param(7, 2, 6)
	qkv, bias := param(8, 8, 12), param(9, 5, 2)
	tables := []mat.Tensor{param(10, 7, 6), param(11, 4, 6)}
	bucket := func(distance int) int { return min(max(distance+2, 0), 4) }
	for name, op := range map[string]struct {
		run      func() mat.Tensor
		operands []mat.Tensor
	}{
		"LookupSum": {func() mat.Tensor { return LookupSum(tables, [][]int32{{1, 6, 1, 0}, {3, 3, 0, 2}}) }, tables},
		"Linear":    {func() mat.Tensor { return Linear(x, Affine{Weight: w0, Bias: b0}, Affine{Weight: w1}) }, []mat.Tensor{x, w0, b0, w1}},
		"Activate": {func() mat.Tensor {
			return Activate(x, math.Tanh, func(v float64) float64 { h := math.Tanh(v); return 1 - h*h })
		}, []mat.Tensor{x}},
		"LayerNorm":             {func() mat.Tensor { return LayerNorm(x, nil, gamma, beta, 1e-5) }, []mat.Tensor{x, gamma, beta}},
		"LayerNorm of a sum":    {func() mat.Tensor { return LayerNorm(x, residual, gamma, beta, 1e-5) }, []mat.Tensor{x, residual, gamma, beta}},
		"NormalizeRows":         {func() mat.Tensor { return NormalizeRows(x) }, []mat.Tensor{x}},
		"FirstRows":             {func() mat.Tensor { return FirstRows(x, offsets) }, []mat.Tensor{x}},
		"MeanRows":              {func() mat.Tensor { return MeanRows(x, offsets) }, []mat.Tensor{x}},
		"Attention":             {func() mat.Tensor { return Attention(qkv, 2, offsets, nil) }, []mat.Tensor{qkv}},
		"Attention with a bias": {func() mat.Tensor { return Attention(qkv, 2, offsets, &RelativeBias{Weight: bias, Bucket: bucket}) }, []mat.Tensor{qkv, bias}},
	} {
		t.Run(name, func(t *testing.T) {
			// The loss is a weighted sum of all outputs.
			weight := func(i int) float64 { return math.Cos(float64(3*i + 1)) }
			loss := func() (sum float64) {
				for i, v := range data(op.run()) {
					sum += weight(i) * float64(v)
				}
				return sum
			}
			y := op.run()
			gradient := make([]float32, len(data(y)))
			for i := range gradient {
				gradient[i] = float32(weight(i))
			}
			rows, cols := rowsCols(y)
			y.AccGrad(newNode(gradient, rows, cols))
			if err := ag.Backward(y); err != nil {
				t.Fatal(err)
			}
			for k, operand := range op.operands {
				p := operand.(*nn.Param)
				got, values := data(p.Grad()), data(p)
				for i := range values {
					const h = 1e-2
					was := values[i]
					values[i] = was + h
					above := loss()
					values[i] = was - h
					below := loss()
					values[i] = was
					if want := (above - below) / (2 * h); math.Abs(float64(got[i])-want) > 2e-3*(1+math.Abs(want)) {
						t.Fatalf("operand %d, element %d: gradient %g, by differences %g", k, i, got[i], want)
					}
				}
				p.ZeroGrad()
			}
		})
	}
}

func ExampleMeanRows() {
	x := newNode([]float32{1, 2, 3, 4, 10, 20}, 3, 2)
	fmt.Println(data(MeanRows(x, []int{0, 2, 3})))
	// Output: [2 3 10 20]
}
