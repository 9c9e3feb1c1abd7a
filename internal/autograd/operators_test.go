package autograd

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/internal/kernel"
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

// Every operator's gradient against central differences, for each of its
// operands, at every level of the kernels.
func TestGradients(t *testing.T) {
	for _, level := range kernel.Supported() {
		t.Run(level.String(), func(t *testing.T) {
			defer kernel.Force(level)()
			testGradients(t)
		})
	}
}

func testGradients(t *testing.T) {
	offsets := []int{0, 3, 3, 4, 8} // a text without tokens among them
	x, residual, gamma, beta := param(1, 8, 6), param(2, 8, 6), param(3, 6), param(4, 6)
	w0, b0, w1 := param(5, 4, 6), param(6, 4), param(7, 2, 6)
	qkv, bias, keys := param(8, 8, 12), param(9, 5, 2), param(14, 8, 1)
	tables := []mat.Tensor{param(10, 7, 6), param(11, 4, 6)}
	bucket := func(distance int) int { return min(max(distance+2, 0), 4) }
	down, up := param(12, 3, 6), param(13, 4, 3)
	p := func() *Pass { return &Pass{Threads: 2, Seed: 7} } // the same dropout every time
	for name, op := range map[string]struct {
		run      func() mat.Tensor
		operands []mat.Tensor
	}{
		"LookupSum": {func() mat.Tensor {
			return p().LookupSum(Table{tables[0], []int32{1, 6, 1, 0}, -1}, Table{tables[1], []int32{3, 3, 0, 2}, 1})
		}, tables},
		"Linear": {func() mat.Tensor { return p().Linear(x, Affine{Weight: w0, Bias: b0}, Affine{Weight: w1}) }, []mat.Tensor{x, w0, b0, w1}},
		"Activate": {func() mat.Tensor {
			return p().Activate(x, Function{Value: math.Tanh, Derivative: func(v float64) float64 { h := math.Tanh(v); return 1 - h*h }})
		}, []mat.Tensor{x}},
		"LayerNorm":          {func() mat.Tensor { return p().LayerNorm(x, nil, gamma, beta, 1e-5) }, []mat.Tensor{x, gamma, beta}},
		"LayerNorm of a sum": {func() mat.Tensor { return p().LayerNorm(x, residual, gamma, beta, 1e-5) }, []mat.Tensor{x, residual, gamma, beta}},
		"NormalizeRows":      {func() mat.Tensor { return p().NormalizeRows(x) }, []mat.Tensor{x}},
		"FirstRows":          {func() mat.Tensor { return p().FirstRows(x, offsets) }, []mat.Tensor{x}},
		"MeanRows":           {func() mat.Tensor { return p().MeanRows(x, offsets) }, []mat.Tensor{x}},
		"Attention":          {func() mat.Tensor { return p().Attention(qkv, AttentionOptions{Heads: 2, Offsets: offsets}) }, []mat.Tensor{qkv}},
		"Attention with keys": {func() mat.Tensor {
			return p().Attention(qkv, AttentionOptions{Heads: 2, Offsets: offsets, Keys: keys})
		}, []mat.Tensor{qkv, keys}},
		"Attention with keys, a bias and dropout": {func() mat.Tensor {
			return p().Attention(qkv, AttentionOptions{Heads: 2, Offsets: offsets, Bias: &RelativeBias{Weight: bias, Bucket: bucket}, Keys: keys, Dropout: 0.3})
		}, []mat.Tensor{qkv, bias, keys}},
		"Causal attention": {func() mat.Tensor {
			return p().Attention(qkv, AttentionOptions{Heads: 2, Offsets: offsets, Causal: true})
		}, []mat.Tensor{qkv}},
		"Causal attention with a bias": {func() mat.Tensor {
			return p().Attention(qkv, AttentionOptions{Heads: 2, Offsets: offsets, Bias: &RelativeBias{Weight: bias, Bucket: bucket}, Dropout: 0.3, Causal: true})
		}, []mat.Tensor{qkv, bias}},
		"Attention with a bias": {func() mat.Tensor {
			return p().Attention(qkv, AttentionOptions{Heads: 2, Offsets: offsets, Bias: &RelativeBias{Weight: bias, Bucket: bucket}})
		}, []mat.Tensor{qkv, bias}},
		"Attention with dropout": {func() mat.Tensor {
			return p().Attention(qkv, AttentionOptions{Heads: 2, Offsets: offsets, Bias: &RelativeBias{Weight: bias, Bucket: bucket}, Dropout: 0.3})
		}, []mat.Tensor{qkv, bias}},
		"Dropout": {func() mat.Tensor { return p().Dropout(x, 0.4) }, []mat.Tensor{x}},
		"GELU":    {func() mat.Tensor { return p().Activate(x, Function{Kernel: kernel.GELU}) }, []mat.Tensor{x}},
		"Linear with adapters": {func() mat.Tensor {
			return p().Linear(x, Affine{Weight: w0, Bias: b0, Adapter: &LowRank{Down: down, Up: up, Scale: 1.5}}, Affine{Weight: w1})
		}, []mat.Tensor{x, w0, b0, w1, down, up}},
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

func ExamplePass_MeanRows() {
	x := newNode([]float32{1, 2, 3, 4, 10, 20}, 3, 2)
	fmt.Println(data(new(Pass).MeanRows(x, []int{0, 2, 3})))
	// Output: [2 3 10 20]
}

// A padding row is looked up, but gets no gradient.
func TestPaddingRow(t *testing.T) {
	table := param(1, 3, 2)
	y := new(Pass).LookupSum(Table{table, []int32{0, 2, 2}, 2})
	y.AccGrad(newNode([]float32{1, 2, 3, 4, 5, 6}, 3, 2))
	if err := ag.Backward(y); err != nil {
		t.Fatal(err)
	}
	if got := data(table.Grad()); !slices.Equal(got, []float32{1, 2, 0, 0, 0, 0}) {
		t.Errorf("gradient %v", got)
	}
	if got := data(y); !slices.Equal(got[2:4], data(table)[4:6]) {
		t.Errorf("the padding row is %v, want %v", got[2:4], data(table)[4:6])
	}
}

// Dropout keeps the given share of the elements, and with them the sum; one pass
// drops different elements each time, another pass of the same seed the same.
func TestDropout(t *testing.T) {
	ones := make([]float32, 200*500)
	for i := range ones {
		ones[i] = 1
	}
	x := newNode(ones, 200, 500)
	p, q := &Pass{Seed: 3, Threads: 1}, &Pass{Seed: 3, Threads: 4}
	first, second := data(p.Dropout(x, 0.25)), data(p.Dropout(x, 0.25))
	var kept, both, sum float64
	for i, v := range first {
		sum += float64(v)
		if v != 0 {
			kept++
			if second[i] != 0 {
				both++
			}
		}
	}
	n := float64(len(ones))
	if math.Abs(kept/n-0.75) > 0.005 || math.Abs(sum/n-1) > 0.007 || math.Abs(both/n-0.75*0.75) > 0.006 {
		t.Errorf("%g kept, their mean %g, %g kept twice", kept/n, sum/n, both/n)
	}
	if !slices.Equal(data(q.Dropout(x, 0.25)), first) {
		t.Error("the same seed drops others")
	}
	if (&Pass{}).Dropout(x, 0) != mat.Tensor(x) {
		t.Error("rate 0 makes a node")
	}
}

// The bits of products do not depend on the number of threads.
func TestThreads(t *testing.T) {
	x, w, b := param(1, 150, 70), param(2, 300, 70), param(3, 300)
	run := func(threads int) []float32 {
		p := &Pass{Threads: threads}
		y := p.Linear(x, Affine{Weight: w, Bias: b})
		y.AccGrad(newNode(slices.Clone(data(y)), 150, 300))
		if err := ag.Backward(y); err != nil {
			t.Fatal(err)
		}
		out := slices.Concat(data(y), data(x.Grad()), data(w.Grad()), data(b.Grad()))
		for _, p := range []*nn.Param{x, w, b} {
			p.ZeroGrad()
		}
		return out
	}
	if !slices.Equal(run(1), run(3)) {
		t.Error("three threads give other bits than one")
	}
}
