package bert

import (
	"cmp"
	"context"

	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// This file converts parameters from the tree of spago models to the packed
// form in which the engine runs them.

// spec describes the encoder to the engine.
func (c *Config) spec() engine.Spec {
	s := engine.Spec{
		Vocab: c.VocabSize, Positions: c.MaxPositionEmbeddings, Types: c.TypeVocabSize,
		Hidden: c.HiddenSize, Output: c.outputSize, Embedding: c.EmbeddingSize, Intermediate: c.IntermediateSize,
		Layers: c.NumHiddenLayers, Heads: c.NumAttentionHeads,
		RelativeBuckets: c.RelativeBuckets, PadRow: -1,
		Activation: c.HiddenAct, NormEps: c.LayerNormEps,
		Blocks: c.blocks, EmbeddingScale: c.embeddingScale, Trigrams: c.trigrams, Pad: int32(c.PadTokenID), RelativeMax: c.relativeMax,
		ProjectFirst: c.projectFirst,
	}
	switch architectures[c.ModelType].positions {
	case positionsAfterPad:
		s.PadRow = int32(c.PadTokenID)
	case positionsFrom2:
		s.PadRow = 1
	}
	return s
}

// weights lends the layer's parameters to the engine.
func (l *Linear) weights() engine.LinearWeights {
	shape := l.Weight.Shape()
	w := engine.LinearWeights{Weight: values(l.Weight), Out: shape[0], In: shape[1]}
	if l.Bias != nil {
		w.Bias = values(l.Bias)
	}
	return w
}

// weights lends the norm's parameters to the engine; nil if there is no norm.
func (n *LayerNorm) weights() *engine.NormWeights {
	if n == nil {
		return nil
	}
	w := &engine.NormWeights{Gamma: values(n.Weight), Eps: n.Eps, RMS: n.RMS, UnitOffset: n.UnitOffset, Affine: n.Affine}
	if n.Bias != nil {
		w.Beta = values(n.Bias)
	}
	return w
}

// relativePositions are DeBERTa's vectors of relative positions, normalised.
type relativePositions struct {
	vectors []float32 // [positions, hidden], or nil: there are none
	hidden  int
}

// newRelativePositions copies the vectors, which may be nil, and normalises them.
func newRelativePositions(vectors *nn.Param, norm *LayerNorm) relativePositions {
	if vectors == nil {
		return relativePositions{}
	}
	shape := vectors.Shape()
	p := relativePositions{append([]float32(nil), values(vectors)...), shape[1]}
	if norm != nil {
		engine.NewNorm(*norm.weights()).Apply(p.vectors, shape[1], shape[0])
	}
	return p
}

// add adds their projections to the weights of a layer whose block is
// disentangled: by the layer's own projections, or by those of its keys and
// queries.
func (p relativePositions) add(w *engine.LayerWeights, l *Layer, c *Config) {
	if p.vectors == nil {
		return
	}
	project := func(l *Linear) []float32 {
		rows, layer := len(p.vectors)/p.hidden, engine.NewLinear(l.weights(), "")
		out := make([]float32, rows*layer.Out)
		layer.Apply(new(engine.Scratch), out, layer.Out, p.vectors, p.hidden, rows)
		return out
	}
	a := l.Attention
	if c.contentToPosition {
		w.PositionKey = project(cmp.Or(a.PositionKey, a.Key))
	}
	if c.positionToContent {
		w.PositionQuery = project(cmp.Or(a.PositionQuery, a.Query))
	}
}

// weights lends the layer's parameters to the engine.
func (l *Layer) weights(c *Config) *engine.LayerWeights {
	a, f := l.Attention, l.FeedForward
	w := &engine.LayerWeights{
		InputNorm: a.InputNorm.weights(),
		Query:     a.Query.weights(), Key: a.Key.weights(), Value: a.Value.weights(),
		QueryNorm: a.QueryNorm.weights(), KeyNorm: a.KeyNorm.weights(),
		Output: a.Output.weights(), AttentionOutNorm: a.OutputNorm.weights(), AttentionNorm: a.Norm.weights(),
		FeedForwardNorm: f.InputNorm.weights(), Up: f.Up.weights(), Down: f.Down.weights(),
		FeedForwardOutNorm: f.OutputNorm.weights(), OutputNorm: f.Norm.weights(),
	}
	if f.Gate != nil {
		gate := f.Gate.weights()
		w.Gate = &gate
	}
	if l.Narrow != nil {
		l.Narrow.add(w)
	}
	if l.Convolution != nil {
		w.Convolution = l.Convolution.weights(c)
	}
	if p := l.PerLayer; p != nil {
		w.PerLayer = &engine.PerLayerWeights{
			Inputs: p.Inputs.weights(), InputsNorm: *p.InputsNorm.weights(),
			Gate: p.Gate.weights(), Project: p.Project.weights(), Norm: *p.Norm.weights(),
		}
	}
	if l.Scale != nil {
		w.OutputScale = float64(values(l.Scale)[0])
	}
	return w
}

// weights returns the kernel with the features of its tokens side by side,
// [hidden, size·hidden], as the engine takes it.
func (v *Convolution) weights(c *Config) *engine.ConvolutionWeights {
	hidden, size, kernel := c.HiddenSize, c.convolution, values(v.Kernel)
	part := hidden / c.convolutionGroups
	w := make([]float32, hidden*size*hidden)
	for o := range hidden {
		first := o / part * part // of the features of its group
		for i := range part {
			for k := range size {
				w[(o*size+k)*hidden+first+i] = kernel[(o*part+i)*size+k]
			}
		}
	}
	return &engine.ConvolutionWeights{
		Kernel:     engine.LinearWeights{Weight: w, Bias: values(v.Bias), Out: hidden, In: size * hidden},
		Activation: c.convolutionAct, Norm: *v.Norm.weights(),
	}
}

// add adds the layers into and out of fewer features. Queries and keys take the
// output of Shared and its affine norm: together these are one linear layer.
func (n *Narrow) add(w *engine.LayerWeights) {
	shared, norm := n.Shared.weights(), n.SharedNorm.weights()
	w.Query, w.Key = compose(w.Query, shared, norm), compose(w.Key, shared, norm)
	w.Narrow = &engine.NarrowWeights{
		Enter: n.Enter.weights(), EnterNorm: *n.EnterNorm.weights(),
		Leave: n.Leave.weights(), LeaveNorm: *n.LeaveNorm.weights(),
	}
	for _, f := range n.More {
		w.Narrow.More = append(w.Narrow.More, engine.FeedForwardWeights{Up: f.Up.weights(), Down: f.Down.weights(), Norm: *f.Norm.weights()})
	}
}

// compose returns the linear layer equal to outer(norm(inner(x))) for an affine
// norm.
func compose(outer, inner engine.LinearWeights, norm *engine.NormWeights) engine.LinearWeights {
	out := engine.LinearWeights{Weight: make([]float32, outer.Out*inner.In), Bias: make([]float32, outer.Out), Out: outer.Out, In: inner.In}
	row := make([]float64, inner.In)
	for o := range outer.Out {
		clear(row)
		bias := float64(outer.Bias[o])
		for k := range inner.Out {
			w := float64(outer.Weight[o*outer.In+k])
			bias += w * (float64(norm.Gamma[k])*float64(inner.Bias[k]) + float64(norm.Beta[k]))
			kernel.AddScaledTo(row, w*float64(norm.Gamma[k]), inner.Weight[k*inner.In:(k+1)*inner.In])
		}
		for i, v := range row {
			out.Weight[o*inner.In+i] = float32(v)
		}
		out.Bias[o] = float32(bias)
	}
	return out
}

// loadPacked reads the encoder from a checkpoint straight into packed form,
// layer by layer through the tree. The token table and the layers are loaded on
// the given number of threads. Errors stay in the loader.
func (l *treeLoader) loadPacked(precision Precision, threads int) *engine.Encoder {
	c := l.config
	b := engine.NewBuilder(c.spec(), engine.Precision(precision))
	inputs := l.loadInputs(precision)
	var relative relativePositions
	if vectors, norm := l.loadRelativeEmbeddings(); l.err == nil {
		relative = newRelativePositions(vectors, norm)
	}
	// The first layer shows that the checkpoint matches the configuration
	// before memory is allocated for it.
	var first *Layer
	if l.err == nil && c.NumHiddenLayers > 0 {
		first = l.loadLayer(0)
	}
	if l.err != nil {
		return nil
	}
	jobs := c.NumHiddenLayers + 1
	threads = min(threads, jobs)
	buf := make([][]float32, threads)     // [3·hidden, hidden] each
	scratch := make([][]float32, threads) // a layer each, if it has to be converted
	forks := make([]*treeLoader, jobs)
	_ = parallel.Do(context.Background(), threads, jobs, func(worker, i int) {
		f := l.fork()
		forks[i] = f
		if i == 0 {
			inputs.Tokens = f.loadTable(l.arch.names.tokens, c.VocabSize, c.EmbeddingSize, precision)
			return
		}
		if l.converted && scratch[worker] == nil {
			scratch[worker] = make([]float32, 0, 4*c.HiddenSize*(c.HiddenSize+4)+2*(c.HiddenSize+2)*(c.IntermediateSize+2))
		}
		if c.sharedLayer(i-1) != i-1 {
			return
		}
		layer := first
		if i > 1 {
			f.scratch = scratch[worker]
			layer = f.loadLayer(i - 1)
		}
		if f.err == nil {
			w := layer.weights(c)
			relative.add(w, layer, c)
			buf[worker] = b.Layer(i-1, w, buf[worker])
		}
		f.release()
	})
	for _, f := range forks {
		l.join(f.weights)
	}
	for i := range c.NumHiddenLayers {
		if from := c.sharedLayer(i); from != i {
			b.Share(i, from)
		}
	}
	l.loadRest(inputs)
	if l.err == nil {
		b.Inputs(inputs)
	}
	l.release()
	if l.err != nil {
		return nil
	}
	return b.Encoder()
}

// loadRest loads what belongs to the inputs and comes after the layers.
func (l *treeLoader) loadRest(w *engine.InputWeights) {
	w.Final = l.loadFinal().weights()
	if p := l.loadOutput(); p != nil {
		output := p.weights()
		w.Output = &output
	}
	if angles := l.loadAngles(); angles != nil {
		w.Angles = values(angles)
	}
}

// loadAllInputs loads everything but the layers.
func (l *treeLoader) loadAllInputs(precision Precision) (*engine.InputWeights, error) {
	w := l.loadInputs(precision)
	if l.err == nil {
		w.Tokens = l.loadTable(l.arch.names.tokens, l.config.VocabSize, l.config.EmbeddingSize, precision)
		l.loadRest(w)
	}
	return w, l.err
}

// fork returns a loader for another goroutine.
func (l *treeLoader) fork() *treeLoader {
	return &treeLoader{weights: l.weights.fork(), arch: l.arch, config: l.config, names: make(map[*nn.Param]string)}
}

// loadInputs loads everything before the layers except the token table, whose
// shape it checks.
func (l *treeLoader) loadInputs(precision Precision) *engine.InputWeights {
	c, n := l.config, &l.arch.names
	w := new(engine.InputWeights)
	l.lookup([]int{c.VocabSize, c.EmbeddingSize}, l.name(n.tokens+".weight"))
	if n.positions != "" && !c.without.positions {
		w.Positions = l.loadTable(n.positions, c.MaxPositionEmbeddings, c.inputWidth(), precision)
	}
	if c.TypeVocabSize > 0 {
		// Its few rows are part of every token: quantising them saves nothing
		// and loses more than quantising the whole token table (bge-small-zh:
		// mean cosine 0.9946 instead of 0.9983).
		w.Types = l.loadTable(n.tokenTypes, c.TypeVocabSize, c.inputWidth(), Float32)
		if c.taskTypes > 0 {
			types, tasks := l.table(n.tokenTypes, c.TypeVocabSize, c.EmbeddingSize), l.table(n.taskTypes, c.taskTypes, c.EmbeddingSize)
			if l.err == nil {
				w.Types = addTask(types, tasks)
			}
		}
	}
	if n.embeddingsNorm != "" {
		if ln := l.layerNorm(n.embeddingsNorm, c.embeddingsNormWidth()); l.err == nil {
			w.Norm = ln.weights()
		}
	}
	if in := c.projected(); in > 0 {
		if p := l.affine(n.project, c.HiddenSize, in, c.projectFirst); l.err == nil {
			project := p.weights()
			w.Project = &project
		}
	}
	if b := l.loadRelativeBias(); b != nil {
		w.RelativeBias = values(b)
	}
	return w
}

// packTree packs a tree that lives in memory.
func packTree(t *Encoder, precision Precision) *engine.Encoder {
	b := engine.NewBuilder(t.config.spec(), engine.Precision(precision))
	b.Inputs(t.inputs(precision))
	relative := newRelativePositions(t.RelativeEmbeddings, t.RelativeNorm)
	var buf []float32
	for i, l := range t.Layers {
		if from := t.config.sharedLayer(i); from != i {
			b.Share(i, from)
			continue
		}
		w := l.weights(t.config)
		relative.add(w, l, t.config)
		buf = b.Layer(i, w, buf)
	}
	return b.Encoder()
}

// inputs returns everything but the layers.
func (t *Encoder) inputs(precision Precision) *engine.InputWeights {
	w := &engine.InputWeights{
		Tokens: packTable(t.Embeddings.Tokens, precision),
		Norm:   t.Embeddings.Norm.weights(),
		Final:  t.Final.weights(),
	}
	if p := t.Embeddings.Positions; p != nil {
		w.Positions = packTable(p, precision)
	}
	if p := t.Embeddings.TokenTypes; p != nil {
		w.Types = packTable(p, Float32)
		if tasks := t.Embeddings.TaskTypes; tasks != nil {
			w.Types = addTask(p, tasks)
		}
	}
	if p := t.Embeddings.Project; p != nil {
		project := p.weights()
		w.Project = &project
	}
	if p := t.RelativeBias; p != nil {
		w.RelativeBias = values(p)
	}
	if t.Output != nil {
		output := t.Output.weights()
		w.Output = &output
	}
	if t.Angles != nil {
		w.Angles = values(t.Angles)
	}
	return w
}

// packTable copies a table of the tree.
func packTable(p *nn.Param, precision Precision) engine.Table {
	rows, cols := p.Shape()[0], p.Shape()[1]
	if precision == Int8 {
		return engine.QuantizedTable(rows, cols, func(put func(first int, x []float32, n int) bool) {
			put(0, values(p), rows)
		})
	}
	return engine.FloatTable(append([]float32(nil), values(p)...), rows, cols)
}

// addTask returns the token types with the first task's row added to each,
// since every token has that task.
func addTask(types, tasks *nn.Param) engine.Table {
	rows, cols := types.Shape()[0], types.Shape()[1]
	sum := append([]float32(nil), values(types)...)
	for i := range rows {
		kernel.Add(sum[i*cols:(i+1)*cols], values(tasks)[:cols])
	}
	return engine.FloatTable(sum, rows, cols)
}
