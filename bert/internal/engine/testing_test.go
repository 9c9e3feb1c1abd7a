package engine

import (
	"context"
	"math/rand/v2"
	"testing"
)

// specs are small encoders of every kind.
var specs = map[string]Spec{
	"bert":      {Vocab: 600, Positions: 140, Types: 2, Hidden: 48, Embedding: 48, Intermediate: 96, Layers: 3, Heads: 4, PadRow: -1, Activation: "gelu", NormEps: 1e-12},
	"roberta":   {Vocab: 600, Positions: 140, Types: 1, Hidden: 48, Embedding: 48, Intermediate: 80, Layers: 2, Heads: 3, PadRow: 1, Activation: "relu", NormEps: 1e-5},
	"mpnet":     {Vocab: 600, Positions: 140, Hidden: 48, Embedding: 48, Intermediate: 96, Layers: 2, Heads: 4, PadRow: 1, RelativeBuckets: 32, Activation: "gelu", NormEps: 1e-12},
	"electra":   {Vocab: 600, Positions: 140, Types: 2, Hidden: 48, Embedding: 32, Intermediate: 96, Layers: 2, Heads: 4, PadRow: -1, Activation: "mish", NormEps: 1e-12},
	"one layer": {Vocab: 600, Positions: 140, Types: 2, Hidden: 48, Embedding: 48, Intermediate: 96, Layers: 1, Heads: 4, PadRow: -1, Activation: "gelu", NormEps: 1e-12},
}

// minilm has the sizes of all-MiniLM-L6-v2.
var minilm = Spec{Vocab: 30522, Positions: 512, Types: 2, Hidden: 384, Embedding: 384, Intermediate: 1536, Layers: 6, Heads: 12, PadRow: -1, Activation: "gelu", NormEps: 1e-12}

// randomEncoder returns an encoder of random parameters.
func randomEncoder(tb testing.TB, s Spec, precision Precision) *Encoder {
	tb.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	normal := func(n int, mean, scale float64) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(mean + scale*r.NormFloat64())
		}
		return x
	}
	table := func(rows, cols int) Table {
		data := normal(rows*cols, 0, 0.5)
		if precision == Int8 {
			return QuantizedTable(rows, cols, func(put func(int, []float32, int) bool) { put(0, data, rows) })
		}
		return FloatTable(data, rows, cols)
	}
	linear := func(out, in int) LinearWeights {
		return LinearWeights{Weight: normal(out*in, 0, 0.08), Bias: normal(out, 0, 0.1), Out: out, In: in}
	}
	norm := func(n int) *NormWeights {
		return &NormWeights{Gamma: normal(n, 1, 0.1), Beta: normal(n, 0, 0.1), Eps: s.NormEps}
	}
	b := NewBuilder(s, precision)
	in := &InputWeights{Tokens: table(s.Vocab, s.Embedding), Positions: table(s.Positions, s.Embedding), Norm: norm(s.Embedding)}
	if s.Types > 0 {
		in.Types = FloatTable(normal(s.Types*s.Embedding, 0, 0.5), s.Types, s.Embedding)
	}
	if s.Embedding != s.Hidden {
		p := linear(s.Hidden, s.Embedding)
		in.Project = &p
	}
	if s.RelativeBuckets > 0 {
		in.RelativeBias = normal(s.RelativeBuckets*s.Heads, 0, 1)
	}
	b.Inputs(in)
	var buf []float32
	for i := range s.Layers {
		buf = b.Layer(i, &LayerWeights{
			Query: linear(s.Hidden, s.Hidden), Key: linear(s.Hidden, s.Hidden), Value: linear(s.Hidden, s.Hidden),
			Output: linear(s.Hidden, s.Hidden), AttentionNorm: norm(s.Hidden),
			Up: linear(s.Intermediate, s.Hidden), Down: linear(s.Hidden, s.Intermediate), OutputNorm: norm(s.Hidden),
		}, buf)
	}
	return b.Encoder()
}

// someSequences returns texts of those lengths.
func someSequences(s Spec, lengths ...int) Sequences {
	var out Sequences
	out.Reset()
	for t, n := range lengths {
		for i := range n {
			out.IDs = append(out.IDs, int32((t*97+i*i*31+i*7+5)%s.Vocab))
			if s.Types > 1 {
				out.Types = append(out.Types, int32(i/3%s.Types))
			}
		}
		out.End()
	}
	return out
}

// hiddenStates returns the last hidden states [tokens, hidden] of sequences, in
// their order.
func hiddenStates(tb testing.TB, r *Runner, e *Encoder, s Sequences) []float32 {
	tb.Helper()
	size := e.spec.Hidden
	out := make([]float32, len(s.IDs)*size)
	err := r.Run(context.Background(), e, &Job{Sequences: s}, false, func(_ *Arena, b *Batch, hidden []float32) error {
		for t, i := range b.Index {
			from, to := b.Span(t)
			copy(out[s.Offsets[i]*size:], hidden[from*size:to*size])
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}
