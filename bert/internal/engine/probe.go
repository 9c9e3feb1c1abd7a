package engine

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// sampledOutputs is the number of outputs of a product by which it is judged.
const sampledOutputs = 16

// sample is a part of the weights of an int8 layer as they were in float32.
type sample struct {
	outputs []int     // ascending
	weights []float32 // [outputs, in]
}

// newSample returns rows of w that lie evenly over its outputs, so that the
// layers stacked in one all have some.
func newSample(w *LinearWeights) *sample {
	n := min(sampledOutputs, w.Out)
	s := &sample{outputs: make([]int, n), weights: make([]float32, 0, n*w.In)}
	for i := range s.outputs {
		j := i * w.Out / n
		s.outputs[i] = j
		s.weights = append(s.weights, w.Weight[j*w.In:(j+1)*w.In]...)
	}
	return s
}

// probe looks at the inputs of linear layers while an encoder runs.
type probe interface {
	// take is called with the input [rows, in] of a product and returns what is
	// multiplied instead.
	take(s *Scratch, l *Linear, x kernel.Matrix) kernel.Matrix
}

// errorProbe measures the errors of int8 products.
type errorProbe struct {
	errors  map[*Linear]float64 // the greatest of each
	product []float32           // [rows, out]
	exact   []float32           // [rows]
}

func (p *errorProbe) take(s *Scratch, l *Linear, x kernel.Matrix) kernel.Matrix {
	if l.sample == nil {
		return x
	}
	p.product = Grow(p.product, x.Rows*l.Out)
	y := kernel.RowMajor(p.product, x.Rows, l.Out)
	l.weights.Multiply(y, x, nil, kernel.Epilogue{}, &s.kernel)
	p.exact = Grow(p.exact, x.Rows)
	sum := 0.0
	for i, j := range l.sample.outputs {
		w := l.sample.weights[i*l.In : (i+1)*l.In]
		for r := range p.exact {
			p.exact[r] = kernel.Dot(w, x.Row(r))
		}
		sum += spoiled(p.exact, y, j)
	}
	p.errors[l] = max(p.errors[l], math.Sqrt(sum/float64(len(l.sample.outputs))))
	return x
}

// spoiled returns the variance of the error of output j of y over that of the
// exact values [rows], at most 1. What is the same for all tokens says nothing
// of them, and large outputs nothing of small ones: a constant feature a
// thousand times the others would otherwise hide that they are lost.
func spoiled(exact []float32, y kernel.Matrix, j int) float64 {
	var values, errors moments
	for r, v := range exact {
		values.add(float64(v))
		errors.add(float64(y.Row(r)[j]) - float64(v))
	}
	switch v, e := values.variance(), errors.variance(); {
	case e == 0:
		return 0
	case e < v:
		return e / v
	}
	return 1 // or NaN
}

// moments are the sums that a variance takes.
type moments struct{ n, sum, squares float64 }

func (m *moments) add(v float64) { m.n, m.sum, m.squares = m.n+1, m.sum+v, m.squares+v*v }

// variance returns the variance times the number of values.
func (m *moments) variance() float64 { return max(0, m.squares-m.sum*m.sum/m.n) }

// noiseProbe adds to the inputs of int8 products as much noise as their
// quantization does, so that it rounds them independently once more.
type noiseProbe struct {
	noise []float32 // of a power of two numbers between -1/2 and 1/2
	at    int
	input []float32 // [rows, in]
}

func newNoiseProbe() *noiseProbe {
	r := rand.New(rand.NewPCG(1, 1))
	p := &noiseProbe{noise: make([]float32, 1<<12)}
	for i := range p.noise {
		p.noise[i] = r.Float32() - 0.5
	}
	return p
}

func (p *noiseProbe) take(_ *Scratch, l *Linear, x kernel.Matrix) kernel.Matrix {
	if l.sample == nil {
		return x
	}
	p.input = Grow(p.input, x.Rows*x.Cols)
	noisy := kernel.RowMajor(p.input, x.Rows, x.Cols)
	for i := range x.Rows {
		p.add(noisy.Row(i), x.Row(i))
	}
	return noisy
}

// add writes x with noise to dst, which may be x.
func (p *noiseProbe) add(dst, x []float32) {
	step := (max(0, slices.Max(x)) - min(0, slices.Min(x))) / 255 // as kernel.QuantizeRows
	for j, v := range x {
		dst[j] = v + step*p.noise[(p.at+j)&(len(p.noise)-1)]
	}
	p.at += len(x) + 1 // so that rows of a power of two features do not get the same
}
