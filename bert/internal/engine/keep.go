package engine

import (
	"context"
	"fmt"
	"math"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// This file keeps parts of an int8 encoder in float32 where activations have
// outliers. A row of activations has one scale, so that a feature a hundred
// times the others leaves them few steps or none (Dettmers et al. 2022,
// arXiv:2208.07339). How much that matters depends on what follows: it is
// measured by what becomes of texts' vectors.

// Source gives an encoder's parameters once more, with tables in float32.
type Source struct {
	Inputs func() (*InputWeights, error)
	// Layer returns the parameters of layer i, which are valid until the next
	// call.
	Layer func(i int) (*LayerWeights, error)
}

// The cosines of texts' vectors, on average and the least.
const (
	// Between two runs in int8, one with noise: what suffices for an encoder to
	// be int8 throughout. The noise is about as far from the run without as that
	// is from float32. all-MiniLM-L6-v2 has 0.9968 and 0.9960,
	// bge-small-zh-v1.5 0.9942 and 0.9897.
	steadyMean, steadyCosine = 0.99, 0.97
	// To float32: what is aimed for otherwise.
	leastMean, leastCosine = 0.995, 0.97
)

// keptErrors are the errors from which products are kept in float32: all those
// of the first kind, and if that is not enough, of the next.
var keptErrors = []float64{0.25, 0.06, 0.02, 0}

// KeepFloat32 judges an int8 encoder on some texts, and keeps in float32 what it
// has to for texts' vectors to stay near those in float32. That is nothing if
// noise as large as the error of quantization hardly moves the vectors of a few
// texts. Otherwise the encoder is compared with the one in float32 on those of
// more, as long as they are not near: with the products that have large errors in
// float32, then with the tables of tokens and positions too, then with more
// products, and at last with all. It returns the names of what it kept, in order.
// It has to be called before the encoder is used.
func (e *Encoder) KeepFloat32(few *Sequences, more func() *Sequences, src Source) (kept []string, err error) {
	products := e.products()
	defer func() {
		for _, p := range products {
			p.linear.sample = nil
		}
	}()
	if e.spec.Layers == 0 || e.steady(few) {
		return nil, nil
	}
	s := more()
	want, err := e.exactMeans(s, src)
	if err != nil {
		return nil, err
	}
	k := keeper{e: e, src: src, all: products, errors: e.productErrors(s), done: map[*Linear]bool{}}
	for step := 0; step <= len(keptErrors); step++ {
		// What is kept has to make the rest steady: the texts may not have shown all.
		if near(e.means(s, nil, nil), want, leastMean, leastCosine) && (step == 0 || e.steady(few)) {
			break
		}
		switch step {
		case 0:
			err = k.products(keptErrors[0])
		case 1:
			err = k.tables()
		default:
			err = k.products(keptErrors[step-1])
		}
		if err != nil {
			return nil, err
		}
	}
	return k.names(), nil
}

// steady reports whether noise as large as the errors of quantization moves
// texts' vectors little.
func (e *Encoder) steady(s *Sequences) bool {
	p := newNoiseProbe()
	noisy := e.means(s, p, func(layer int, x []float32) {
		if layer > 0 {
			return
		}
		for ; len(x) > 0; x = x[e.spec.Hidden:] { // for the tables
			p.add(x[:e.spec.Hidden], x[:e.spec.Hidden])
		}
	})
	return near(noisy, e.means(s, nil, nil), steadyMean, steadyCosine)
}

// product is a linear layer of an encoder. Layers may share it: it has the name
// of the first.
type product struct {
	name   string
	layer  int // -1: of the inputs
	at     int // among the layer's
	linear *Linear
}

// products lists the encoder's int8 layers.
func (e *Encoder) products() []product {
	var all []product
	seen := map[*Linear]bool{}
	add := func(name string, layer, at int, l *Linear) {
		if l != nil && l.sample != nil && !seen[l] {
			seen[l] = true
			all = append(all, product{name, layer, at, l})
		}
	}
	add("embeddings.project", -1, 0, e.project)
	for i := range e.spec.Layers {
		for k, l := range e.linears(i) {
			add(fmt.Sprintf("layers.%d.%s", i, l.name), i, k, l.linear)
		}
	}
	return all
}

// namedLinear is a linear layer, or nil, and its name within its layer.
type namedLinear struct {
	name   string
	linear *Linear
}

// linears lists the linear layers of layer i, in the same order for every
// precision.
func (e *Encoder) linears(i int) []namedLinear {
	if e.blocks != nil {
		return e.blocks[i].named()
	}
	l := &e.layers[i]
	return []namedLinear{
		{"query-key-value", l.qkv}, {"query", l.query}, {"key-value", l.keyValue},
		{"output", l.output}, {"up", l.up}, {"down", l.down},
	}
}

// keeper replaces parts of an encoder by float32.
type keeper struct {
	e      *Encoder
	src    Source
	all    []product
	errors map[*Linear]float64
	done   map[*Linear]bool
	table  bool
}

// names lists what was replaced.
func (k *keeper) names() (kept []string) {
	for _, p := range k.all {
		if k.done[p.linear] {
			kept = append(kept, p.name)
		}
	}
	if k.table {
		kept = append(kept, "embeddings")
	}
	return kept
}

// products replaces those whose error is at least from.
func (k *keeper) products(from float64) error {
	exact, of := (*Encoder)(nil), -2 // the layer whose parameters exact has
	for _, p := range k.all {
		if k.errors[p.linear] < from || k.done[p.linear] {
			continue
		}
		if p.layer != of {
			b := k.e.floatBuilder()
			exact, of = b.encoder, p.layer
			if of < 0 {
				w, err := k.src.Inputs()
				if err != nil {
					return err
				}
				b.Inputs(w)
			} else {
				w, err := k.src.Layer(of)
				if err != nil {
					return err
				}
				b.Layer(of, w, nil)
			}
		}
		if of < 0 {
			*p.linear = *exact.project
		} else {
			*p.linear = *exact.linears(of)[p.at].linear
		}
		k.done[p.linear] = true
	}
	return nil
}

// tables replaces the tables of tokens and positions.
func (k *keeper) tables() error {
	w, err := k.src.Inputs()
	if err != nil {
		return err
	}
	k.e.tokens, k.e.positions, k.table = w.Tokens, w.Positions, true
	return nil
}

// floatBuilder returns a builder for the same encoder in float32.
func (e *Encoder) floatBuilder() *Builder {
	b := NewBuilder(e.spec, Float32)
	b.strassen, b.encoder.paired = 0, false
	return b
}

// productErrors runs the encoder on some texts and returns the error of each
// int8 product.
func (e *Encoder) productErrors(s *Sequences) map[*Linear]float64 {
	p := &errorProbe{errors: map[*Linear]float64{}}
	e.means(s, p, nil)
	return p.errors
}

// exactMeans returns the means of texts' tokens by the encoder in float32. Of
// its layers no more than three are in memory at a time.
func (e *Encoder) exactMeans(s *Sequences, src Source) (means [][]float64, err error) {
	b := e.floatBuilder()
	load := func(i int) {
		var w *LayerWeights
		if w, err = src.Layer(i); err == nil {
			b.Layer(i, w, nil)
		}
	}
	w, err := src.Inputs()
	if err != nil {
		return nil, err
	}
	b.Inputs(w)
	if load(0); err != nil {
		return nil, err
	}
	exact := b.Encoder()
	exact.keepsInputs = e.keepsInputs
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	means = exact.meansUntil(ctx, s, nil, func(layer int, _ []float32) {
		if layer+1 < e.spec.Layers {
			if load(layer + 1); err != nil {
				cancel()
			}
		}
		if layer > 0 {
			exact.drop(layer - 1)
		}
	})
	return means, err
}

// drop frees the parameters of a layer.
func (e *Encoder) drop(i int) {
	if e.blocks != nil {
		e.blocks[i] = blockLayer{}
	} else {
		e.layers[i] = packedLayer{}
	}
}

// means returns the mean of the last hidden states of each text's tokens.
func (e *Encoder) means(s *Sequences, p probe, visit func(layer int, hidden []float32)) [][]float64 {
	return e.meansUntil(context.Background(), s, p, visit)
}

// meansUntil is means, which returns nil if the context ends.
func (e *Encoder) meansUntil(ctx context.Context, s *Sequences, p probe, visit func(layer int, hidden []float32)) [][]float64 {
	a := new(Arena)
	a.alone[0] = a
	a.Scratch.probe = p
	a.batch.Reset()
	for i := range s.Texts() {
		a.batch.Add(&e.spec, s, i)
	}
	hidden, err := e.forward(ctx, a.alone[:], &a.batch, false, visit)
	if err != nil {
		return nil
	}
	width, means := e.spec.Width(), make([][]float64, s.Texts())
	for t := range means {
		means[t] = make([]float64, width)
		from, to := a.batch.Span(t)
		for i := from; i < to; i++ {
			for j, v := range hidden[i*width : (i+1)*width] {
				means[t][j] += float64(v)
			}
		}
	}
	return means
}

// near reports whether the cosines of vectors to those that are wanted suffice,
// on average and each.
func near(got, want [][]float64, mean, each float64) bool {
	sum := 0.0
	for i, g := range got {
		w := want[i]
		gg, ww := kernel.DotF64(g, g), kernel.DotF64(w, w)
		if gg == 0 && ww == 0 { // a text without tokens
			sum++
			continue
		}
		c := kernel.DotF64(g, w) / math.Sqrt(gg*ww)
		if !(c >= each) {
			return false
		}
		sum += c
	}
	return sum >= mean*float64(len(got))
}
