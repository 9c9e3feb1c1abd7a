package sentiment

import (
	"context"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are refused or limited.
func TestHostileNumbers(t *testing.T) {
	x, y := mat.NewDense(30, 3, nil), make([]float64, 30)
	positive, texts := make([]bool, 30), make([]string, 30)
	for i := range 30 {
		positive[i] = i%3 > 0
		x.SetRow(i, []float64{float64(i % 3), float64(i*i%7) / 7, 1 / float64(i+1)})
		y[i], texts[i] = float64(i%3)-1, []string{"bad", "good one", "the best"}[i%3]
	}
	testdir.HostileNumbers(t, LogisticOptions{}, func(ctx context.Context, o LogisticOptions) error {
		_, err := FitLogistic(ctx, x, positive, o)
		return err
	}, ErrTraining)
	testdir.HostileNumbers(t, RidgeOptions{}, func(ctx context.Context, o RidgeOptions) error {
		_, err := FitRidge(ctx, []Rated{{X: x, Y: y}}, o)
		return err
	}, ErrTraining)
	testdir.HostileNumbers(t, Rated{}, func(ctx context.Context, r Rated) error {
		r.X, r.Y = x, y
		_, err := FitRidge(ctx, []Rated{{X: x, Y: y}, r}, RidgeOptions{})
		return err
	}, ErrTraining)
	testdir.HostileNumbers(t, NetworkOptions{Units: 4, Members: 2, Epochs: 3}, func(ctx context.Context, o NetworkOptions) error {
		_, err := FitNetwork(ctx, x, positive, o)
		return err
	}, ErrTraining)
	testdir.HostileNumbers(t, GramOptions{Bits: 6}, func(ctx context.Context, o GramOptions) error {
		_, err := FitGrams(ctx, texts, positive, o)
		return err
	}, ErrTraining)
}
