package bert

import (
	"strconv"

	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"
)

// Encoder is the Transformer encoder as a tree of spago models. Its parameters
// are those of the checkpoint; float32 ones alias the memory-mapped file and
// are read-only. They can be walked (nn.ForEachParam, nn.Apply), read
// (mat.Data[float32]) and, in a copy made by [Encoder.Trainable], trained
// through the differentiable [Encoder.Forward].
//
// Embedding does not use this tree but packed copies of the same parameters;
// [Model.WithEncoder] packs a trained tree again.
type Encoder struct {
	nn.Module
	unsavedState

	Embeddings *InputEmbeddings
	// RelativeBias, [buckets, heads], is added to the attention scores of all
	// layers by the distance between key and query. Only MPNet has it.
	RelativeBias *nn.Param
	Layers       []*Layer
	// RelativeEmbeddings, [positions, hidden], are vectors of relative positions,
	// which RelativeNorm normalises (DeBERTa); nil: none.
	RelativeEmbeddings *nn.Param
	RelativeNorm       *LayerNorm
	// Angles, [positions, dim], are the sines and cosines of rotary positions
	// if they come from the checkpoint (RoFormer); nil: they are computed.
	Angles *nn.Param
	// Final normalises the last layer's output [hidden]; nil if the layers
	// normalise their own.
	Final *LayerNorm
	// Output, [output, hidden], projects the result; nil: it does not.
	Output *Linear

	config *Config
	names  map[*nn.Param]string // as in the checkpoint, without prefix
}

// InputEmbeddings turn token ids into the first hidden states: the sum of three
// table rows, normalised, and projected to the hidden size if that differs.
// Fields that a model lacks are nil.
type InputEmbeddings struct {
	nn.Module
	unsavedState

	Tokens     *nn.Param  // [vocab, embedding]
	Positions  *nn.Param  // [positions, embedding]
	TokenTypes *nn.Param  // [types, embedding]
	TaskTypes  *nn.Param  // [tasks, embedding]; the first row is added (ERNIE)
	Norm       *LayerNorm // [embedding]
	Project    *Linear    // [hidden, embedding]
}

// Layer is one encoder layer: self-attention, then feed-forward.
type Layer struct {
	nn.Module
	unsavedState

	Attention   *SelfAttention
	FeedForward *FeedForward
	Narrow      *Narrow // in MobileBERT, or nil
	// Convolution over the embeddings follows the first layer in some models of
	// DeBERTa V2; nil: it does not.
	Convolution *Convolution
	PerLayer    *PerLayer // in EmbeddingGemma 2, or nil
	Scale       *nn.Param // [1] multiplies the layer's output, or nil
}

// Convolution is Norm(x + activation(Kernel * embeddings + Bias)), where x is
// the output of the layer before and * convolves over tokens.
type Convolution struct {
	nn.Module
	unsavedState

	Kernel *nn.Param // [hidden, hidden/groups·size], size tokens of which the middle one is the token itself
	Bias   *nn.Param // [hidden]
	Norm   *LayerNorm
}

// PerLayer adds Norm(Project(activation(Gate(x)) · InputsNorm(Inputs(e)))) to the
// output x of a layer, where e are the embeddings.
type PerLayer struct {
	nn.Module
	unsavedState

	Inputs     *Linear    // [width, hidden]
	InputsNorm *LayerNorm // [width], the same in all layers
	Gate       *Linear    // [width, hidden]
	Project    *Linear    // [hidden, width]
	Norm       *LayerNorm // [hidden]
}

// Narrow leads into and out of the smaller number of features that MobileBERT's
// layers work on.
type Narrow struct {
	nn.Module
	unsavedState

	Enter     *Linear    // [inner, hidden]
	EnterNorm *LayerNorm // [inner]
	// Shared, [inner, hidden], and its norm produce the input of queries and
	// keys.
	Shared     *Linear
	SharedNorm *LayerNorm
	More       []*FeedForward // before the layer's own
	Leave      *Linear        // [hidden, inner]
	LeaveNorm  *LayerNorm     // [hidden]
}

// SelfAttention is multi-head attention with its output projection, residual
// sum and LayerNorm. BERT normalises the sum, later architectures the input;
// norms that a model does not have are nil.
type SelfAttention struct {
	nn.Module
	unsavedState

	InputNorm         *LayerNorm // [hidden] of the projections' input
	Query, Key, Value *Linear    // [heads·dim, hidden] each
	QueryNorm         *LayerNorm // [dim] of each head, or [heads·dim] of all
	KeyNorm           *LayerNorm // [dim] of each head, or [heads·dim] of all
	Output            *Linear    // [hidden, heads·dim]
	OutputNorm        *LayerNorm // [hidden] of what is added to the residual stream
	Norm              *LayerNorm // [hidden] of the sum
	// PositionKey and PositionQuery project the relative positions that DeBERTa
	// compares queries and keys with.
	PositionKey, PositionQuery *Linear // [heads·dim, hidden] each, or nil
}

// FeedForward is Down(activation(Up(x))), or Down(Up(x)·activation(Gate(x))),
// with a residual sum and LayerNorm, as in SelfAttention.
type FeedForward struct {
	nn.Module
	unsavedState

	InputNorm  *LayerNorm // [hidden]
	Up         *Linear    // [intermediate, hidden]
	Gate       *Linear    // [intermediate, hidden], or nil
	Down       *Linear    // [hidden, intermediate]
	OutputNorm *LayerNorm // [hidden] of what is added to the residual stream
	Norm       *LayerNorm // [hidden] of the sum
}

// Linear is y = x·Weightᵀ + Bias.
type Linear struct {
	nn.Module
	unsavedState

	Weight  *nn.Param // [out, in]
	Bias    *nn.Param // [out], or nil
	Adapter *Adapter  // added to it, or nil; see [Encoder.AddAdapters]
}

// LayerNorm normalises each row to mean 0 and variance 1, then scales and
// shifts it (Ba, Kiros and Hinton 2016, arXiv:1607.06450). With RMS set it only
// scales: to a mean square of 1, then by Weight (Zhang and Sennrich 2019,
// arXiv:1910.07467).
type LayerNorm struct {
	nn.Module
	unsavedState

	Weight     *nn.Param // [features], the scale; "gamma" in old checkpoints
	Bias       *nn.Param // [features], the shift, or nil; "beta" in old checkpoints
	Eps        float64   // added to the variance
	RMS        bool
	UnitOffset bool // Weight is stored minus 1
	Affine     bool // it only scales and shifts
}

// Config returns the configuration that the encoder was built from. It must
// not be changed.
func (e *Encoder) Config() *Config { return e.config }

// Name returns the name of a parameter of this encoder in the checkpoint,
// without the prefix that models with a head put before it.
func (e *Encoder) Name(p *nn.Param) string { return e.names[p] }

// treeLoader builds the tree from a checkpoint and remembers names.
type treeLoader struct {
	*weights
	arch   *architecture
	config *Config
	names  map[*nn.Param]string
}

func newTreeLoader(w *weights, c *Config) *treeLoader {
	l := &treeLoader{weights: w, arch: architectures[c.ModelType], config: c, names: make(map[*nn.Param]string)}
	if o := l.arch.other; o != nil && l.has(l.name(o.names.layer+"0."+o.names.down+".weight")) {
		l.arch = o
	}
	return l
}

// loadEncoder builds the whole tree. Errors stay in the loader.
func (l *treeLoader) loadEncoder() *Encoder {
	e := &Encoder{config: l.config, names: l.names}
	e.Embeddings = l.loadEmbeddings()
	e.RelativeBias = l.loadRelativeBias()
	e.RelativeEmbeddings, e.RelativeNorm = l.loadRelativeEmbeddings()
	for i := 0; i < l.config.NumHiddenLayers && l.err == nil; i++ {
		if from := l.config.sharedLayer(i); from != i {
			e.Layers = append(e.Layers, e.Layers[from])
			continue
		}
		e.Layers = append(e.Layers, l.loadLayer(i))
	}
	e.Final = l.loadFinal()
	e.Output = l.loadOutput()
	e.Angles = l.loadAngles()
	return e
}

// loadRelativeEmbeddings loads the vectors of relative positions and their
// norm, if the model has them.
func (l *treeLoader) loadRelativeEmbeddings() (*nn.Param, *LayerNorm) {
	c, n := l.config, &l.arch.names
	if c.blocks == nil || c.blocks[0].Disentangled == nil || l.err != nil {
		return nil, nil
	}
	vectors := l.table(n.relativeEmbeddings, 2*c.blocks[0].Disentangled.Span, c.HiddenSize)
	if !c.relativeNorm {
		return vectors, nil
	}
	return vectors, l.layerNorm(n.relativeNorm, c.HiddenSize)
}

// loadAngles loads the table of rotary angles, if there is one.
func (l *treeLoader) loadAngles() *nn.Param {
	name := l.arch.names.angles
	if name == "" || l.err != nil || !l.has(l.name(name+".weight")) {
		return nil
	}
	return l.table(name, l.config.MaxPositionEmbeddings, l.config.blocks[0].Rotary.Dim())
}

func (l *treeLoader) loadEmbeddings() *InputEmbeddings {
	c, n := l.config, &l.arch.names
	e := &InputEmbeddings{Tokens: l.table(n.tokens, c.VocabSize, c.EmbeddingSize)}
	width := c.inputWidth()
	if n.positions != "" && !c.without.positions {
		e.Positions = l.table(n.positions, c.MaxPositionEmbeddings, width)
	}
	if n.embeddingsNorm != "" {
		e.Norm = l.layerNorm(n.embeddingsNorm, c.embeddingsNormWidth())
	}
	if c.TypeVocabSize > 0 {
		e.TokenTypes = l.table(n.tokenTypes, c.TypeVocabSize, width)
	}
	if c.taskTypes > 0 {
		e.TaskTypes = l.table(n.taskTypes, c.taskTypes, c.EmbeddingSize)
	}
	if in := c.projected(); in > 0 {
		e.Project = l.affine(n.project, c.HiddenSize, in, c.projectFirst)
	}
	return e
}

// inputWidth is the number of features of positions and token types.
func (c *Config) inputWidth() int {
	if c.trigrams {
		return c.HiddenSize
	}
	return c.EmbeddingSize
}

// embeddingsNormWidth is the number of features that the norm of the embeddings
// takes.
func (c *Config) embeddingsNormWidth() int {
	if c.projectFirst {
		return c.HiddenSize
	}
	return c.inputWidth()
}

// projected is the number of features that are projected to the hidden size; 0
// if none are.
func (c *Config) projected() int {
	switch {
	case c.trigrams:
		return 3 * c.EmbeddingSize
	case c.EmbeddingSize != c.HiddenSize, c.projectAlways:
		return c.EmbeddingSize
	}
	return 0
}

func (l *treeLoader) loadRelativeBias() *nn.Param {
	if l.config.RelativeBuckets == 0 {
		return nil
	}
	return l.table(l.arch.names.relativeBias, l.config.RelativeBuckets, l.config.NumAttentionHeads)
}

// loadFinal loads the norm of the last layer's output, if there is one.
func (l *treeLoader) loadFinal() *LayerNorm {
	if l.arch.names.finalNorm == "" || l.err != nil {
		return nil
	}
	if n := l.layerNorm(l.arch.names.finalNorm, l.config.HiddenSize); l.err == nil {
		return n
	}
	return nil
}

// loadOutput loads the projection of the result, if there is one.
func (l *treeLoader) loadOutput() *Linear {
	if l.config.outputSize == 0 || l.err != nil {
		return nil
	}
	if p := l.affine(l.arch.names.output, l.config.outputSize, l.config.HiddenSize, true); l.err == nil {
		return p
	}
	return nil
}

// layerPrefix returns the prefix of the layers' names in this checkpoint.
func (l *treeLoader) layerPrefix() string {
	n := &l.arch.names
	if n.otherLayer != "" && l.has(l.name(n.otherLayer+"0."+n.attentionOutput+".weight")) {
		return n.otherLayer
	}
	return n.layer
}

func (l *treeLoader) loadLayer(i int) *Layer {
	if l.config.blocks != nil {
		return l.loadBlock(i)
	}
	c, n, prefix := l.config, &l.arch.names, l.layerPrefix()
	at := func(name string) string { return prefix + strconv.Itoa(i) + "." + name }
	return &Layer{
		Attention: &SelfAttention{
			Query:  l.linear(at(n.query), c.HiddenSize, c.HiddenSize),
			Key:    l.linear(at(n.key), c.HiddenSize, c.HiddenSize),
			Value:  l.linear(at(n.value), c.HiddenSize, c.HiddenSize),
			Output: l.linear(at(n.attentionOutput), c.HiddenSize, c.HiddenSize),
			Norm:   l.layerNorm(at(n.attentionNorm), c.HiddenSize),
		},
		FeedForward: &FeedForward{
			Up:   l.linear(at(n.up), c.IntermediateSize, c.HiddenSize),
			Down: l.linear(at(n.down), c.HiddenSize, c.IntermediateSize),
			Norm: l.layerNorm(at(n.outputNorm), c.HiddenSize),
		},
	}
}

// table loads name.weight [rows, cols].
func (l *treeLoader) table(name string, rows, cols int) *nn.Param {
	return l.named(name+".weight", l.param([]int{rows, cols}, l.name(name+".weight")))
}

// linear loads name.weight [out, in] and name.bias [out].
func (l *treeLoader) linear(name string, out, in int) *Linear {
	return &Linear{
		Weight: l.named(name+".weight", l.param([]int{out, in}, l.name(name+".weight"))),
		Bias:   l.named(name+".bias", l.param([]int{out}, l.name(name+".bias"))),
	}
}

// layerNorm loads name.weight and name.bias, called gamma and beta in
// TensorFlow conversions from before 2019.
func (l *treeLoader) layerNorm(name string, features int) *LayerNorm {
	n := &LayerNorm{
		Weight: l.named(name+".weight", l.param([]int{features}, l.name(name+".weight"), l.name(name+".gamma"))),
		Eps:    l.config.LayerNormEps, RMS: l.arch.rms, UnitOffset: l.arch.unitOffset, Affine: l.arch.affine,
	}
	if !l.arch.rms && !l.config.without.normBias {
		n.Bias = l.named(name+".bias", l.param([]int{features}, l.name(name+".bias"), l.name(name+".beta")))
	}
	return n
}

func (l *treeLoader) named(name string, p *nn.Param) *nn.Param {
	if p != nil {
		l.names[p] = name
	}
	return p
}

// values returns the parameter's elements without a copy.
func values(p *nn.Param) []float32 { return mat.Data[float32](p.Matrix) }

// Trainable returns a deep copy of the tree in its own memory; all its
// parameters require gradients. The original keeps working unchanged.
func (e *Encoder) Trainable() *Encoder { return e.copyWith(false) }

// frozen returns a tree over the same memory, none of whose parameters requires
// gradients.
func (e *Encoder) frozen() *Encoder { return e.copyWith(true) }

func (e *Encoder) copyWith(frozen bool) *Encoder {
	c := &treeCopier{names: e.names, copied: make(map[*nn.Param]string), frozen: frozen}
	t := &Encoder{config: e.config, names: c.copied}
	t.Embeddings = &InputEmbeddings{
		Tokens:     c.param(e.Embeddings.Tokens),
		Positions:  c.param(e.Embeddings.Positions),
		TokenTypes: c.param(e.Embeddings.TokenTypes),
		TaskTypes:  c.param(e.Embeddings.TaskTypes),
		Norm:       c.layerNorm(e.Embeddings.Norm),
		Project:    c.linear(e.Embeddings.Project),
	}
	t.RelativeBias = c.param(e.RelativeBias)
	t.RelativeEmbeddings, t.RelativeNorm = c.param(e.RelativeEmbeddings), c.layerNorm(e.RelativeNorm)
	for i, l := range e.Layers {
		if from := e.config.sharedLayer(i); from != i {
			t.Layers = append(t.Layers, t.Layers[from])
			continue
		}
		t.Layers = append(t.Layers, &Layer{
			Attention: &SelfAttention{
				InputNorm:     c.layerNorm(l.Attention.InputNorm),
				Query:         c.linear(l.Attention.Query),
				Key:           c.linear(l.Attention.Key),
				Value:         c.linear(l.Attention.Value),
				QueryNorm:     c.layerNorm(l.Attention.QueryNorm),
				KeyNorm:       c.layerNorm(l.Attention.KeyNorm),
				Output:        c.linear(l.Attention.Output),
				OutputNorm:    c.layerNorm(l.Attention.OutputNorm),
				Norm:          c.layerNorm(l.Attention.Norm),
				PositionKey:   c.linear(l.Attention.PositionKey),
				PositionQuery: c.linear(l.Attention.PositionQuery),
			},
			FeedForward: &FeedForward{
				InputNorm:  c.layerNorm(l.FeedForward.InputNorm),
				Up:         c.linear(l.FeedForward.Up),
				Gate:       c.linear(l.FeedForward.Gate),
				Down:       c.linear(l.FeedForward.Down),
				OutputNorm: c.layerNorm(l.FeedForward.OutputNorm),
				Norm:       c.layerNorm(l.FeedForward.Norm),
			},
			Narrow:      c.narrow(l.Narrow),
			Convolution: c.convolution(l.Convolution),
			PerLayer:    c.perLayer(l.PerLayer),
			Scale:       c.param(l.Scale),
		})
	}
	t.Final, t.Output, t.Angles = c.layerNorm(e.Final), c.linear(e.Output), c.param(e.Angles)
	return t
}

type treeCopier struct {
	names, copied map[*nn.Param]string
	frozen        bool // parameters share memory and require no gradients
}

func (c *treeCopier) param(p *nn.Param) *nn.Param {
	if p == nil {
		return nil
	}
	x := values(p)
	if !c.frozen {
		x = append([]float32(nil), x...)
	}
	q := newParam(x, append([]int(nil), p.Shape()...)...)
	q.SetRequiresGrad(!c.frozen)
	c.copied[q] = c.names[p]
	return q
}

func (c *treeCopier) narrow(n *Narrow) *Narrow {
	if n == nil {
		return nil
	}
	out := &Narrow{
		Enter: c.linear(n.Enter), EnterNorm: c.layerNorm(n.EnterNorm), Shared: c.linear(n.Shared), SharedNorm: c.layerNorm(n.SharedNorm),
		Leave: c.linear(n.Leave), LeaveNorm: c.layerNorm(n.LeaveNorm),
	}
	for _, f := range n.More {
		out.More = append(out.More, &FeedForward{Up: c.linear(f.Up), Down: c.linear(f.Down), Norm: c.layerNorm(f.Norm)})
	}
	return out
}

func (c *treeCopier) convolution(v *Convolution) *Convolution {
	if v == nil {
		return nil
	}
	return &Convolution{Kernel: c.param(v.Kernel), Bias: c.param(v.Bias), Norm: c.layerNorm(v.Norm)}
}

func (c *treeCopier) perLayer(p *PerLayer) *PerLayer {
	if p == nil {
		return nil
	}
	return &PerLayer{
		Inputs: c.linear(p.Inputs), InputsNorm: c.layerNorm(p.InputsNorm),
		Gate: c.linear(p.Gate), Project: c.linear(p.Project), Norm: c.layerNorm(p.Norm),
	}
}

func (c *treeCopier) linear(l *Linear) *Linear {
	if l == nil {
		return nil
	}
	copied := &Linear{Weight: c.param(l.Weight), Bias: c.param(l.Bias)}
	if a := l.Adapter; a != nil {
		copied.Adapter = &Adapter{Down: c.param(a.Down), Up: c.param(a.Up), Scale: a.Scale}
	}
	return copied
}

func (c *treeCopier) layerNorm(l *LayerNorm) *LayerNorm {
	if l == nil {
		return nil
	}
	return &LayerNorm{Weight: c.param(l.Weight), Bias: c.param(l.Bias), Eps: l.Eps, RMS: l.RMS, UnitOffset: l.UnitOffset, Affine: l.Affine}
}
