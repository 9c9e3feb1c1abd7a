package sentiment_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/sentiment"
)

func normalMatrix(n, d int, seed uint64) *mat.Dense {
	r := rand.New(rand.NewPCG(seed, 1))
	x := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			x.Set(i, j, r.NormFloat64())
		}
	}
	return x
}

// What was put in must come out: weights, bias of the first set, noise as residual.
func TestRidgeRecovers(t *testing.T) {
	want := []float64{0.1, -0.2, 0.05, 0}
	x, y := normalMatrix(4000, 4, 1), make([]float64, 4000)
	x2, y2 := normalMatrix(1000, 4, 2), make([]float64, 1000)
	r := rand.New(rand.NewPCG(3, 3))
	for i := range y {
		y[i] = 0.3 + 0.1*r.NormFloat64()
		for j, w := range want {
			y[i] += w * x.At(i, j)
		}
	}
	for i := range y2 {
		y2[i] = -5 // another set's bias must not move the first one's
		for j, w := range want {
			y2[i] += w * x2.At(i, j)
		}
	}
	head, err := sentiment.FitRidge(context.Background(), []sentiment.Rated{{X: x, Y: y}, {X: x2, Y: y2, Weight: 0.5}}, sentiment.RidgeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for j, w := range want {
		if math.Abs(head.Weights[j]-w) > 0.01 {
			t.Errorf("weight %d is %.4f, want %.4f", j, head.Weights[j], w)
		}
	}
	if math.Abs(head.Bias-0.3) > 0.01 || math.Abs(head.Residual-0.1) > 0.01 {
		t.Errorf("bias %.4f, residual %.4f, want 0.3 and 0.1", head.Bias, head.Residual)
	}
}

// The minimum has no slope: the gradient of the penalised loss, computed here
// from its definition, must vanish at what was fitted.
func TestLogisticIsStationary(t *testing.T) {
	x := normalMatrix(500, 3, 4)
	r := rand.New(rand.NewPCG(5, 5))
	labels := make([]bool, 500)
	for i := range labels {
		labels[i] = r.Float64() < 1/(1+math.Exp(-(2*x.At(i, 0)-x.At(i, 1)+0.5)))
	}
	head, err := sentiment.FitLogistic(context.Background(), x, labels, sentiment.LogisticOptions{Penalties: []float64{1}})
	if err != nil {
		t.Fatal(err)
	}
	grad := []float64{head.Weights[0], head.Weights[1], head.Weights[2], 0}
	for i, label := range labels {
		z := head.Bias
		for j, w := range head.Weights {
			z += w * x.At(i, j)
		}
		e := 1 / (1 + math.Exp(-z))
		if label {
			e--
		}
		for j := range head.Weights {
			grad[j] += e * x.At(i, j)
		}
		grad[3] += e
	}
	for j, g := range grad {
		if math.Abs(g) > 1e-2 {
			t.Errorf("slope %d is %g at the minimum", j, g)
		}
	}
	if head.Weights[0] < 1 || head.Weights[1] > -0.5 {
		t.Errorf("weights %v, made with 2 and -1", head.Weights)
	}
}

func TestBadTrainingData(t *testing.T) {
	ctx := context.Background()
	x := normalMatrix(10, 2, 6)
	nan := mat.DenseCopyOf(x)
	nan.Set(3, 1, math.NaN())
	y := make([]float64, 10)
	mixed := []bool{true, false, true, false, true, false, true, false, true, false}
	for name, fit := range map[string]func() error{
		"no set": func() error { _, err := sentiment.FitRidge(ctx, nil, sentiment.RidgeOptions{}); return err },
		"lengths": func() error {
			_, err := sentiment.FitRidge(ctx, []sentiment.Rated{{X: x, Y: y[:9]}}, sentiment.RidgeOptions{})
			return err
		},
		"NaN": func() error {
			_, err := sentiment.FitRidge(ctx, []sentiment.Rated{{X: nan, Y: y}}, sentiment.RidgeOptions{})
			return err
		},
		"one group": func() error {
			_, err := sentiment.FitRidge(ctx, []sentiment.Rated{{X: x, Y: y, Group: make([]int, 10)}}, sentiment.RidgeOptions{})
			return err
		},
		"labels' count": func() error {
			_, err := sentiment.FitLogistic(ctx, x, mixed[:9], sentiment.LogisticOptions{})
			return err
		},
		"one class": func() error {
			_, err := sentiment.FitLogistic(ctx, x, make([]bool, 10), sentiment.LogisticOptions{})
			return err
		},
		"NaN label fit": func() error {
			_, err := sentiment.FitLogistic(ctx, nan, mixed, sentiment.LogisticOptions{})
			return err
		},
	} {
		if err := fit(); !errors.Is(err, sentiment.ErrTraining) {
			t.Errorf("%s: %v, want ErrTraining", name, err)
		}
	}
}

func TestReadAndScoreRefuse(t *testing.T) {
	for _, bad := range []string{``, `{}`, `[]`, `{"kind":"magic","weights":[1]}`, `{"kind":"logistic"}`} {
		if _, err := sentiment.Read([]byte(bad)); !errors.Is(err, sentiment.ErrFormat) {
			t.Errorf("Read(%q): %v, want ErrFormat", bad, err)
		}
	}
	head := &sentiment.Head{Kind: sentiment.Regression, Model: "m", Weights: []float64{1, 2}, Residual: 0.1}
	if _, err := head.Score(context.Background(), mat.NewDense(1, 3, nil)); !errors.Is(err, sentiment.ErrDim) {
		t.Errorf("Score of other vectors: %v, want ErrDim", err)
	}
	data, err := json.Marshal(head)
	if err != nil {
		t.Fatal(err)
	}
	back, err := sentiment.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	f, err := back.Score(context.Background(), mat.NewDense(2, 2, []float64{0.1, 0.1, 9, 9}))
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(f[0].Value-0.3) > 1e-12 || f[1].Value != 1 || f[0].StdErr != 0.1 {
		t.Errorf("scores %v", f)
	}
	if low, high := f[1].Interval(2); low != 0.8 || high != 1 {
		t.Errorf("interval %g to %g, want 0.8 to 1", low, high)
	}
}

func TestPretrainedFitTheirModels(t *testing.T) {
	en, err := sentiment.English()
	if err != nil || en.Dim() != 384 || en.Encoder() == "" || en.Classes == nil || en.Familiar == nil {
		t.Errorf("English: %v", err)
	}
	zh, err := sentiment.Chinese()
	if err != nil || zh.Dim() != 512 || zh.Encoder() == "" || zh.Classes == nil || zh.Blend == nil || zh.Familiar == nil {
		t.Errorf("Chinese: %v", err)
	}
}
