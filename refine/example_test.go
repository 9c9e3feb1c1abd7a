package refine_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/refine"
)

// The words of the last user of each segment say that a clusterer has put them in
// the wrong one.
func ExampleOptions_Fit() {
	x := mat.NewDense(8, 2, []float64{1, 0, 1, 0.1, 1, 0.2, 1, 1.05, 0, 1, 0.1, 1, 0.2, 1, 1.05, 1})
	const cat, train = 0, 1
	bags := []refine.Bag{{{cat, 1}}, {{cat, 2}}, {{cat, 1}}, {{cat, 1}}, {{train, 1}}, {{train, 3}}, {{train, 1}}, {{train, 1}}}
	r, err := refine.Options{Neighbors: 3}.Fit(context.Background(), x, bags, []int{0, 0, 0, 1, 1, 1, 1, 0})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Labels, r.Moved)
	// Output: [0 0 0 0 1 1 1 1] 2
}
