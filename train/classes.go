package train

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Classes wants a linear layer over the vectors to tell the labels: the mean
// cross-entropy of its softmax. The layer is trained along with the encoder and
// then left behind: what stays are vectors in which classes are apart.
type Classes struct {
	unsavedState

	names  []string
	number map[string]int
	weight parameter // [classes, dim]
	bias   parameter // [classes]
}

// Labels returns the classes of the examples, in order, after a run.
func (l *Classes) Labels() []string { return slices.Clone(l.names) }

func (*Classes) settings() string { return "classes" }

func (l *Classes) needsDropout() bool      { return false }
func (l *Classes) parameters() []parameter { return []parameter{l.weight, l.bias} }

func (l *Classes) prepare(examples []Labelled, dim int, seed uint64) error {
	l.names, l.number = nil, make(map[string]int)
	for i, e := range examples {
		if e.Label == "" {
			return exampleError("example %d has no label", i)
		}
		l.names = append(l.names, e.Label)
	}
	slices.Sort(l.names)
	if l.names = slices.Compact(l.names); len(l.names) < 2 {
		return exampleError("%d examples have %d classes, want 2 at least", len(examples), len(l.names))
	}
	for i, name := range l.names {
		l.number[name] = i
	}
	r := rand.New(rand.NewPCG(seed, 0x636c6173736573))
	within := 1 / math.Sqrt(float64(dim))
	uniform := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32((2*r.Float64() - 1) * within)
		}
		return x
	}
	l.weight = newParameter("loss.weight", uniform(len(l.names)*dim), true, len(l.names), dim)
	l.bias = newParameter("loss.bias", uniform(len(l.names)), false, len(l.names))
	return nil
}

func (l *Classes) texts(dst []string, e Labelled, _ *rand.Rand) []string { return append(dst, e.Text) }

func (l *Classes) value(b *batch[Labelled]) float64 {
	n, k, sum := float64(len(b.examples)), len(l.names), 0.0
	scores := make([]float64, k)
	weight, bias := l.weight.values(), l.bias.values()
	gw, gb := l.weight.gradient(), l.bias.gradient()
	for i, e := range b.examples {
		x, gx := b.vector(i), b.slope(i)
		for c := range k {
			scores[c] = kernel.Dot64(x, weight[c*b.dim:(c+1)*b.dim]) + float64(bias[c])
		}
		sum += softmaxLoss(scores, l.number[e.Label])
		for c, g := range scores {
			g := float32(g / n)
			kernel.Axpy(g, weight[c*b.dim:(c+1)*b.dim], gx)
			kernel.Axpy(g, x, gw[c*b.dim:(c+1)*b.dim])
			gb[c] += g
		}
	}
	return sum / n
}
