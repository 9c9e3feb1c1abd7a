package sentiment_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/sentiment"
)

// A head for vectors of any model: here of one feature, which people's ratings
// follow.
func ExampleFitRidge() {
	ctx := context.Background()
	x := mat.NewDense(10, 1, []float64{-1, -0.8, -0.6, -0.4, -0.2, 0.2, 0.4, 0.6, 0.8, 1})
	rated := sentiment.Rated{X: x, Y: []float64{-1, -0.8, -0.6, -0.4, -0.2, 0.2, 0.4, 0.6, 0.8, 1}}
	head, err := sentiment.FitRidge(ctx, []sentiment.Rated{rated}, sentiment.RidgeOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	feelings, err := head.Score(ctx, mat.NewDense(2, 1, []float64{-0.5, 0.9}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(feelings[0].Value < 0, feelings[1].Value > 0)
	// Output: true true
}
