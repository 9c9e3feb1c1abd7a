package cluster_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
)

func ExampleKMeans() {
	x := mat.NewDense(6, 2, []float64{
		1, 1, 1, 2, 2, 1,
		8, 8, 8, 9, 9, 8,
	})
	km, err := cluster.KMeans{K: 2, Seed: 1}.Fit(context.Background(), x)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("inertia %.3f\n", km.Inertia)
	near, err := km.Predict(context.Background(), mat.NewDense(1, 2, []float64{7, 7}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(near[0] == km.Labels[3], near[0] == km.Labels[0])
	// Output:
	// inertia 2.667
	// true false
}

func ExampleDBSCAN() {
	x := mat.NewDense(4, 2, []float64{0, 0, 0, 1, 1, 0, 9, 9})
	found, err := cluster.DBSCAN{Eps: 1.5, MinSamples: 3}.Fit(context.Background(), x)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(found.Labels)
	// Output: [0 0 0 -1]
}
