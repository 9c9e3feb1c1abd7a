package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

func matrix(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, r := range rows {
		m.SetRow(i, r)
	}
	return m
}

// testdata/make.py computes the same with scikit-learn.
func TestEqualsScikitLearn(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/sklearn.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Logistic []struct {
			X             [][]float64
			Y             []int
			Penalty       float64
			Probabilities [][]float64
		}
		Ridge struct {
			X              [][]float64
			Y, Predictions []float64
			Penalty        float64
		}
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Logistic) != 6 {
		t.Fatalf("%d cases", len(want.Logistic))
	}
	for _, c := range want.Logistic {
		l, err := FitLogistic(t.Context(), matrix(c.X), c.Y, LogisticOptions{Penalties: []float64{c.Penalty}, Uncalibrated: true})
		if err != nil {
			t.Fatal(err)
		}
		p, err := l.Probabilities(matrix(c.X))
		if err != nil {
			t.Fatal(err)
		}
		worst := 0.0
		for i, row := range p {
			for k, v := range row {
				worst = max(worst, math.Abs(v-c.Probabilities[i][k]))
			}
		}
		if t.Logf("%d classes, penalty %g: %.2g apart", l.Classes(), c.Penalty, worst); worst > 2e-3 || len(p[0]) != l.Classes() {
			t.Errorf("%d classes, penalty %g: probabilities up to %g apart", l.Classes(), c.Penalty, worst)
		}
	}
	r, err := FitRidge(t.Context(), []Rated{{X: matrix(want.Ridge.X), Y: want.Ridge.Y}}, RidgeOptions{Penalties: []float64{want.Ridge.Penalty}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Predict(matrix(want.Ridge.X))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		if math.Abs(v-want.Ridge.Predictions[i]) > 1e-9 {
			t.Errorf("row %d: %g, by scikit-learn %g", i, v, want.Ridge.Predictions[i])
		}
	}
}

// blobs are rows around a centre for each class, with some labels wrong.
func blobs(n, classes int, seed uint64) (x dense.Rows[float64], labels []int) {
	r := rand.New(rand.NewPCG(seed, 3))
	x = dense.New[float64](n, 8)
	for i := range n {
		c := i % classes
		for j := range x.Row(i) {
			x.Row(i)[j] = 0.7*math.Sin(float64(5*c+3*j*j)) + r.NormFloat64()
		}
		if r.Float64() < 0.1 {
			c = r.IntN(classes)
		}
		labels = append(labels, c)
	}
	return x, labels
}

func of(x dense.Rows[float64]) mat.Matrix { return mat.NewDense(x.Len, x.Dim, x.Data) }

// Calibrated probabilities are closer to the truth on unseen rows, and the classes
// stay the same.
func TestCalibration(t *testing.T) {
	t.Parallel()
	x, labels := blobs(120, 4, 1)
	unseen, truth := blobs(4000, 4, 2)
	fit := func(plain bool) (*Logistic, [][]float64) {
		l, err := FitLogistic(t.Context(), of(x), labels, LogisticOptions{Penalties: []float64{1e-3}, Uncalibrated: plain})
		if err != nil {
			t.Fatal(err)
		}
		p, err := l.Probabilities(of(unseen))
		if err != nil {
			t.Fatal(err)
		}
		return l, p
	}
	plain, a := fit(true)
	calibrated, b := fit(false)
	before, after := meanLoss(a, truth), meanLoss(b, truth)
	t.Logf("log loss %.3f, calibrated %.3f (temperature %.2f); calibration error %.3f, calibrated %.3f",
		before, after, calibrated.Temperature, CalibrationError(a, truth, 10), CalibrationError(b, truth, 10))
	if plain.Temperature != 1 || calibrated.Temperature <= 1 || after > 0.97*before {
		t.Errorf("log loss %g with temperature %g, calibrated %g with %g", before, plain.Temperature, after, calibrated.Temperature)
	}
	p, _ := plain.Predict(of(unseen))
	q, _ := calibrated.Predict(of(unseen))
	for i := range p {
		if p[i] != q[i] {
			t.Fatalf("row %d is of class %d, calibrated of %d", i, p[i], q[i])
		}
	}
}

func meanLoss(p [][]float64, labels []int) (loss float64) {
	for i, row := range p {
		loss -= math.Log(row[labels[i]]) / float64(len(p))
	}
	return loss
}

func TestCalibrationError(t *testing.T) {
	t.Parallel()
	p := [][]float64{{0.9, 0.1}, {0.9, 0.1}, {0.3, 0.7}, {0.25, 0.75}}
	// Bin 0.9: 0.9 said, half came true, of half the rows. Bin 0.7: 0.725 and 1.
	if got, want := CalibrationError(p, []int{0, 1, 1, 1}, 10), 0.5*0.4+0.5*0.275; math.Abs(got-want) > 1e-12 {
		t.Errorf("%g, want %g", got, want)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(4, 2, []float64{1, 2, 3, 4, 5, 6, 7, 8})
	bad := mat.NewDense(2, 1, []float64{1, math.NaN()})
	for name, err := range map[string]error{
		"number of labels": second(FitLogistic(t.Context(), x, []int{0, 1}, LogisticOptions{})),
		"one class":        second(FitLogistic(t.Context(), x, []int{0, 0, 0, 0}, LogisticOptions{})),
		"missing class":    second(FitLogistic(t.Context(), x, []int{0, 2, 2, 0}, LogisticOptions{})),
		"negative":         second(FitLogistic(t.Context(), x, []int{0, -1, 1, 0}, LogisticOptions{})),
		"not finite":       second(FitLogistic(t.Context(), bad, []int{0, 1}, LogisticOptions{})),
		"penalty":          second(FitLogistic(t.Context(), x, []int{0, 1, 1, 0}, LogisticOptions{Penalties: []float64{-1}})),
		"no penalty":       second(FitLogistic(t.Context(), x, []int{0, 1, 1, 0}, LogisticOptions{Penalties: []float64{}})),
		"ridge":            second(FitRidge(t.Context(), []Rated{{X: x, Y: []float64{1}}}, RidgeOptions{})),
		"no set":           second(FitRidge(t.Context(), nil, RidgeOptions{})),
	} {
		if !errors.Is(err, ErrData) {
			t.Errorf("%s: %v", name, err)
		}
	}
	l, err := FitLogistic(t.Context(), x, []int{0, 1, 1, 0}, LogisticOptions{Folds: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Predict(mat.NewDense(1, 3, nil)); !errors.Is(err, ErrDim) {
		t.Errorf("length: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FitLogistic(ctx, x, []int{0, 1, 1, 0}, LogisticOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func ExampleFitLogistic() {
	x := mat.NewDense(6, 1, []float64{-3, -2, -1, 1, 2, 3})
	l, err := FitLogistic(context.Background(), x, []int{0, 0, 0, 1, 1, 1}, LogisticOptions{Penalties: []float64{1}, Uncalibrated: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	classes, err := l.Predict(mat.NewDense(2, 1, []float64{-0.5, 4}))
	fmt.Println(classes, err)
	// Output: [0 1] <nil>
}
