package cluster_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
)

// Two groups of three points, and one far from both.
var corners = mat.NewDense(7, 2, []float64{
	1, 1, 1, 1.1, 1.1, 1,
	5, 5, 5, 5.1, 5.1, 5,
	20, -20,
})

func ExampleKMeans() {
	r, err := cluster.KMeans{K: 2, Seed: 1}.Fit(context.Background(), corners.Slice(0, 6, 0, 2))
	if err != nil {
		panic(err)
	}
	fresh, err := r.Predict(context.Background(), mat.NewDense(1, 2, []float64{4, 4}))
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Labels[0] == r.Labels[2], r.Labels[0] == r.Labels[3], fresh[0] == r.Labels[3])
	fmt.Printf("inertia %.4f\n", r.Inertia)
	// Output:
	// true false true
	// inertia 0.0267
}

func ExampleMiniBatchKMeans() {
	r, err := cluster.MiniBatchKMeans{K: 2, Seed: 1}.Fit(context.Background(), corners.Slice(0, 6, 0, 2))
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Labels[0] == r.Labels[2], r.Labels[0] == r.Labels[3])
	// Output: true false
}

func ExampleMiniBatchStream_PartialFit() {
	s, err := cluster.MiniBatchKMeans{Centers: mat.NewDense(2, 2, []float64{0, 0, 6, 6})}.Stream()
	if err != nil {
		panic(err)
	}
	for lo := 0; lo < 6; lo += 3 { // points as they come
		if err := s.PartialFit(context.Background(), corners.Slice(lo, lo+3, 0, 2), nil); err != nil {
			panic(err)
		}
	}
	labels, err := s.Result().Predict(context.Background(), corners.Slice(0, 6, 0, 2))
	if err != nil {
		panic(err)
	}
	fmt.Println(labels[0] == labels[2], labels[0] == labels[3])
	// Output: true false
}

func ExampleBisectingKMeans() {
	r, err := cluster.BisectingKMeans{K: 3, Seed: 1}.Fit(context.Background(), corners)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Labels[0] == r.Labels[2], r.Labels[0] == r.Labels[3], r.Labels[3] == r.Labels[6])
	// Output: true false false
}

func ExampleDBSCAN() {
	r, err := cluster.DBSCAN{Eps: 0.5, MinSamples: 3}.Fit(context.Background(), corners)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Labels)
	// Output: [0 0 0 1 1 1 -1]
}

func ExampleHDBSCAN() {
	r, err := cluster.HDBSCAN{MinClusterSize: 3, MinSamples: 2}.Fit(context.Background(), corners)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Labels)
	// Output: [0 0 0 1 1 1 -1]
}

func ExampleAgglomerative() {
	r, err := cluster.Agglomerative{K: 3, Linkage: cluster.Average}.Fit(context.Background(), corners)
	if err != nil {
		panic(err)
	}
	last := r.Merges[len(r.Merges)-1]
	fmt.Println(r.Labels, last.Size)
	// Output: [0 0 0 1 1 1 2] 7
}

func ExampleChoose() {
	c, err := cluster.Choose(context.Background(), corners.Slice(0, 6, 0, 2), cluster.ChooseOptions{K: []int{2, 3, 4}})
	if err != nil {
		panic(err)
	}
	fmt.Println(c.Recommended().Name())
	// Output: k = 2
}

func ExampleKDistances() {
	curve, err := cluster.KDistances(context.Background(), corners, 3, cluster.Euclidean, 0)
	if err != nil {
		panic(err)
	}
	fmt.Printf("eps about %.2f\n", curve[cluster.Knee(curve)])
	// Output: eps about 0.14
}
