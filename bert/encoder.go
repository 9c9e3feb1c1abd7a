package bert

import (
	"strconv"

	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"
)

// Encoder is the Transformer encoder as a tree of spago models. Its parameters
// are those of the checkpoint: where they are float32 there, they alias the
// memory-mapped file and are read-only. They can be walked (nn.ForEachParam,
// nn.Apply), read (mat.Data[float32]) and, in a copy made by
// [Encoder.Trainable], trained through the differentiable [Encoder.Forward].
//
// Embedding of texts does not run through this tree but through packed copies
// of the same parameters; [Model.WithEncoder] packs a trained tree again.
type Encoder struct {
	nn.Module
	Embeddings *InputEmbeddings
	// RelativeBias, [buckets, heads], is added to the attention scores of all
	// layers by the distance of key and query. MPNet alone has it.
	RelativeBias *nn.Param
	Layers       []*Layer

	config *Config
	names  map[*nn.Param]string // as in the checkpoint, without prefix
}

// InputEmbeddings turn token ids into the first hidden states: the sum of three
// table rows, normalised, and projected to the hidden size where that differs.
type InputEmbeddings struct {
	nn.Module
	Tokens     *nn.Param  // [vocab, embedding]
	Positions  *nn.Param  // [positions, embedding]
	TokenTypes *nn.Param  // [types, embedding], or nil
	Norm       *LayerNorm // [embedding]
	Project    *Linear    // [hidden, embedding], or nil
}

// Layer is one encoder layer: self-attention, then feed-forward.
type Layer struct {
	nn.Module
	Attention   *SelfAttention
	FeedForward *FeedForward
}

// SelfAttention is multi-head attention with its output projection, residual
// sum and LayerNorm.
type SelfAttention struct {
	nn.Module
	Query, Key, Value *Linear // [hidden, hidden] each
	Output            *Linear // [hidden, hidden]
	Norm              *LayerNorm
}

// FeedForward is Down(activation(Up(x))) with residual sum and LayerNorm.
type FeedForward struct {
	nn.Module
	Up   *Linear // [intermediate, hidden]
	Down *Linear // [hidden, intermediate]
	Norm *LayerNorm
}

// Linear is y = x·Weightᵀ + Bias.
type Linear struct {
	nn.Module
	Weight *nn.Param // [out, in]
	Bias   *nn.Param // [out], or nil
}

// LayerNorm normalises each row to mean 0 and variance 1, then scales and
// shifts it (Ba, Kiros and Hinton 2016, arXiv:1607.06450).
type LayerNorm struct {
	nn.Module
	Weight *nn.Param // [features], the scale; "gamma" in old checkpoints
	Bias   *nn.Param // [features], the shift; "beta" in old checkpoints
	Eps    float64   // added to the variance
}

// Config returns the configuration that the encoder was built from. It must
// not be changed.
func (e *Encoder) Config() *Config { return e.config }

// Name returns the name that a parameter of this encoder has in the checkpoint,
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
	return &treeLoader{weights: w, arch: architectures[c.ModelType], config: c, names: make(map[*nn.Param]string)}
}

// loadEncoder builds the whole tree. Errors are left in the loader.
func (l *treeLoader) loadEncoder() *Encoder {
	e := &Encoder{config: l.config, names: l.names}
	e.Embeddings = l.loadEmbeddings()
	e.RelativeBias = l.loadRelativeBias()
	for i := 0; i < l.config.NumHiddenLayers && l.err == nil; i++ {
		e.Layers = append(e.Layers, l.loadLayer(i))
	}
	return e
}

func (l *treeLoader) loadEmbeddings() *InputEmbeddings {
	c, n := l.config, &l.arch.names
	e := &InputEmbeddings{
		Tokens:    l.table(n.tokens, c.VocabSize, c.EmbeddingSize),
		Positions: l.table(n.positions, c.MaxPositionEmbeddings, c.EmbeddingSize),
		Norm:      l.layerNorm(n.embeddingsNorm, c.EmbeddingSize),
	}
	if c.TypeVocabSize > 0 {
		e.TokenTypes = l.table(n.tokenTypes, c.TypeVocabSize, c.EmbeddingSize)
	}
	if c.EmbeddingSize != c.HiddenSize {
		e.Project = l.linear(n.project, c.HiddenSize, c.EmbeddingSize)
	}
	return e
}

func (l *treeLoader) loadRelativeBias() *nn.Param {
	if l.config.RelativeBuckets == 0 {
		return nil
	}
	return l.table(l.arch.names.relativeBias, l.config.RelativeBuckets, l.config.NumAttentionHeads)
}

func (l *treeLoader) loadLayer(i int) *Layer {
	c, n := l.config, &l.arch.names
	at := func(name string) string { return n.layer + strconv.Itoa(i) + "." + name }
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

// layerNorm loads name.weight and name.bias, which TensorFlow conversions of
// before 2019 call gamma and beta.
func (l *treeLoader) layerNorm(name string, features int) *LayerNorm {
	return &LayerNorm{
		Weight: l.named(name+".weight", l.param([]int{features}, l.name(name+".weight"), l.name(name+".gamma"))),
		Bias:   l.named(name+".bias", l.param([]int{features}, l.name(name+".bias"), l.name(name+".beta"))),
		Eps:    l.config.LayerNormEps,
	}
}

func (l *treeLoader) named(name string, p *nn.Param) *nn.Param {
	if p != nil {
		l.names[p] = name
	}
	return p
}

// values returns the parameter's elements without a copy.
func values(p *nn.Param) []float32 { return mat.Data[float32](p.Matrix) }

// Trainable returns a deep copy of the tree in memory of its own, all of whose
// parameters require gradients. The original keeps serving as it is.
func (e *Encoder) Trainable() *Encoder {
	c := &treeCopier{names: e.names, copied: make(map[*nn.Param]string)}
	t := &Encoder{config: e.config, names: c.copied}
	t.Embeddings = &InputEmbeddings{
		Tokens:     c.param(e.Embeddings.Tokens),
		Positions:  c.param(e.Embeddings.Positions),
		TokenTypes: c.param(e.Embeddings.TokenTypes),
		Norm:       c.layerNorm(e.Embeddings.Norm),
		Project:    c.linear(e.Embeddings.Project),
	}
	t.RelativeBias = c.param(e.RelativeBias)
	for _, l := range e.Layers {
		t.Layers = append(t.Layers, &Layer{
			Attention: &SelfAttention{
				Query:  c.linear(l.Attention.Query),
				Key:    c.linear(l.Attention.Key),
				Value:  c.linear(l.Attention.Value),
				Output: c.linear(l.Attention.Output),
				Norm:   c.layerNorm(l.Attention.Norm),
			},
			FeedForward: &FeedForward{
				Up:   c.linear(l.FeedForward.Up),
				Down: c.linear(l.FeedForward.Down),
				Norm: c.layerNorm(l.FeedForward.Norm),
			},
		})
	}
	return t
}

type treeCopier struct {
	names, copied map[*nn.Param]string
}

func (c *treeCopier) param(p *nn.Param) *nn.Param {
	if p == nil {
		return nil
	}
	q := newParam(append([]float32(nil), values(p)...), append([]int(nil), p.Shape()...)...)
	q.SetRequiresGrad(true)
	c.copied[q] = c.names[p]
	return q
}

func (c *treeCopier) linear(l *Linear) *Linear {
	if l == nil {
		return nil
	}
	return &Linear{Weight: c.param(l.Weight), Bias: c.param(l.Bias)}
}

func (c *treeCopier) layerNorm(l *LayerNorm) *LayerNorm {
	return &LayerNorm{Weight: c.param(l.Weight), Bias: c.param(l.Bias), Eps: l.Eps}
}
