package bert

import (
	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// packedEncoder holds the encoder's parameters as the kernels read them.
type packedEncoder struct {
	config                   *Config
	tokens, positions, types table     // [vocab | positions | types, embedding]
	norm                     *norm     // [embedding]
	project                  *linear   // [hidden, embedding], or nil
	relativeBias             []float32 // [buckets, heads], or nil
	layers                   []packedLayer
}

type packedLayer struct {
	qkv           *linear // [3·hidden, hidden]; in the last layer instead:
	query         *linear // [hidden, hidden]
	keyValue      *linear // [2·hidden, hidden]
	output        *linear // [hidden, hidden]
	attentionNorm *norm   // [hidden]
	up            *linear // [intermediate, hidden], with activation
	down          *linear // [hidden, intermediate]
	outputNorm    *norm   // [hidden]
}

// pack packs a layer of the tree. In the last one queries are a product of
// their own, so that they can be had for the first tokens alone.
func (l *Layer) pack(c *Config, last bool, buf []float32, precision Precision) packedLayer {
	a, f, h := l.Attention, l.FeedForward, c.HiddenSize
	stack := func(parts ...*Linear) *linear {
		w, bias := buf[:0], make([]float32, 0, len(parts)*h)
		for _, p := range parts {
			w = append(w, values(p.Weight)...)
			bias = append(bias, values(p.Bias)...)
		}
		return packLinear(w, bias, len(parts)*h, h, precision)
	}
	p := packedLayer{
		output:        a.Output.pack(precision),
		attentionNorm: a.Norm.pack(),
		up:            f.Up.pack(precision).activated(c.HiddenAct),
		down:          f.Down.pack(precision),
		outputNorm:    f.Norm.pack(),
	}
	if last {
		p.query = a.Query.pack(precision)
		p.keyValue = stack(a.Key, a.Value)
	} else {
		p.qkv = stack(a.Query, a.Key, a.Value)
	}
	return p
}

// loadPacked reads the encoder from a checkpoint straight into packed form, one
// layer at a time. Errors are left in the loader.
func (l *treeLoader) loadPacked(precision Precision) *packedEncoder {
	c, n := l.config, &l.arch.names
	e := &packedEncoder{config: c}
	e.tokens = l.loadTable(n.tokens, c.VocabSize, c.EmbeddingSize, precision)
	e.positions = l.loadTable(n.positions, c.MaxPositionEmbeddings, c.EmbeddingSize, precision)
	if c.TypeVocabSize > 0 {
		// Its few rows are part of every token: quantising them saves nothing
		// and costs more than all of the token table (bge-small-zh: mean cosine
		// 0.9946 instead of 0.9983).
		e.types = l.loadTable(n.tokenTypes, c.TypeVocabSize, c.EmbeddingSize, Float32)
	}
	if ln := l.layerNorm(n.embeddingsNorm, c.EmbeddingSize); l.err == nil {
		e.norm = ln.pack()
	}
	if c.EmbeddingSize != c.HiddenSize {
		if p := l.linear(n.project, c.HiddenSize, c.EmbeddingSize); l.err == nil {
			e.project = p.pack(precision)
		}
	}
	if b := l.loadRelativeBias(); b != nil {
		e.relativeBias = append([]float32(nil), values(b)...)
	}
	// The first layer proves that the checkpoint has what the configuration
	// says, before memory is taken for it.
	var buf []float32 // [3·hidden, hidden]
	for i := 0; i < c.NumHiddenLayers && l.err == nil; i++ {
		l.scratch = l.scratch[:0]
		layer := l.loadLayer(i)
		if l.err != nil {
			break
		}
		if buf == nil {
			buf = make([]float32, 0, 3*c.HiddenSize*c.HiddenSize)
			l.scratch = make([]float32, 0, 4*c.HiddenSize*(c.HiddenSize+4)+2*(c.HiddenSize+2)*(c.IntermediateSize+2))
		}
		e.layers = append(e.layers, layer.pack(c, i == c.NumHiddenLayers-1, buf, precision))
	}
	l.scratch = nil
	return e
}

// packTree packs a tree that lives in memory.
func packTree(t *Encoder, precision Precision) *packedEncoder {
	c := t.config
	asTable := func(p *nn.Param, precision Precision) table {
		if p == nil {
			return table{}
		}
		out := table{rows: p.Shape()[0], cols: p.Shape()[1]}
		if precision == Int8 {
			out.quantised = kernel.QuantizeTable(values(p), out.rows, out.cols, out.cols)
		} else {
			out.view = append([]float32(nil), values(p)...)
		}
		return out
	}
	e := &packedEncoder{
		config:    c,
		tokens:    asTable(t.Embeddings.Tokens, precision),
		positions: asTable(t.Embeddings.Positions, precision),
		types:     asTable(t.Embeddings.TokenTypes, Float32),
		norm:      t.Embeddings.Norm.pack(),
	}
	if t.Embeddings.Project != nil {
		e.project = t.Embeddings.Project.pack(precision)
	}
	if t.RelativeBias != nil {
		e.relativeBias = append([]float32(nil), values(t.RelativeBias)...)
	}
	buf := make([]float32, 0, 3*c.HiddenSize*c.HiddenSize)
	for i, l := range t.Layers {
		e.layers = append(e.layers, l.pack(c, i == len(t.Layers)-1, buf, precision))
	}
	return e
}

// bytes returns the memory that the packed parameters take of their own.
func (e *packedEncoder) bytes() int {
	n := e.tokens.bytes() + e.positions.bytes() + e.types.bytes()
	for i := range e.layers {
		l := &e.layers[i]
		for _, p := range []*linear{l.qkv, l.query, l.keyValue, l.output, l.up, l.down} {
			if p != nil {
				n += p.bytes()
			}
		}
	}
	return n
}
