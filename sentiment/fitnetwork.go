package sentiment

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/lbfgs"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// NetworkOptions configures FitNetwork.
type NetworkOptions struct {
	Units    int     // of each network; 0: 32
	Members  int     // number of networks whose logits are averaged, each with its own start; 0: 3
	Scale    float64 // of the centred vectors; 0: 10, which suits unit vectors
	Penalty  float64 // L2 penalty per batch; 0: 0.1
	Epochs   int     // maximum; 0: 60
	Patience int     // epochs without an improvement in validation before it stops; 0: 10
	Seed     uint64
}

const (
	networkBatch = 200
	learningRate = 1e-3 // with the decay rates of Adam's paper
	decay1       = 0.9
	decay2       = 0.999
)

// FitNetwork fits networks with one hidden layer to rows of x [n, dim] that are
// positive or not, by Adam (Kingma and Ba 2015) on the log loss. A tenth of the
// rows, drawn with the seed, is used for early stopping. Errors wrap
// ErrTraining.
func FitNetwork(ctx context.Context, x mat.Matrix, positive []bool, o NetworkOptions) (*Network, error) {
	if err := given(ctx, x); err != nil {
		return nil, err
	}
	n, d := x.Dims()
	if err := checkLabels(n, positive); err != nil {
		return nil, err
	}
	if o.Units == 0 {
		o.Units = 32
	}
	if o.Members == 0 {
		o.Members = 3
	}
	if o.Scale == 0 {
		o.Scale = 10
	}
	if o.Penalty == 0 {
		o.Penalty = 0.1
	}
	if o.Epochs == 0 {
		o.Epochs = 60
	}
	if o.Patience == 0 {
		o.Patience = 10
	}
	if d == 0 {
		return nil, trainingError("vectors of length 0")
	}
	if err := checkLimits(
		limits{"Units", float64(o.Units), 1, mostUnits}, limits{"Members", float64(o.Members), 1, mostMembers}, limits{"Scale", o.Scale, 1 / mostScale, mostScale},
		limits{"Penalty", o.Penalty, 0, mostPenalty}, limits{"Epochs", float64(o.Epochs), 1, mostEpochs}, limits{"Patience", float64(o.Patience), 1, math.MaxInt},
	); err != nil {
		return nil, err
	}
	all := &Network{Mean: make(weights, d), Scale: o.Scale}
	rows, err := centered(all, x)
	if err != nil {
		return nil, err
	}
	for m := range o.Members {
		f := newFit(rows, positive, d, o, uint64(m))
		member, err := f.run(ctx)
		if err != nil {
			return nil, err
		}
		share := 1 / float32(o.Members)
		all.Hidden = append(all.Hidden, member.Hidden...)
		all.Shift = append(all.Shift, member.Shift...)
		for _, w := range member.Out {
			all.Out = append(all.Out, w*share)
		}
		all.Bias += member.Bias / float64(o.Members)
	}
	return all, nil
}

// centered sets n's mean and returns the scaled rows [len, dim] of x.
func centered(n *Network, x mat.Matrix) ([]float32, error) {
	from := dense.Float64(x)
	sum := make([]float64, from.Dim)
	for r := range from.Len {
		for j, v := range from.Row(r) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, trainingError("a vector is not finite")
			}
			sum[j] += v
		}
	}
	for j := range n.Mean {
		n.Mean[j] = float32(sum[j] / float64(from.Len))
	}
	out := make([]float32, from.Len*from.Dim)
	row := make([]float32, from.Dim)
	for r := range from.Len {
		for j, v := range from.Row(r) {
			row[j] = float32(v)
		}
		n.center(out[r*from.Dim:(r+1)*from.Dim], row)
	}
	return out, nil
}

// fit is the state of fitting one network.
type fit struct {
	o        NetworkOptions
	rows     []float32 // [len(positive), dim], scaled
	positive []bool
	net      *Network
	rand     *rand.Rand
	train    []int
	check    []int
	// gradient of the batch and Adam's two moments: Hidden, Shift, Out, Bias in a row
	grad, first, second []float32
	step                int
}

func newFit(rows []float32, positive []bool, d int, o NetworkOptions, member uint64) *fit {
	f := &fit{o: o, rows: rows, positive: positive, rand: rand.New(rand.NewPCG(o.Seed, member))}
	f.net = &Network{Mean: make(weights, d), Scale: 1, Hidden: make(weights, o.Units*d), Shift: make(weights, o.Units), Out: make(weights, o.Units)}
	f.start(f.net.Hidden, d, o.Units)
	f.start(f.net.Shift, d, o.Units)
	f.start(f.net.Out, o.Units, 1)
	order := f.rand.Perm(len(positive))
	tenth := max(1, len(order)/10)
	f.check, f.train = order[:tenth], order[tenth:]
	size := o.Units*(d+2) + 1
	f.grad, f.first, f.second = make([]float32, size), make([]float32, size), make([]float32, size)
	return f
}

// start draws the initial weights uniformly (Glorot and Bengio 2010).
func (f *fit) start(w []float32, in, out int) {
	bound := math.Sqrt(6 / float64(in+out))
	for i := range w {
		w[i] = float32((2*f.rand.Float64() - 1) * bound)
	}
}

func (f *fit) run(ctx context.Context) (*Network, error) {
	best, since := f.loss(), 0
	kept := f.copy()
	for range f.o.Epochs {
		f.rand.Shuffle(len(f.train), func(i, j int) { f.train[i], f.train[j] = f.train[j], f.train[i] })
		for batch := range slices.Chunk(f.train, networkBatch) {
			if err := parallel.Cause(ctx); err != nil {
				return nil, err
			}
			f.gradient(batch)
			f.adam()
		}
		if loss := f.loss(); loss < best {
			best, since, kept = loss, 0, f.copy()
		} else if since++; since >= f.o.Patience {
			break
		}
	}
	return kept, nil
}

func (f *fit) row(i int) []float32 {
	d := f.net.Dim()
	return f.rows[i*d : (i+1)*d]
}

// gradient sets grad to the gradient of the batch's mean log loss and the
// penalty.
func (f *fit) gradient(batch []int) {
	n, d := f.net, f.net.Dim()
	clear(f.grad)
	units := len(n.Out)
	hidden, shift, out := f.grad[:units*d], f.grad[units*d:units*(d+1)], f.grad[units*(d+1):units*(d+2)]
	seen := make([]float32, units)
	for _, i := range batch {
		x := f.row(i)
		z := n.Bias
		for u := range seen {
			if seen[u] = max(0, n.unit(u, x)); seen[u] > 0 {
				z += float64(n.Out[u] * seen[u])
			}
		}
		e := lbfgs.Slope(z, f.positive[i])
		f.grad[len(f.grad)-1] += float32(e)
		for u, a := range seen {
			if a == 0 {
				continue
			}
			out[u] += float32(e) * a
			back := float32(e) * n.Out[u]
			shift[u] += back
			to := hidden[u*d : (u+1)*d][:len(x)]
			for j, v := range x {
				to[j] += back * v
			}
		}
	}
	share, penalty := 1/float32(len(batch)), float32(f.o.Penalty)/float32(len(batch))
	for i := range f.grad {
		f.grad[i] *= share
	}
	for i, w := range n.Hidden {
		hidden[i] += penalty * w
	}
	for i, w := range n.Out {
		out[i] += penalty * w
	}
}

// adam takes one step along the negative gradient.
func (f *fit) adam() {
	f.step++
	rate := float32(learningRate * math.Sqrt(1-math.Pow(decay2, float64(f.step))) / (1 - math.Pow(decay1, float64(f.step))))
	at := 0
	move := func() float32 {
		g := f.grad[at]
		f.first[at] = decay1*f.first[at] + (1-decay1)*g
		f.second[at] = decay2*f.second[at] + (1-decay2)*g*g
		by := rate * f.first[at] / (float32(math.Sqrt(float64(f.second[at]))) + 1e-8)
		at++
		return by
	}
	for _, w := range []weights{f.net.Hidden, f.net.Shift, f.net.Out} {
		for i := range w {
			w[i] -= move()
		}
	}
	f.net.Bias -= float64(move())
}

// loss returns the log loss of the rows kept for validation.
func (f *fit) loss() float64 {
	sum := 0.0
	for _, i := range f.check {
		sum += lbfgs.LogLoss(f.net.Logit(f.row(i)), f.positive[i])
	}
	return sum
}

func (f *fit) copy() *Network {
	c := *f.net
	c.Hidden, c.Shift, c.Out = slices.Clone(c.Hidden), slices.Clone(c.Shift), slices.Clone(c.Out)
	return &c
}
