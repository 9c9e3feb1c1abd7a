package sentiment

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/lbfgs"
)

// crossed makes rows that no straight cut tells apart: positive where the first
// two features have the same sign.
func crossed(n int) (*mat.Dense, []bool) {
	r := rand.New(rand.NewPCG(1, 2))
	x, positive := mat.NewDense(n, 3, nil), make([]bool, n)
	for i := range n {
		a, b := r.NormFloat64(), r.NormFloat64()
		x.SetRow(i, []float64{a, b, r.NormFloat64()})
		positive[i] = a*b > 0
	}
	return x, positive
}

func right(n *Network, x *mat.Dense, positive []bool) float64 {
	count := 0
	for i, p := range positive {
		row := make([]float32, n.Dim())
		for j := range row {
			row[j] = float32(x.At(i, j))
		}
		if n.Logit(row) > 0 == p {
			count++
		}
	}
	return float64(count) / float64(len(positive))
}

func TestFitNetworkLearnsWhatALineCannot(t *testing.T) {
	x, positive := crossed(2400)
	train, test := x.Slice(0, 2000, 0, 3), mat.DenseCopyOf(x.Slice(2000, 2400, 0, 3))
	o := NetworkOptions{Units: 16, Members: 2, Scale: 1, Penalty: 1e-3, Epochs: 200, Seed: 3}
	n, err := FitNetwork(t.Context(), train, positive[:2000], o)
	if err != nil {
		t.Fatal(err)
	}
	if got := right(n, test, positive[2000:]); got < 0.95 {
		t.Errorf("accuracy %.3f, want at least 0.95", got)
	} else {
		t.Logf("accuracy %.3f", got)
	}
	again, err := FitNetwork(t.Context(), train, positive[:2000], o)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(n.Hidden, again.Hidden) || n.Bias != again.Bias {
		t.Error("the same seed gave other weights")
	}
}

func TestNetworkGradient(t *testing.T) {
	x, positive := crossed(40)
	mean := &Network{Mean: make(weights, 3), Scale: 1}
	rows, err := centered(mean, x)
	if err != nil {
		t.Fatal(err)
	}
	f := newFit(rows, positive, 3, NetworkOptions{Units: 5, Penalty: 0.7, Seed: 9}, 0)
	batch := f.train[:17]
	loss := func() float64 {
		sum := 0.0
		for _, i := range batch {
			sum += lbfgs.LogLoss(f.net.Logit(f.row(i)), positive[i])
		}
		for _, w := range [][]float32{f.net.Hidden, f.net.Out} {
			for _, v := range w {
				sum += f.o.Penalty / 2 * float64(v) * float64(v)
			}
		}
		return sum / float64(len(batch))
	}
	f.gradient(batch)
	const step = 1e-3
	for name, w := range map[string]weights{"hidden": f.net.Hidden, "shift": f.net.Shift, "out": f.net.Out} {
		at := map[string]int{"hidden": 0, "shift": 15, "out": 20}[name]
		for i := range w {
			kept := w[i]
			w[i] = kept + step
			up := loss()
			w[i] = kept - step
			down := loss()
			w[i] = kept
			if want := (up - down) / (2 * step); math.Abs(want-float64(f.grad[at+i])) > 2e-3 {
				t.Errorf("%s[%d]: gradient %v, differences say %v", name, i, f.grad[at+i], want)
			}
		}
	}
}

func TestFitNetworkRefuses(t *testing.T) {
	x, positive := crossed(50)
	bad := mat.DenseCopyOf(x)
	bad.Set(3, 1, math.NaN())
	for name, f := range map[string]func() error{
		"labels":     func() error { _, err := FitNetwork(t.Context(), x, positive[:4], NetworkOptions{}); return err },
		"one class":  func() error { _, err := FitNetwork(t.Context(), x, make([]bool, 50), NetworkOptions{}); return err },
		"not finite": func() error { _, err := FitNetwork(t.Context(), bad, positive, NetworkOptions{}); return err },
		"negative": func() error {
			_, err := FitNetwork(t.Context(), x, positive, NetworkOptions{Units: -1})
			return err
		},
	} {
		if err := f(); !errors.Is(err, ErrTraining) {
			t.Errorf("%s: %v, want ErrTraining", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FitNetwork(ctx, x, positive, NetworkOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
