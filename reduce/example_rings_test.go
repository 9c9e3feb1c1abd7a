package reduce_test

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// ringsInSpace returns 120 points on two rings, [120, 3].
func ringsInSpace() *mat.Dense {
	x := mat.NewDense(120, 3, nil)
	for i := range 120 {
		radius := float64(1 + 3*(i%2))
		angle := 2 * math.Pi * float64(i) / 120
		x.SetRow(i, []float64{radius * math.Cos(angle), radius * math.Sin(angle), 0.1 * math.Sin(7*angle)})
	}
	return x
}
