// Command clusteronly shows what a program pays that imports cluster alone.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/seed-56ee9438/cohort/cluster"
	"gonum.org/v1/gonum/mat"
)

func main() {
	x := mat.NewDense(4, 2, []float64{0, 0, 0, 1, 9, 9, 9, 8})
	km, err := cluster.KMeans{K: 2, Seed: 1}.Fit(context.Background(), x)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(km.Labels, km.Inertia)
}
