package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// LinearWeights are the parameters of y = x·Weightᵀ + Bias.
type LinearWeights struct {
	Weight []float32 // [Out, In]
	Bias   []float32 // [Out], or nil
	Out    int
	In     int
}

// NormWeights are the parameters of a LayerNorm.
type NormWeights struct {
	Gamma, Beta []float32 // [features]
	Eps         float64   // added to the variance
}

// LayerWeights are the parameters of one encoder layer.
type LayerWeights struct {
	Query, Key, Value LinearWeights // [hidden, hidden] each
	Output            LinearWeights // [hidden, hidden]
	AttentionNorm     NormWeights   // [hidden]
	Up                LinearWeights // [intermediate, hidden]
	Down              LinearWeights // [hidden, intermediate]
	OutputNorm        NormWeights   // [hidden]
}

// InputWeights are the parameters of all that comes before the layers.
type InputWeights struct {
	Tokens    Table          // [vocab, embedding]
	Positions Table          // [positions, embedding]
	Types     Table          // [types, embedding], or the zero value
	Norm      NormWeights    // [embedding]
	Project   *LinearWeights // [hidden, embedding], or nil
	// RelativeBias, [buckets, heads], is added to the attention scores of all
	// layers by the distance of key and query; nil: none.
	RelativeBias []float32
}

// Encoder holds the encoder's parameters as the kernels read them. It is
// immutable and may be used by any number of goroutines.
type Encoder struct {
	spec                     Spec
	tokens, positions, types Table     // [vocab | positions | types, embedding]
	norm                     *Norm     // [embedding]
	project                  *Linear   // [hidden, embedding], or nil
	relativeBias             []float32 // [buckets, heads], or nil
	layers                   []packedLayer
	inputs                   *inputProjection // for the first layer's qkv, or nil
	paired                   bool             // some products take pairs of rows
}

type packedLayer struct {
	qkv           *Linear // [3·hidden, hidden]; in the last layer instead:
	query         *Linear // [hidden, hidden]
	keyValue      *Linear // [2·hidden, hidden]
	output        *Linear // [hidden, hidden]
	attentionNorm *Norm   // [hidden]
	up            *Linear // [intermediate, hidden], with activation
	down          *Linear // [hidden, intermediate]
	outputNorm    *Norm   // [hidden]
}

// Spec returns the description that the encoder was built from.
func (e *Encoder) Spec() *Spec { return &e.spec }

// Builder packs an encoder's parameters. What it is handed may be changed or
// unmapped afterwards, float32 tables excepted, which are used in place.
type Builder struct {
	encoder   *Encoder
	precision Precision
	strassen  int // layers that have Strassen's products
}

// NewBuilder returns a builder for an encoder of that description.
func NewBuilder(s Spec, precision Precision) *Builder {
	b := &Builder{encoder: &Encoder{spec: s, layers: make([]packedLayer, s.Layers)}, precision: precision}
	b.strassen = s.strassenLayers(precision)
	b.encoder.paired = b.strassen > 0
	return b
}

// Inputs sets the parameters of all that comes before the layers.
func (b *Builder) Inputs(w *InputWeights) {
	e := b.encoder
	e.tokens, e.positions, e.types = w.Tokens, w.Positions, w.Types
	e.norm = NewNorm(w.Norm)
	if w.Project != nil {
		e.project = w.Project.pack(nil, b.precision.format())
	}
	e.relativeBias = append([]float32(nil), w.RelativeBias...)
}

// Layer packs layer i. Several goroutines may pack different layers at once;
// buf is working memory, which Layer returns, grown to [3·hidden, hidden].
//
// In the last layer queries are a product of their own, so that they can be had
// for the first tokens alone. The first layer's product rarely runs where there
// is an inputProjection, which wants the bits of a row to depend on that row
// alone: it is packed as plain float32 there.
func (b *Builder) Layer(i int, w *LayerWeights, buf []float32) []float32 {
	s, h := &b.encoder.spec, b.encoder.spec.Hidden
	how := b.precision.layerFormat(i, b.strassen)
	qkvHow := how
	if i == 0 && s.projectsInputs(b.precision) {
		qkvHow = kernel.FormatFloat32
	}
	mem := kernel.NewMemory(s.layerBytes(how) - how.Bytes(3*h, h) + qkvHow.Bytes(3*h, h))
	stack := func(how kernel.Format, parts ...*LinearWeights) *Linear {
		buf = buf[:0]
		bias := make([]float32, 0, len(parts)*h)
		for _, p := range parts {
			buf = append(buf, p.Weight...)
			bias = append(bias, p.Bias...)
		}
		all := LinearWeights{Weight: buf, Bias: bias, Out: len(parts) * h, In: h}
		return all.pack(mem, how)
	}
	if cap(buf) < 3*h*h {
		buf = make([]float32, 0, 3*h*h)
	}
	p := packedLayer{
		attentionNorm: NewNorm(w.AttentionNorm),
		outputNorm:    NewNorm(w.OutputNorm),
	}
	if i == s.Layers-1 {
		p.query = w.Query.pack(mem, how)
		p.keyValue = stack(how, &w.Key, &w.Value)
	} else {
		p.qkv = stack(qkvHow, &w.Query, &w.Key, &w.Value)
	}
	p.output = w.Output.pack(mem, how)
	p.up = w.Up.pack(mem, how).activated(s.Activation)
	if how == kernel.FormatInt8 && p.up.act == kernel.GELU {
		p.up.act = kernel.GELUCoarse // its results are quantised next
	}
	p.down = w.Down.pack(mem, how)
	b.encoder.layers[i] = p
	return buf
}

// Encoder returns the encoder, whose inputs and layers have all been set.
func (b *Builder) Encoder() *Encoder {
	e := b.encoder
	if e.spec.projectsInputs(b.precision) {
		e.inputs = newInputProjection(&e.spec, e.layers[0].qkv, e.norm)
	}
	return e
}

// Bytes returns the memory that the packed parameters take of their own.
func (e *Encoder) Bytes() int {
	n := e.tokens.bytes() + e.positions.bytes() + e.types.bytes()
	for i := range e.layers {
		l := &e.layers[i]
		for _, p := range []*Linear{l.qkv, l.query, l.keyValue, l.output, l.up, l.down} {
			if p != nil {
				n += p.Bytes()
			}
		}
	}
	return n
}
