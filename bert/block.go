package bert

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/nlpodyssey/spago/nn"
)

// This file loads layers that are described by data: architectures later than
// BERT, whose files say what kind of part each one is.

// missing says which parameters a model lacks.
type missing struct {
	positions                                 bool // the table
	queryBias, keyBias, valueBias, outputBias bool // of attention
	upBias, downBias                          bool // of the feed-forward block; upBias includes the gate's
	normBias                                  bool
	headBias                                  bool // of the dense layer of heads
}

// sharedLayer returns the layer whose parameters layer i uses: i itself except
// in ALBERT.
func (c *Config) sharedLayer(i int) int {
	if c.layerGroups == 0 {
		return i
	}
	group, inner := c.layerGroup(i)
	for from := range i {
		if g, k := c.layerGroup(from); g == group && k == inner {
			return from
		}
	}
	return i
}

// layerGroup returns the group of layer i, and the number of its parameters
// within the group.
func (c *Config) layerGroup(i int) (group, inner int) {
	outer := c.NumHiddenLayers / c.innerLayers
	return int(float64(i/c.innerLayers) / (float64(outer) / float64(c.layerGroups))), i % c.innerLayers
}

// loadBlock loads layer i under the names that the architecture gives its
// parts.
func (l *treeLoader) loadBlock(i int) *Layer {
	c, n, b := l.config, &l.arch.names, &l.config.blocks[i]
	number, within := i, 0
	inner := cmp.Or(c.inner, c.HiddenSize) // the features that attention and feed-forward blocks add to
	if c.layerGroups > 0 {
		number, within = c.layerGroup(i)
	}
	prefix := l.layerPrefix()
	at := func(name string) string {
		if c.layerGroups > 0 {
			name = "albert_layers." + strconv.Itoa(within) + "." + name
		}
		return prefix + strconv.Itoa(number) + "." + name
	}
	norm := func(name string, features int) *LayerNorm {
		if name == "" || l.arch.firstWithout == name && i == 0 {
			return nil
		}
		return l.layerNorm(at(name), features)
	}
	hidden, queries, keys := c.HiddenSize, b.Heads*b.HeadDim, b.KeyValueHeads*b.HeadDim
	a := &SelfAttention{
		InputNorm:  norm(n.attentionInputNorm, hidden),
		QueryNorm:  norm(n.queryNorm, headNorms(queries, b.HeadDim, l.arch.wideHeadNorms)),
		KeyNorm:    norm(n.keyNorm, headNorms(keys, b.HeadDim, l.arch.wideHeadNorms)),
		OutputNorm: norm(n.attentionOutputNorm, hidden),
		Norm:       norm(n.attentionNorm, inner),
	}
	if n.qkv != "" {
		parts := l.split(at(n.qkv), hidden, c.without.queryBias, queries, keys, keys)
		a.Query, a.Key, a.Value = parts[0], parts[1], parts[2]
	} else if n.query != "" {
		a.Query = l.affine(at(n.query), queries, inner, c.without.queryBias)
		a.Key = l.affine(at(n.key), keys, inner, c.without.keyBias)
		a.Value = l.affine(at(n.value), keys, hidden, c.without.valueBias)
	}
	a.Output = l.affine(at(n.attentionOutput), inner, queries, c.without.outputBias)
	f := &FeedForward{
		InputNorm:  norm(n.outputInputNorm, hidden),
		OutputNorm: norm(n.outputOutputNorm, hidden),
		Norm:       norm(n.outputNorm, inner),
	}
	switch wide := b.Intermediate; {
	case n.gateUp != "":
		parts := l.split(at(n.gateUp), hidden, c.without.upBias, wide, wide)
		f.Gate, f.Up = parts[0], parts[1]
	case n.upGate != "":
		parts := l.split(at(n.upGate), hidden, c.without.upBias, wide, wide)
		f.Up, f.Gate = parts[0], parts[1]
	case c.gated && l.arch.gatedNames[0] != "":
		f.Up = l.affine(at(l.arch.gatedNames[0]), wide, hidden, c.without.upBias)
		f.Gate = l.affine(at(l.arch.gatedNames[1]), wide, hidden, c.without.upBias)
	default:
		f.Up = l.affine(at(n.up), wide, inner, c.without.upBias)
		if n.gate != "" && c.gated {
			f.Gate = l.affine(at(n.gate), wide, hidden, c.without.upBias)
		}
	}
	f.Down = l.affine(at(n.down), inner, b.Intermediate, c.without.downBias)
	layer := &Layer{Attention: a, FeedForward: f}
	if l.arch.finish != nil && l.err == nil {
		l.arch.finish(l, layer, i, at)
	}
	return layer
}

// headNorms returns the number of features of a norm of queries or keys.
func headNorms(all, each int, wide bool) int {
	if wide {
		return all
	}
	return each
}

// affine loads name.weight [out, in], and name.bias [out] unless there is none.
func (l *treeLoader) affine(name string, out, in int, withoutBias bool) *Linear {
	if !withoutBias {
		return l.linear(name, out, in)
	}
	return &Linear{Weight: l.named(name+".weight", l.param([]int{out, in}, l.name(name+".weight")))}
}

// split loads name.weight [Σ outs, in] and its bias as separate layers, which
// are views of it.
func (l *treeLoader) split(name string, in int, withoutBias bool, outs ...int) []*Linear {
	total := 0
	for _, n := range outs {
		total += n
	}
	whole := l.affine(name, total, in, withoutBias)
	parts := make([]*Linear, len(outs))
	if l.err != nil {
		return parts
	}
	from := 0
	for i, n := range outs {
		rows := "[" + strconv.Itoa(from) + ":" + strconv.Itoa(from+n) + "]"
		parts[i] = &Linear{Weight: l.named(name+".weight"+rows, newParam(values(whole.Weight)[from*in:(from+n)*in:(from+n)*in], n, in))}
		if whole.Bias != nil {
			parts[i].Bias = l.named(name+".bias"+rows, newParam(values(whole.Bias)[from:from+n:from+n], n))
		}
		from += n
	}
	for _, p := range []*nn.Param{whole.Weight, whole.Bias} {
		delete(l.names, p)
	}
	return parts
}

// rows loads part i of the parts of name.weight [parts·rows, in] as a layer
// without a bias.
func (l *treeLoader) rows(name string, i, rows, parts, in int) *Linear {
	find := l.lookup
	if i == 0 { // all values are checked once
		find = l.tensor
	}
	t, ok := find([]int{parts * rows, in}, l.name(name+".weight"))
	if !ok {
		return &Linear{}
	}
	data := make([]float32, rows*in)
	if err := t.CopyFloat32(data, i*rows*in); err != nil {
		l.err = fmt.Errorf("%w: %w", ErrWeights, err)
		return &Linear{}
	}
	full := fmt.Sprintf("%s.weight[%d:%d]", name, i*rows, (i+1)*rows)
	return &Linear{Weight: l.named(full, newParam(data, rows, in))}
}
