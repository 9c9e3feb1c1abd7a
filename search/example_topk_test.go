package search_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/search"
)

// TopK answers a single question; rows may be any matrix, such as
// bert.Embeddings or what package npy reads.
func ExampleTopK() {
	rows := mat.NewDense(3, 2, []float64{
		1, 0,
		0, 1,
		3, 4,
	})
	hits, err := search.TopK(context.Background(), rows, mat.NewDense(1, 2, []float64{1, 1}), 2, search.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, h := range hits[0] {
		fmt.Printf("row %d, cosine %.2f\n", h.Index, h.Score)
	}
	// Output:
	// row 2, cosine 0.99
	// row 0, cosine 0.71
}
