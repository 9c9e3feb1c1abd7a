package engine

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/bert/internal/activation"
)

// blockSpec is an encoder of blocks of every kind.
func blockSpec(layers ...Block) Spec {
	s := Spec{Vocab: 200, Hidden: 24, Embedding: 24, Layers: len(layers), PadRow: -1, RelativeBuckets: 8, RelativeMax: 20}
	for _, b := range layers {
		b.Intermediate = 40
		if b.Activation == "" {
			b.Activation = "silu"
		}
		s.Blocks = append(s.Blocks, b)
	}
	return s
}

// someRotary has the usual frequencies.
func someRotary(theta float64, dim int) *Rotary {
	r := &Rotary{Frequencies: make([]float64, dim/2), Positions: 90} // some texts are longer
	for i := range r.Frequencies {
		r.Frequencies[i] = 1 / math.Pow(theta, float64(2*i)/float64(dim))
	}
	return r
}

// blockKinds are layers that differ in what queries see and how they compare.
func blockKinds() map[string]Block {
	rotary, interleaved, beyond := someRotary(100, 8), someRotary(50, 4), someRotary(100, 8)
	interleaved.Interleaved, interleaved.Scale = true, 1.2
	beyond.Trained, beyond.Beyond = 47, func(tokens int) []float64 { return someRotary(100+float64(tokens), 8).Frequencies }
	return map[string]Block{
		"plain":       {Heads: 3, KeyValueHeads: 3, HeadDim: 8},
		"rotary":      {Heads: 3, KeyValueHeads: 3, HeadDim: 8, Rotary: rotary},
		"partial":     {Heads: 3, KeyValueHeads: 3, HeadDim: 8, Rotary: interleaved},
		"window":      {Heads: 3, KeyValueHeads: 3, HeadDim: 8, Window: 5, Rotary: rotary},
		"causal":      {Heads: 4, KeyValueHeads: 2, HeadDim: 8, Causal: true, Rotary: rotary},
		"both":        {Heads: 4, KeyValueHeads: 1, HeadDim: 8, Causal: true, Window: 3, Scale: 0.2},
		"relative":    {Heads: 3, KeyValueHeads: 3, HeadDim: 8, Relative: true, Scale: 1, Activation: "mish"},
		"beyond":      {Heads: 4, KeyValueHeads: 2, HeadDim: 8, Rotary: beyond, ValueNorm: 1e-4},
		"slopes":      {Heads: 3, KeyValueHeads: 3, HeadDim: 8, Slopes: []float64{0.5, 0.125, 0}},
		"wide window": {Heads: 3, KeyValueHeads: 3, HeadDim: 8, Window: 150},
	}
}

// randomWeights returns parameters of a layer with every norm there is, or none
// but those of before or after.
func randomWeights(r *rand.Rand, s *Spec, b *Block, norms string, gated bool) *LayerWeights {
	normal := func(n int, mean, scale float64) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(mean + scale*r.NormFloat64())
		}
		return x
	}
	linear := func(out, in int, biased bool) LinearWeights {
		w := LinearWeights{Weight: normal(out*in, 0, 0.2), Out: out, In: in}
		if biased {
			w.Bias = normal(out, 0, 0.1)
		}
		return w
	}
	norm := func(kind string, n int) *NormWeights {
		switch norms {
		case "more":
			return nil
		case "rms":
			return &NormWeights{Gamma: normal(n, 0, 0.1), Eps: 1e-6, RMS: true, UnitOffset: true}
		case kind:
			return &NormWeights{Gamma: normal(n, 1, 0.1), Beta: normal(n, 0, 0.1), Eps: 1e-6}
		}
		return nil
	}
	h := s.Hidden
	w := &LayerWeights{
		InputNorm: norm("before", h), Query: linear(b.queries(), h, true), Key: linear(b.keyValues(), h, false), Value: linear(b.keyValues(), h, true),
		QueryNorm: norm("heads", b.HeadDim), KeyNorm: norm("heads", b.HeadDim), Output: linear(h, b.queries(), true),
		AttentionOutNorm: norm("out", h), AttentionNorm: norm("after", h),
		FeedForwardNorm: norm("before", h), Up: linear(b.Intermediate, h, !gated), Down: linear(h, b.Intermediate, true),
		FeedForwardOutNorm: norm("out", h), OutputNorm: norm("after", h),
	}
	if gated {
		gate := linear(b.Intermediate, h, false)
		w.Gate = &gate
	}
	if norms == "more" { // the parts that few layers have
		after := func(n int) NormWeights {
			return NormWeights{Gamma: normal(n, 1, 0.1), Beta: normal(n, 0, 0.1), Eps: 1e-5}
		}
		q, k := after(b.queries()), after(b.keyValues())
		w.QueryNorm, w.KeyNorm = &q, &k // of all heads together
		w.Convolution = &ConvolutionWeights{Kernel: linear(h, 3*h, true), Activation: "tanh", Norm: after(h)}
		w.PerLayer = &PerLayerWeights{Inputs: linear(12, h, false), InputsNorm: after(12), Gate: linear(12, h, false), Project: linear(h, 12, false), Norm: after(h)}
		w.OutputScale = 0.7
	}
	return w
}

// slowLayer is a layer in float64, one step at a time, for x [tokens][hidden] of
// one text and inputs like it to the first layer.
func slowLayer(s *Spec, b *Block, w *LayerWeights, relative []float32, inputs, x [][]float64) [][]float64 {
	linear := func(w *LinearWeights, x []float64) []float64 {
		y := make([]float64, w.Out)
		for o := range y {
			for i, v := range x {
				y[o] += float64(w.Weight[o*w.In+i]) * v
			}
			if w.Bias != nil {
				y[o] += float64(w.Bias[o])
			}
		}
		return y
	}
	norm := func(w *NormWeights, x []float64) []float64 {
		if w == nil {
			return x
		}
		mean, square := 0.0, 0.0
		if !w.RMS {
			for _, v := range x {
				mean += v / float64(len(x))
			}
		}
		for _, v := range x {
			square += (v - mean) * (v - mean) / float64(len(x))
		}
		y := make([]float64, len(x))
		for i, v := range x {
			gamma := float64(w.Gamma[i])
			if w.UnitOffset {
				gamma++
			}
			y[i] = (v - mean) / math.Sqrt(square+w.Eps) * gamma
			if w.Beta != nil {
				y[i] += float64(w.Beta[i])
			}
		}
		return y
	}
	turn := func(x []float64, position int) {
		r := b.Rotary
		if r == nil {
			return
		}
		frequencies, scale := r.Frequencies, cmp.Or(r.Scale, 1)
		if r.Beyond != nil && len(inputs) > r.Trained {
			frequencies = r.Beyond(len(inputs))
		}
		for i, f := range frequencies {
			angle := float64(position) * f
			p, q := i, i+len(frequencies)
			if r.Interleaved {
				p, q = 2*i, 2*i+1
			}
			sin, cos := scale*math.Sin(angle), scale*math.Cos(angle)
			x[p], x[q] = x[p]*cos-x[q]*sin, x[q]*cos+x[p]*sin
		}
	}
	n, dim := len(x), b.HeadDim
	q, k, v := make([][]float64, n), make([][]float64, n), make([][]float64, n)
	for t := range x {
		in := norm(w.InputNorm, x[t])
		q[t], k[t], v[t] = linear(&w.Query, in), linear(&w.Key, in), linear(&w.Value, in)
		if w.Convolution != nil {
			q[t], k[t] = norm(w.QueryNorm, q[t]), norm(w.KeyNorm, k[t])
		}
		for h := range b.Heads {
			if w.Convolution == nil {
				copy(q[t][h*dim:], norm(w.QueryNorm, q[t][h*dim:(h+1)*dim]))
			}
			turn(q[t][h*dim:(h+1)*dim], t)
		}
		for h := range b.KeyValueHeads {
			if w.Convolution == nil {
				copy(k[t][h*dim:], norm(w.KeyNorm, k[t][h*dim:(h+1)*dim]))
			}
			turn(k[t][h*dim:(h+1)*dim], t)
			if b.ValueNorm != 0 {
				head, square := v[t][h*dim:(h+1)*dim], b.ValueNorm
				for _, e := range head {
					square += e * e / float64(dim)
				}
				for i := range head {
					head[i] /= math.Sqrt(square)
				}
			}
		}
	}
	out := make([][]float64, n)
	for t := range x {
		context := make([]float64, b.queries())
		for h := range b.Heads {
			shared := h / (b.Heads / b.KeyValueHeads)
			weights, sum := make([]float64, n), 0.0
			for j := range n {
				distance := j - t
				if b.Causal && distance > 0 || b.Window > 0 && max(distance, -distance) > b.Window {
					continue
				}
				score := 0.0
				for i := range dim {
					score += q[t][h*dim+i] * k[j][shared*dim+i]
				}
				score *= b.scale()
				if b.Relative {
					score += float64(relative[RelativeBucket(distance, s.RelativeBuckets, s.relativeMax())*b.Heads+h])
				}
				if b.Slopes != nil {
					score -= b.Slopes[h] * math.Abs(float64(distance))
				}
				weights[j] = math.Exp(score)
				sum += weights[j]
			}
			for j, weight := range weights {
				for i := range dim {
					context[h*dim+i] += weight / sum * v[j][shared*dim+i]
				}
			}
		}
		add := func(x, y []float64, after *NormWeights) []float64 {
			z := make([]float64, len(x))
			for i := range z {
				z[i] = x[i] + y[i]
			}
			return norm(after, z)
		}
		y := add(x[t], norm(w.AttentionOutNorm, linear(&w.Output, context)), w.AttentionNorm)
		in := norm(w.FeedForwardNorm, y)
		act, _ := activation.ByName(b.Activation)
		up := linear(&w.Up, in)
		if w.Gate != nil {
			for i, g := range linear(w.Gate, in) {
				up[i] *= act.Value(g)
			}
		} else {
			for i := range up {
				up[i] = act.Value(up[i])
			}
		}
		out[t] = add(y, norm(w.FeedForwardOutNorm, linear(&w.Down, up)), w.OutputNorm)
		if c := w.Convolution; c != nil {
			var window []float64
			for at := t - 1; at <= t+1; at++ {
				if at < 0 || at >= n {
					window = append(window, make([]float64, s.Hidden)...)
				} else {
					window = append(window, inputs[at]...)
				}
			}
			sum := linear(&c.Kernel, window)
			for i := range sum {
				sum[i] = math.Tanh(sum[i])
			}
			out[t] = add(out[t], sum, &c.Norm)
		}
		if p := w.PerLayer; p != nil {
			selected := norm(&p.InputsNorm, linear(&p.Inputs, inputs[t]))
			for i, g := range linear(&p.Gate, out[t]) {
				selected[i] *= act.Value(g)
			}
			out[t] = add(out[t], norm(&p.Norm, linear(&p.Project, selected)), nil)
			for i := range out[t] {
				out[t][i] *= w.OutputScale
			}
		}
	}
	return out
}

// Every kind of layer against the slow one, for texts below, at and above the
// sizes at which it is cut, and as many goroutines as there may be.
func TestBlocks(t *testing.T) {
	t.Parallel()
	for name, kind := range blockKinds() {
		for _, norms := range []string{"none", "before", "after", "heads", "out", "rms", "more"} {
			for _, gated := range []bool{false, true} {
				s := blockSpec(kind, kind)
				r := rand.New(rand.NewPCG(7, 9))
				layers := []*LayerWeights{randomWeights(r, &s, &s.Blocks[0], norms, gated), randomWeights(r, &s, &s.Blocks[1], norms, gated)}
				tokens := make([]float32, s.Vocab*s.Hidden)
				for i := range tokens {
					tokens[i] = float32(r.NormFloat64())
				}
				relative := make([]float32, s.RelativeBuckets*kind.Heads)
				for i := range relative {
					relative[i] = float32(r.NormFloat64())
				}
				b := NewBuilder(s, Float32)
				b.Inputs(&InputWeights{Tokens: FloatTable(tokens, s.Vocab, s.Hidden), RelativeBias: relative})
				for i, w := range layers {
					b.Layer(i, w, nil)
				}
				e := b.Encoder()
				texts := someSequences(s, 1, 0, 2, 47, 48, 49, 101)
				got := hiddenStates(t, NewRunner(1, 0), e, texts)
				if threads := hiddenStates(t, NewRunner(3, 60), e, texts); !slices.Equal(got, threads) {
					t.Errorf("%s, norms %s, gated %v: three goroutines give other bytes than one", name, norms, gated)
				}
				for k := range texts.Texts() {
					from, to := texts.Span(k)
					x := make([][]float64, to-from)
					for i, id := range texts.IDs[from:to] {
						for _, v := range tokens[int(id)*s.Hidden : int(id+1)*s.Hidden] {
							x[i] = append(x[i], float64(v))
						}
					}
					inputs := x
					for i, w := range layers {
						x = slowLayer(&s, &s.Blocks[i], w, relative, inputs, x)
					}
					worst, peak := 0.0, 0.0
					for i, row := range x {
						for j, want := range row {
							worst, peak = max(worst, math.Abs(float64(got[(from+i)*s.Hidden+j])-want)), max(peak, math.Abs(want))
						}
					}
					if !(worst <= 1e-5*max(peak, 1)) {
						t.Errorf("%s, norms %s, gated %v: text of %d tokens is off by %g of %g", name, norms, gated, to-from, worst, peak)
					}
				}
			}
		}
	}
}

// Int8 stays near float32.
func TestBlocksInt8(t *testing.T) {
	t.Parallel()
	for name, kind := range blockKinds() {
		s := blockSpec(kind)
		texts := someSequences(s, 40, 7)
		var results [][]float32
		for _, precision := range []Precision{Float32, Int8} {
			r := rand.New(rand.NewPCG(3, 4))
			tokens := make([]float32, s.Vocab*s.Hidden)
			for i := range tokens {
				tokens[i] = float32(r.NormFloat64())
			}
			b := NewBuilder(s, precision)
			b.Inputs(&InputWeights{Tokens: FloatTable(tokens, s.Vocab, s.Hidden), RelativeBias: make([]float32, s.RelativeBuckets*kind.Heads)})
			b.Layer(0, randomWeights(r, &s, &s.Blocks[0], "rms", true), nil)
			results = append(results, hiddenStates(t, NewRunner(1, 0), b.Encoder(), texts))
		}
		var dot, a, b float64
		for i, v := range results[0] {
			dot, a, b = dot+float64(v)*float64(results[1][i]), a+float64(v)*float64(v), b+float64(results[1][i])*float64(results[1][i])
		}
		if cosine := dot / math.Sqrt(a*b); cosine < 0.999 {
			t.Errorf("%s: cosine %g", name, cosine)
		}
	}
}

// BenchmarkLongText takes a text through a layer that sees a window, and one that
// sees all: the first is linear in its length.
func BenchmarkLongText(b *testing.B) {
	for _, window := range []int{64, 0} {
		for _, tokens := range []int{512, 2048, 8192} {
			b.Run(fmt.Sprintf("window=%d/tokens=%d", window, tokens), func(b *testing.B) {
				rotary := someRotary(10000, 64)
				rotary.Positions = 8192
				s := blockSpec(Block{Heads: 12, KeyValueHeads: 12, HeadDim: 64, Window: window, Rotary: rotary})
				s.Hidden, s.Embedding = 768, 768
				s.Blocks[0].Intermediate = 1152
				r := rand.New(rand.NewPCG(1, 1))
				build := NewBuilder(s, Float32)
				build.Inputs(&InputWeights{Tokens: FloatTable(make([]float32, s.Vocab*s.Hidden), s.Vocab, s.Hidden)})
				build.Layer(0, randomWeights(r, &s, &s.Blocks[0], "before", true), nil)
				e, texts, run := build.Encoder(), someSequences(s, tokens), NewRunner(1, 0)
				for b.Loop() {
					_ = run.Run(context.Background(), e, &Job{Sequences: texts}, false, func(*Arena, *Batch, []float32) error { return nil })
				}
				b.ReportMetric(float64(tokens)*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
			})
		}
	}
}
