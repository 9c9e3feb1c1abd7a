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

// Vectors part these titles by what is asked, installing or themes, the names of
// two products by what it is asked about.
func ExampleOptions_FitAnew() {
	const drupal, magento = 0, 1
	x, bags := mat.NewDense(40, 3, nil), make([]refine.Bag, 40)
	for i := range 40 {
		asked, about := i/2%2, i%2 // installing or themes, Drupal or Magento
		x.Set(i, asked, 1)
		x.Set(i, 2, []float64{drupal: -0.68, magento: 0.68}[about]) // vectors say a little less of it
		bags[i] = refine.Bag{{Word: int32(about), Count: 1}}
	}
	r, err := refine.Options{}.FitAnew(context.Background(), x, bags, bags, 2, 0.45)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Labels[:8])
	// Output: [0 1 0 1 0 1 0 1]
}
