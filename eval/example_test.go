package eval_test

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/eval"
)

// Six points in two groups on a line, and one far from both.
var points = mat.NewDense(7, 1, []float64{0, 1, 2, 10, 11, 12, 50})

func ExampleSilhouette() {
	s, err := eval.Silhouette(points, []int{0, 0, 0, 1, 1, 1, 1}, eval.Euclidean)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", s)
	// Output: 0.309
}

func ExampleScorer_Report() {
	labels := []int{0, 0, 0, 1, 1, 1, eval.Noise}
	r, err := eval.Scorer{}.Report(context.Background(), points, labels, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d clusters, %.0f%% noise\n", r.Clusters, 100*r.NoiseShare)
	fmt.Printf("silhouette %.3f, without the noise %.3f\n", r.Silhouette, r.WithoutNoise.Silhouette)
	// Output:
	// 2 clusters, 14% noise
	// silhouette 0.742, without the noise 0.866
}

func ExampleCompare() {
	truth := []int{0, 0, 0, 1, 1, 1}
	a, err := eval.Compare(truth, []int{5, 5, 5, 7, 7, 9})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("ARI %.3f, homogeneity %.3f, completeness %.3f\n", a.ARI, a.Homogeneity, a.Completeness)
	// Output: ARI 0.706, homogeneity 1.000, completeness 0.685
}

func ExampleLabelCountError() {
	_, err := eval.CalinskiHarabasz(points, make([]int, 7))
	var count *eval.LabelCountError
	fmt.Println(errors.As(err, &count), err)
	// Output: true Calinski-Harabasz: 1 clusters among 7 points, want 2 to 6
}

func ExampleStability() {
	// Any clustering can be measured; this one cuts at 5.
	cut := func(_ context.Context, x mat.Matrix, _ uint64) ([]int, error) {
		n, _ := x.Dims()
		labels := make([]int, n)
		for i := range labels {
			if x.At(i, 0) > 5 {
				labels[i] = 1
			}
		}
		return labels, nil
	}
	ctx := context.Background()
	labels, _ := cut(ctx, points, 0)
	s, err := eval.Stability{Rounds: 10}.Measure(ctx, points, labels, cut)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Mean, s.Jaccard)
	// Output: 1 [1 1]
}
