package train

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/autograd"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// decoder is a Transformer decoder that writes a text from its vector alone: each
// layer is causal self-attention over the tokens so far, attention over the vector,
// and feed-forward, each with a residual sum and LayerNorm. Since there is but one
// vector, the attention over it has weight 1, and is a linear map of the vector. The
// table of the tokens serves for reading and, transposed, for writing.
type decoder struct {
	heads, dim int // of attention; of vectors
	tokens     parameter
	positions  parameter // [most tokens, hidden]
	norm       normParameters
	layers     []decoderLayer
	bias       parameter // [tokens] of the output
}

// decoderLayer holds the parameters of a layer.
type decoderLayer struct {
	query, key, value, output linearParameters // [hidden, hidden]
	vector                    linearParameters // [hidden, dim]
	up, down                  linearParameters // [inner, hidden], [hidden, inner]
	norms                     [3]normParameters
}

type linearParameters struct{ weight, bias parameter }

func (l linearParameters) affine() autograd.Affine {
	return autograd.Affine{Weight: l.weight.Param, Bias: l.bias.Param}
}

type normParameters struct{ weight, bias parameter }

const decoderEps = 1e-12 // of LayerNorm, as BERT's

// initial makes parameters: copies of those of an encoder, or random ones.
type initial struct {
	random *rand.Rand
	all    []parameter
}

// of returns a parameter named loss.name with a copy of from's elements, or values
// of make if from is nil or of another size.
func (n *initial) of(name string, from *nn.Param, decays bool, fill func() float32, shape ...int) parameter {
	size := 1
	for _, d := range shape {
		size *= d
	}
	x := make([]float32, size)
	if from != nil && from.Size() == size {
		copy(x, mat.Data[float32](from.Matrix))
	} else {
		for i := range x {
			x[i] = fill()
		}
	}
	p := newParameter("loss."+name, x, decays, shape...)
	n.all = append(n.all, p)
	return p
}

func zero() float32 { return 0 }
func one() float32  { return 1 }

// normal draws from BERT's initial distribution.
func (n *initial) normal() float32 { return float32(0.02 * n.random.NormFloat64()) }

func (n *initial) linear(name string, from *bert.Linear, out, in int) linearParameters {
	var weight, bias *nn.Param
	if from != nil {
		weight, bias = from.Weight, from.Bias
	}
	within := math.Sqrt(6 / float64(in+out)) // Glorot and Bengio 2010
	uniform := func() float32 { return float32((2*n.random.Float64() - 1) * within) }
	return linearParameters{n.of(name+".weight", weight, true, uniform, out, in), n.of(name+".bias", bias, false, zero, out)}
}

func (n *initial) norm(name string, from *bert.LayerNorm, width int) normParameters {
	var weight, bias *nn.Param
	if from != nil {
		weight, bias = from.Weight, from.Bias
	}
	return normParameters{n.of(name+".weight", weight, false, one, width), n.of(name+".bias", bias, false, zero, width)}
}

// newDecoder returns a decoder of some layers for texts of most tokens, of ids
// that the table has in that order, and its parameters. It begins as the encoder's
// first layers.
func newDecoder(e *bert.Encoder, ids []int, layers, most, dim int, seed uint64) (*decoder, []parameter) {
	c := e.Config()
	n := &initial{random: rand.New(rand.NewPCG(seed, 0x6465636f646572))}
	hidden := c.HiddenSize
	d := &decoder{heads: c.NumAttentionHeads, dim: dim}
	d.tokens = n.of("tokens", nil, true, n.normal, len(ids), hidden)
	d.positions = n.of("positions", nil, true, n.normal, most, hidden)
	own := e.Embeddings.Project == nil && c.EmbeddingSize == hidden
	var norm *bert.LayerNorm
	if own {
		norm = e.Embeddings.Norm
		table := mat.Data[float32](e.Embeddings.Tokens.Matrix)
		for i, id := range ids {
			copy(d.tokens.values()[i*hidden:(i+1)*hidden], table[id*hidden:(id+1)*hidden])
		}
		if p := e.Embeddings.Positions; p != nil {
			copy(d.positions.values(), mat.Data[float32](p.Matrix))
		}
	}
	d.norm = n.norm("norm", norm, hidden)
	for i := range layers {
		var from bert.Layer
		if i < len(e.Layers) {
			from = bert.Layer{Attention: e.Layers[i].Attention, FeedForward: e.Layers[i].FeedForward}
		}
		d.layers = append(d.layers, n.layer(fmt.Sprintf("layer.%d.", i), from, hidden, cmp.Or(c.IntermediateSize, 4*hidden), dim))
	}
	d.bias = n.of("bias", nil, false, zero, len(ids))
	return d, n.all
}

func (n *initial) layer(name string, from bert.Layer, hidden, inner, dim int) decoderLayer {
	a, f := from.Attention, from.FeedForward
	if a == nil {
		a = &bert.SelfAttention{}
	}
	if f == nil {
		f = &bert.FeedForward{}
	}
	return decoderLayer{
		query: n.linear(name+"query", a.Query, hidden, hidden), key: n.linear(name+"key", a.Key, hidden, hidden),
		value: n.linear(name+"value", a.Value, hidden, hidden), output: n.linear(name+"output", a.Output, hidden, hidden),
		vector: n.linear(name+"vector", nil, hidden, dim),
		up:     n.linear(name+"up", f.Up, inner, hidden), down: n.linear(name+"down", f.Down, hidden, inner),
		norms: [3]normParameters{n.norm(name+"attention_norm", a.Norm, hidden), n.norm(name+"vector_norm", nil, hidden), n.norm(name+"norm", f.Norm, hidden)},
	}
}

// loss returns the sum over the tokens of texts, each but the first, of the
// cross-entropy of writing it after those before it, times weight, and adds the
// gradient to the parameters' and to that of vectors [texts, dim], which it returns.
// Texts are rows of the table.
func (d *decoder) loss(vectors []float32, texts [][]int32, weight float64, threads int) (sum float64, gradient []float32, err error) {
	p := &autograd.Pass{Threads: threads}
	x := mat.NewDense[float32](mat.WithShape(len(texts), d.dim), mat.WithBacking(vectors), mat.WithGrad(true))
	var rows, places, of, targets []int32
	offsets := []int{0}
	for i, t := range texts {
		for j := range len(t) - 1 {
			rows, places, of, targets = append(rows, t[j]), append(places, int32(j)), append(of, int32(i)), append(targets, t[j+1])
		}
		offsets = append(offsets, len(rows))
	}
	table := func(w mat.Tensor, rows []int32) autograd.Table {
		return autograd.Table{Weight: w, Rows: rows, Padding: -1}
	}
	norm := func(x, residual mat.Tensor, n normParameters) mat.Tensor {
		return p.LayerNorm(x, residual, n.weight.Param, n.bias.Param, decoderEps)
	}
	h := norm(p.LookupSum(table(d.tokens.Param, rows), table(d.positions.Param, places)), nil, d.norm)
	for _, l := range d.layers {
		qkv := p.Linear(h, l.query.affine(), l.key.affine(), l.value.affine())
		seen := p.Attention(qkv, autograd.AttentionOptions{Heads: d.heads, Offsets: offsets, Causal: true})
		h = norm(p.Linear(seen, l.output.affine()), h, l.norms[0])
		said := p.LookupSum(table(p.Linear(x, l.vector.affine()), of)) // each token has its text's
		h = norm(said, h, l.norms[1])
		inner := p.Activate(p.Linear(h, l.up.affine()), autograd.Function{Kernel: kernel.GELU})
		h = norm(p.Linear(inner, l.down.affine()), h, l.norms[2])
	}
	y := p.Linear(h, autograd.Affine{Weight: d.tokens.Param, Bias: d.bias.Param}) // [tokens, table]
	k := y.Shape()[1]
	values, slopes := mat.Data[float32](y.Value()), make([]float32, len(targets)*k)
	scores := make([]float64, k)
	for i, t := range targets {
		for j, v := range values[i*k : (i+1)*k] {
			scores[j] = float64(v)
		}
		sum += softmaxLoss(scores, int(t))
		for j, v := range scores {
			slopes[i*k+j] = float32(weight * v)
		}
	}
	y.AccGrad(mat.NewDense[float32](mat.WithShape(len(targets), k), mat.WithBacking(slopes)))
	if err := ag.Backward(y); err != nil {
		return 0, nil, err
	}
	return weight * sum, mat.Data[float32](x.Grad()), nil
}
