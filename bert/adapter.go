package bert

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// Adapter is a low-rank change of a linear layer (LoRA: Hu et al. 2021,
// arXiv:2106.09685): the layer's weight is Weight + Scale·Up·Down.
type Adapter struct {
	nn.Module
	unsavedState

	Down  *nn.Param // [rank, in]; PEFT's lora_A
	Up    *nn.Param // [out, rank]; PEFT's lora_B
	Scale float64   // PEFT's lora_alpha / r
}

// AdapterOptions configures [Encoder.AddAdapters].
type AdapterOptions struct {
	Rank  int     // of the change; 0: 8
	Alpha float64 // the change is scaled by Alpha/Rank; 0: twice the rank
	// Targets are the last parts of the names of the layers that get an adapter,
	// such as "query" or "attention.output.dense", as in PEFT's target_modules;
	// nil: those that compute queries and values.
	Targets []string
	Seed    uint64
}

// AddAdapters gives linear layers of a tree from [Encoder.Trainable] adapters of
// low rank, and leaves only these requiring gradients. Down is random, Up zero,
// so the encoder computes what it did before. It returns the targets. A target
// that no layer's name ends in, and a rank that is not less than a layer's
// features, give an ErrInput.
func (e *Encoder) AddAdapters(o AdapterOptions) (targets []string, err error) {
	if e == nil || e.config == nil {
		return nil, fmt.Errorf("%w: no encoder of a model", ErrInput)
	}
	if o.Rank == 0 {
		o.Rank = 8
	}
	if o.Alpha == 0 {
		o.Alpha = 2 * float64(o.Rank)
	}
	if o.Rank < 0 || !(o.Alpha > 0) || math.IsInf(o.Alpha, 0) {
		return nil, fmt.Errorf("%w: rank %d and alpha %g, want both above 0", ErrInput, o.Rank, o.Alpha)
	}
	targets = slices.Clone(o.Targets)
	if targets == nil {
		n := architectures[e.config.ModelType].names
		targets = []string{lastPart(n.query), lastPart(n.value)}
	}
	found := make(map[string]bool)
	chosen := make(map[*Linear]string)
	e.eachLinear(func(l *Linear) {
		name := strings.TrimSuffix(e.names[l.Weight], ".weight")
		for _, t := range targets {
			if name == t || strings.HasSuffix(name, "."+t) {
				found[t], chosen[l] = true, name
			}
		}
	})
	for _, t := range targets {
		if !found[t] {
			return nil, fmt.Errorf("%w: no linear layer's name ends in %q", ErrInput, t)
		}
	}
	for l, name := range chosen {
		if shape := l.Weight.Shape(); o.Rank >= min(shape[0], shape[1]) {
			return nil, fmt.Errorf("%w: rank %d for %s [%d, %d], want less than both", ErrInput, o.Rank, name, shape[0], shape[1])
		}
		if l.Adapter != nil {
			return nil, fmt.Errorf("%w: %s has an adapter already", ErrInput, name)
		}
	}
	nn.ForEachParam(e, func(p *nn.Param) { p.SetRequiresGrad(false) })
	for l, name := range chosen {
		shape := l.Weight.Shape()
		l.Adapter = newAdapter(shape[0], shape[1], o, name)
		for p, part := range map[*nn.Param]string{l.Adapter.Down: ".lora_A.weight", l.Adapter.Up: ".lora_B.weight"} {
			p.SetRequiresGrad(true)
			e.names[p] = name + part
		}
	}
	return targets, nil
}

// newAdapter draws Down from the uniform distribution within ±1/√in, as PEFT does.
func newAdapter(out, in int, o AdapterOptions, name string) *Adapter {
	down := make([]float32, o.Rank*in)
	key := o.Seed
	for _, c := range []byte(name) {
		key = splitmix.Mix(key, uint64(c))
	}
	for i := range down {
		unit := float64(splitmix.Mix(key, uint64(i))>>11) / (1 << 53)
		down[i] = float32((2*unit - 1) / math.Sqrt(float64(in)))
	}
	return &Adapter{
		Down: newParam(down, o.Rank, in), Up: newParam(make([]float32, out*o.Rank), out, o.Rank),
		Scale: o.Alpha / float64(o.Rank),
	}
}

// lastPart returns what follows the last dot of a name.
func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// eachLinear calls fn for every linear layer of the encoder.
func (e *Encoder) eachLinear(fn func(*Linear)) {
	nn.Apply(e, func(m nn.Model) {
		if l, ok := m.(*Linear); ok && l != nil {
			fn(l)
		}
	})
}

// MergeAdapters adds every adapter to its layer's weight and takes it away. All
// parameters require gradients afterwards.
func (e *Encoder) MergeAdapters() {
	e.eachLinear(func(l *Linear) {
		a := l.Adapter
		if a == nil {
			return
		}
		copy(values(l.Weight), a.merged(values(l.Weight)))
		delete(e.names, a.Down)
		delete(e.names, a.Up)
		l.Adapter = nil
	})
	nn.ForEachParam(e, func(p *nn.Param) { p.SetRequiresGrad(true) })
}

// withoutAdapters returns e, or a copy with the adapters merged if it has any.
func (e *Encoder) withoutAdapters() *Encoder {
	found := false
	e.eachLinear(func(l *Linear) { found = found || l.Adapter != nil })
	if !found {
		return e
	}
	merged := e.Trainable()
	merged.MergeAdapters()
	return merged
}

// merged returns weight + Scale·Up·Down in memory of its own.
func (a *Adapter) merged(weight []float32) []float32 {
	out, rank, in := a.Up.Shape()[0], a.Down.Shape()[0], a.Down.Shape()[1]
	scaled := slices.Clone(mat.Data[float32](a.Up.Matrix))
	kernel.Scale(scaled, float32(a.Scale))
	sum := kernel.RowMajor(slices.Clone(weight), out, in)
	kernel.Gemm(sum, kernel.RowMajor(scaled, out, rank), kernel.PackTransposed(kernel.RowMajor(values(a.Down), rank, in)), kernel.Epilogue{Accumulate: true})
	return sum.Data
}
