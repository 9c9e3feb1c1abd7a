package engine

import (
	"slices"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// LinearWeights are the parameters of y = x·Weightᵀ + Bias.
type LinearWeights struct {
	Weight []float32 // [Out, In]
	Bias   []float32 // [Out], or nil
	Out    int
	In     int
}

// NormWeights are the parameters of a LayerNorm.
type NormWeights struct {
	Gamma []float32 // [features]
	Beta  []float32 // [features], or nil: zero
	Eps   float64   // added to the variance
	// RMS keeps the mean and divides by the root of the mean square (Zhang and
	// Sennrich 2019, arXiv:1910.07467). It has no Beta.
	RMS bool
	// UnitOffset: Gamma is stored minus 1.
	UnitOffset bool
	// Affine only scales by Gamma and shifts by Beta (MobileBERT).
	Affine bool
}

// LayerWeights are the parameters of one encoder layer. BERT's layers have
// AttentionNorm and OutputNorm, and biases everywhere; a Block may have any of
// the norms.
type LayerWeights struct {
	InputNorm         *NormWeights  // [hidden] of the projections' input
	Query, Key, Value LinearWeights // [heads·dim, hidden] each
	QueryNorm         *NormWeights  // [dim] of each head, or [heads·dim] of all
	KeyNorm           *NormWeights  // [dim] of each head, or [heads·dim] of all
	Output            LinearWeights // [hidden, heads·dim]
	AttentionOutNorm  *NormWeights  // [hidden] of what is added to the residual stream
	AttentionNorm     *NormWeights  // [hidden] of the sum

	FeedForwardNorm    *NormWeights   // [hidden] of the input of Up and Gate
	Up                 LinearWeights  // [intermediate, hidden]
	Gate               *LinearWeights // [intermediate, hidden]; if not nil, it has the activation
	Down               LinearWeights  // [hidden, intermediate]
	FeedForwardOutNorm *NormWeights   // [hidden] of what is added to the residual stream
	OutputNorm         *NormWeights   // [hidden] of the sum

	// Narrow, if not nil, makes attention and feed-forward blocks work on fewer
	// features: their norms are then [inner], and Output is [inner, heads·dim].
	Narrow *NarrowWeights

	// PositionKey and PositionQuery, [positions, heads·dim] each, are the
	// projections of the relative positions that a Disentangled block compares
	// queries and keys with; nil: the block lacks that term.
	PositionKey, PositionQuery []float32

	// Convolution and PerLayer follow the feed-forward block, in this order; nil:
	// the layer lacks them. OutputScale multiplies the result; 0 means 1.
	Convolution *ConvolutionWeights
	PerLayer    *PerLayerWeights
	OutputScale float64
}

// NarrowWeights lead into and out of the smaller number of features that a
// layer works on (MobileBERT: Sun et al. 2020, arXiv:2004.02984).
type NarrowWeights struct {
	Enter     LinearWeights        // [inner, hidden]
	EnterNorm NormWeights          // [inner]
	More      []FeedForwardWeights // before the layer's own
	Leave     LinearWeights        // [hidden, inner]
	LeaveNorm NormWeights          // [hidden] of the sum with the layer's input
}

// FeedForwardWeights are the parameters of an additional feed-forward block.
type FeedForwardWeights struct {
	Up   LinearWeights // [intermediate, inner]
	Down LinearWeights // [inner, intermediate]
	Norm NormWeights   // [inner] of the sum
}

// InputWeights are the parameters of everything before the layers.
type InputWeights struct {
	Tokens    Table          // [vocab, embedding]
	Positions Table          // [positions, embedding]
	Types     Table          // [types, embedding], or the zero value
	Norm      *NormWeights   // [embedding], or nil for an encoder of Blocks
	Final     *NormWeights   // [hidden] of the last layer's output, for an encoder of Blocks, or nil
	Project   *LinearWeights // [hidden, embedding], or nil
	Output    *LinearWeights // [output, hidden] after Final, for an encoder of Blocks, or nil
	// Angles, [positions, dim], are the sines and cosines of rotary positions,
	// half a row each; nil: they are computed.
	Angles []float32
	// RelativeBias, [buckets, heads], is added to the attention scores of all
	// layers by the distance between key and query; nil: none.
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
	blocks                   []blockLayer     // used instead of layers if spec has Blocks
	final                    *Norm            // [hidden], or nil
	output                   *Linear          // [output, hidden], or nil
	keepsInputs              bool             // some layers use the inputs of the first
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

// Builder packs an encoder's parameters. Its arguments may be changed or
// unmapped afterwards, except float32 tables, which are used in place.
type Builder struct {
	encoder   *Encoder
	precision Precision
	strassen  int // layers that use Strassen's products
}

// NewBuilder returns a builder for an encoder with that description.
func NewBuilder(s Spec, precision Precision) *Builder {
	b := &Builder{encoder: &Encoder{spec: s}, precision: precision}
	if s.Blocks != nil {
		b.encoder.blocks = make([]blockLayer, s.Layers)
		b.encoder.spec.Blocks = ownBlocks(s.Blocks)
		return b
	}
	b.encoder.layers = make([]packedLayer, s.Layers)
	b.strassen = s.strassenLayers(precision)
	b.encoder.paired = b.strassen > 0
	return b
}

// Inputs sets the parameters of everything before the layers.
func (b *Builder) Inputs(w *InputWeights) {
	e := b.encoder
	e.tokens, e.positions, e.types = w.Tokens, w.Positions, w.Types
	if w.Norm != nil {
		e.norm = NewNorm(*w.Norm)
	}
	if w.Final != nil {
		e.final = NewNorm(*w.Final)
	}
	if w.Project != nil {
		e.project = w.Project.pack(nil, b.precision.format())
	}
	if w.Output != nil {
		e.output = w.Output.pack(nil, kernel.FormatFloat32)
	}
	e.relativeBias = append([]float32(nil), w.RelativeBias...)
	for i := range e.spec.Blocks {
		if r := e.spec.Blocks[i].Rotary; r != nil && w.Angles != nil {
			r.set(w.Angles)
		}
	}
}

// ownBlocks returns a copy of the blocks, including their rotary angles.
func ownBlocks(blocks []Block) []Block {
	out := slices.Clone(blocks)
	own := map[*Rotary]*Rotary{}
	for i := range out {
		r := out[i].Rotary
		if r == nil {
			continue
		}
		if own[r] == nil {
			own[r] = r.own()
		}
		out[i].Rotary = own[r]
	}
	return out
}

// Layer packs layer i. Several goroutines may pack different layers at once;
// buf is working memory, which Layer returns, grown to [3·hidden, hidden].
//
// In the last layer queries are a separate product, so that they can be
// computed for the first tokens only. If there is an inputProjection, the first
// layer's product rarely runs, and the bits of a row must depend on that row
// alone, so it is packed as plain float32.
func (b *Builder) Layer(i int, w *LayerWeights, buf []float32) []float32 {
	s, h := &b.encoder.spec, b.encoder.spec.Hidden
	if s.Blocks != nil {
		b.encoder.blocks[i] = newBlockLayer(&s.Blocks[i], w, b.precision)
		return buf
	}
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
		attentionNorm: NewNorm(*w.AttentionNorm),
		outputNorm:    NewNorm(*w.OutputNorm),
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

// Share gives layer i the parameters of a layer that has been packed; their
// blocks must be equal.
func (b *Builder) Share(i, from int) { b.encoder.blocks[i] = b.encoder.blocks[from] }

// Encoder returns the encoder after its inputs and all layers have been set.
func (b *Builder) Encoder() *Encoder {
	e := b.encoder
	for i := range e.blocks {
		e.keepsInputs = e.keepsInputs || e.blocks[i].convolution != nil || e.blocks[i].perLayer != nil
	}
	if e.spec.projectsInputs(b.precision) {
		e.inputs = newInputProjection(&e.spec, e.layers[0].qkv, e.norm)
	}
	return e
}

// LayerWeights returns the number of weights of the layers' products, at least 1.
// Layers that share them count each.
func (e *Encoder) LayerWeights() int {
	n := 1
	for i := range e.spec.Layers {
		for _, p := range e.linears(i) {
			if p.linear != nil {
				n += p.linear.Out * p.linear.In
			}
		}
	}
	return n
}

// Bytes returns the memory allocated for the packed parameters.
func (e *Encoder) Bytes() int {
	n := e.tokens.bytes() + e.positions.bytes() + e.types.bytes()
	for _, p := range []*Linear{e.project, e.output} {
		if p != nil {
			n += p.Bytes()
		}
	}
	seen := map[*Linear]bool{} // layers may share their parameters
	for i := range e.spec.Layers {
		for _, p := range e.linears(i) {
			if p.linear != nil && !seen[p.linear] {
				seen[p.linear] = true
				n += p.linear.Bytes()
			}
		}
	}
	return n
}
