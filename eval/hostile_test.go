package eval

import (
	"context"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are refused or limited.
func TestHostileNumbers(t *testing.T) {
	x, labels := mat.NewDense(12, 2, nil), make([]int, 12)
	for i := range 12 {
		x.SetRow(i, []float64{float64(i % 3), float64(i)})
		labels[i] = i % 3
	}
	testdir.HostileNumbers(t, Stability{Rounds: 2}, func(ctx context.Context, s Stability) error {
		_, err := s.Measure(ctx, x, labels, func(_ context.Context, x mat.Matrix, _ uint64) ([]int, error) {
			n, _ := x.Dims()
			return make([]int, n), nil
		})
		return err
	}, ErrOption)
}
