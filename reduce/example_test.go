package reduce_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/reduce"
)

func ExamplePCA() {
	ctx := context.Background()
	// Points near the line y = 2x.
	x := mat.NewDense(5, 2, []float64{0, 0.1, 1, 1.9, 2, 4.1, 3, 5.9, 4, 8})
	pca, err := reduce.PCA{Components: 1}.Fit(ctx, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	z, err := pca.Transform(ctx, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("direction %.2f keeps %.1f%% of the variance\n", pca.Components.RawRowView(0), 100*pca.ExplainedVarianceRatio[0])
	fmt.Printf("coordinates %.2f\n", mat.Col(nil, 0, z))
	// Output:
	// direction [0.45 0.89] keeps 100.0% of the variance
	// coordinates [-4.38 -2.33 0.09 2.15 4.47]
}

func ExamplePCAResult_InverseTransform() {
	ctx := context.Background()
	x := mat.NewDense(4, 3, []float64{1, 2, 3, 2, 4, 6, 3, 6, 9, 4, 8, 12})
	pca, err := reduce.PCA{Components: 1}.Fit(ctx, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	z, _ := pca.Transform(ctx, x)
	back, _ := pca.InverseTransform(ctx, z)
	fmt.Printf("%.3f\n", mat.Row(nil, 3, back))
	// Output: [4.000 8.000 12.000]
}

func ExampleRandomProjection() {
	ctx := context.Background()
	x := mat.NewDense(100, 5000, nil)
	for i := range 100 {
		x.Set(i, i*7, 1) // corners, each at distance √2 from each other
	}
	p, err := reduce.RandomProjection{Epsilon: 0.25, Density: 1.0 / 3}.Fit(ctx, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	z, err := p.Transform(ctx, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	n, k := z.Dims()
	fmt.Println(n, "points of", k, "features")
	// Output: 100 points of 707 features
}

func ExampleUMAP() {
	ctx := context.Background()
	// Two rings, one inside the other in the first two of three dimensions.
	x := ringsInSpace()
	u, err := reduce.UMAP{Neighbors: 10, Seed: 1}.Fit(ctx, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	t, err := reduce.Trustworthiness(ctx, x, u.Embedding, 5, reduce.Euclidean)
	if err != nil {
		fmt.Println(err)
		return
	}
	n, k := u.Embedding.Dims()
	fmt.Println(n, "points in", k, "dimensions; to be trusted:", t > 0.9)
	// Output: 120 points in 2 dimensions; to be trusted: true
}
