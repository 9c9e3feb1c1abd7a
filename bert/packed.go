package bert

import (
	"context"

	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// packedEncoder holds the encoder's parameters as the kernels read them.
type packedEncoder struct {
	config                   *Config
	tokens, positions, types table     // [vocab | positions | types, embedding]
	norm                     *norm     // [embedding]
	project                  *linear   // [hidden, embedding], or nil
	relativeBias             []float32 // [buckets, heads], or nil
	layers                   []packedLayer
	inputs                   *inputProjection // for the first layer's qkv, or nil
	paired                   bool             // some products take pairs of rows
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

// pack packs layer i of the tree, of which the first fast ones have Strassen's
// products. In the last one queries are a product of their own, so that they can
// be had for the first tokens alone. The first layer's rarely run where there is
// an inputProjection, which wants the bits of a row to depend on that row alone.
// buf [3·hidden, hidden] is working memory.
func (l *Layer) pack(c *Config, i, fast int, precision Precision, buf []float32) packedLayer {
	a, f, h := l.Attention, l.FeedForward, c.HiddenSize
	how := precision.layerPacking(i, fast)
	qkvHow := how
	if i == 0 && c.projectsInputs(precision) {
		qkvHow = packFloat32
	}
	mem := kernel.NewMemory(c.layerBytes(how) - how.bytes(3*h, h) + qkvHow.bytes(3*h, h))
	stack := func(how packing, parts ...*Linear) *linear {
		w, bias := buf[:0], make([]float32, 0, len(parts)*h)
		for _, p := range parts {
			w = append(w, values(p.Weight)...)
			bias = append(bias, values(p.Bias)...)
		}
		return packLinear(mem, w, bias, len(parts)*h, h, how)
	}
	p := packedLayer{
		attentionNorm: a.Norm.pack(),
		outputNorm:    f.Norm.pack(),
	}
	if i == c.NumHiddenLayers-1 {
		p.query = a.Query.pack(mem, how)
		p.keyValue = stack(how, a.Key, a.Value)
	} else {
		p.qkv = stack(qkvHow, a.Query, a.Key, a.Value)
	}
	p.output = a.Output.pack(mem, how)
	p.up = f.Up.pack(mem, how).activated(c.HiddenAct)
	if how == packInt8 && p.up.act == kernel.GELU {
		p.up.act = kernel.GELUCoarse // its results are quantised next
	}
	p.down = f.Down.pack(mem, how)
	return p
}

// layerBytes returns the memory of the packed matrices of one layer.
func (c *Config) layerBytes(how packing) int {
	h, wide, total := c.HiddenSize, c.IntermediateSize, 0
	for _, shape := range [][2]int{{h, h}, {2 * h, h}, {h, h}, {wide, h}, {h, wide}} {
		total += how.bytes(shape[0], shape[1])
	}
	return total
}

// fastLayers returns how many of the layers, from the first on, have their
// products by Strassen's algorithm: as many as leave the memory within 1.3
// times the float32 weights and 16 MB, where it pays at all.
func (c *Config) fastLayers(precision Precision) int {
	plain := c.layerBytes(packFloat32)
	more := c.layerBytes(packStrassen) - plain
	if precision == Int8 || more <= 0 || !kernel.StrassenPays() {
		return 0
	}
	tables := 4 * c.EmbeddingSize * (c.VocabSize + c.MaxPositionEmbeddings + c.TypeVocabSize)
	weights := tables + c.NumHiddenLayers*plain
	return min(c.NumHiddenLayers, (weights*3/10+16<<20)/more)
}

// layerPacking returns how layer i of the encoder is packed, fast being the number
// that fastLayers returned.
func (p Precision) layerPacking(i, fast int) packing {
	if i < fast {
		return packStrassen
	}
	return p.packing()
}

// loadPacked reads the encoder from a checkpoint straight into packed form,
// the token table and the layers on so many threads. Errors are left in the
// loader.
func (l *treeLoader) loadPacked(precision Precision, threads int) *packedEncoder {
	c := l.config
	e := &packedEncoder{config: c}
	l.loadInputs(e, precision)
	// The first layer proves that the checkpoint has what the configuration
	// says, before memory is taken for it.
	var first *Layer
	if l.err == nil && c.NumHiddenLayers > 0 {
		first = l.loadLayer(0)
	}
	if l.err != nil {
		return e
	}
	jobs := c.NumHiddenLayers + 1
	threads = min(threads, jobs)
	fast := c.fastLayers(precision)
	e.paired = fast > 0
	buf := make([][]float32, threads)     // [3·hidden, hidden] each
	scratch := make([][]float32, threads) // a layer each, where it has to be converted
	forks := make([]*treeLoader, jobs)
	e.layers = make([]packedLayer, c.NumHiddenLayers)
	_ = parallel.Do(context.Background(), threads, jobs, func(worker, i int) {
		f := l.fork()
		forks[i] = f
		if i == 0 {
			e.tokens = f.loadTable(l.arch.names.tokens, c.VocabSize, c.EmbeddingSize, precision)
			return
		}
		if buf[worker] == nil {
			buf[worker] = make([]float32, 0, 3*c.HiddenSize*c.HiddenSize)
			if l.converted {
				scratch[worker] = make([]float32, 0, 4*c.HiddenSize*(c.HiddenSize+4)+2*(c.HiddenSize+2)*(c.IntermediateSize+2))
			}
		}
		layer := first
		if i > 1 {
			f.scratch = scratch[worker]
			layer = f.loadLayer(i - 1)
		}
		if f.err == nil {
			e.layers[i-1] = layer.pack(c, i-1, fast, precision, buf[worker])
		}
		f.release()
	})
	for _, f := range forks {
		l.join(f.weights)
	}
	l.release()
	if l.err == nil {
		e.setInputs(precision)
	}
	return e
}

// fork returns a loader for another goroutine.
func (l *treeLoader) fork() *treeLoader {
	return &treeLoader{weights: l.weights.fork(), arch: l.arch, config: l.config, names: make(map[*nn.Param]string)}
}

// loadInputs loads all that comes before the layers but the token table, whose
// shape it checks.
func (l *treeLoader) loadInputs(e *packedEncoder, precision Precision) {
	c, n := l.config, &l.arch.names
	l.lookup([]int{c.VocabSize, c.EmbeddingSize}, l.name(n.tokens+".weight"))
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
			e.project = p.pack(nil, precision.packing())
		}
	}
	if b := l.loadRelativeBias(); b != nil {
		e.relativeBias = append([]float32(nil), values(b)...)
	}
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
		e.project = t.Embeddings.Project.pack(nil, precision.packing())
	}
	if t.RelativeBias != nil {
		e.relativeBias = append([]float32(nil), values(t.RelativeBias)...)
	}
	buf := make([]float32, 0, 3*c.HiddenSize*c.HiddenSize)
	fast := c.fastLayers(precision)
	e.paired = fast > 0
	for i, l := range t.Layers {
		e.layers = append(e.layers, l.pack(c, i, fast, precision, buf))
	}
	e.setInputs(precision)
	return e
}

// setInputs makes the inputProjection of the packed layers, where there is one.
func (e *packedEncoder) setInputs(precision Precision) {
	if e.config.projectsInputs(precision) {
		e.inputs = newInputProjection(e.config, e.layers[0].qkv, e.norm)
	}
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
