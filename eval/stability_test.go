package eval

import (
	"context"
	"errors"
	prng "math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// nearest labels points on a line by the nearer of 0 and 10, or, beyond 15, by
// a coin: a cluster there is an accident of the round.
func nearest(_ context.Context, x mat.Matrix, seed uint64) ([]int, error) {
	r := prng.New(prng.NewPCG(seed, 0))
	n, _ := x.Dims()
	out := make([]int, n)
	for i := range out {
		switch v := x.At(i, 0); {
		case v > 15:
			out[i] = 2 + r.IntN(4)
		case v > 5:
			out[i] = 1
		}
	}
	return out, nil
}

func TestStability(t *testing.T) {
	t.Parallel()
	const n = 300
	x := mat.NewDense(n, 1, nil)
	for i := range n {
		x.Set(i, 0, float64(i%3)*10)
	}
	labels, err := nearest(t.Context(), x, 99)
	if err != nil {
		t.Fatal(err)
	}
	a, err := Stability{Seed: 4}.Measure(t.Context(), x, labels, nearest)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Stability{Seed: 4}.Measure(t.Context(), x, labels, nearest)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Error("the same seed gives another result")
	}
	if len(a.ARI) != 20 || len(a.Jaccard) != 6 {
		t.Fatalf("%d rounds, %d clusters", len(a.ARI), len(a.Jaccard))
	}
	for i, l := range a.Labels {
		if l < 2 && a.Jaccard[i] != 1 {
			t.Errorf("cluster %d has similarity %v, want 1", l, a.Jaccard[i])
		}
		if l >= 2 && a.Jaccard[i] > 0.6 {
			t.Errorf("cluster %d has similarity %v, want little", l, a.Jaccard[i])
		}
	}
	if a.Mean < 0.5 || a.Mean > 0.99 || a.StdDev <= 0 {
		t.Errorf("mean %v, standard deviation %v", a.Mean, a.StdDev)
	}

	boom := errors.New("boom")
	if _, err := (Stability{}).Measure(t.Context(), x, labels, func(context.Context, mat.Matrix, uint64) ([]int, error) { return nil, boom }); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
	if _, err := (Stability{}).Measure(t.Context(), x, labels, func(context.Context, mat.Matrix, uint64) ([]int, error) { return []int{1}, nil }); !errors.Is(err, ErrShape) {
		t.Errorf("got %v", err)
	}
	if _, err := (Stability{Rounds: -1}).Measure(t.Context(), x, labels, nearest); !errors.Is(err, ErrOption) {
		t.Errorf("got %v", err)
	}
	if _, err := (Stability{}).Measure(t.Context(), x, labels[1:], nearest); !errors.Is(err, ErrShape) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Stability{}).Measure(ctx, x, labels, nearest); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Numbers of points must be of those that the labels are of, as the rows are.
func TestStabilityOfSamples(t *testing.T) {
	t.Parallel()
	const n = 300
	x := mat.NewDense(n, 1, nil)
	for i := range n {
		x.Set(i, 0, float64(i%3)*10)
	}
	labels, err := nearest(t.Context(), x, 99)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Stability{Seed: 4}.Measure(t.Context(), x, labels, nearest)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Stability{Seed: 4}.MeasureSamples(t.Context(), labels, func(ctx context.Context, points []int, seed uint64) ([]int, error) {
		if !slices.IsSorted(points) || len(slices.Compact(slices.Clone(points))) != len(points) {
			t.Errorf("points %v, want each once, ascending", points)
		}
		y := mat.NewDense(len(points), 1, nil)
		for i, p := range points {
			y.Set(i, 0, x.At(p, 0))
		}
		return nearest(ctx, y, seed)
	})
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	none := func(context.Context, []int, uint64) ([]int, error) { return nil, nil }
	for _, rounds := range []int{-1, 1 << 21, 1 << 58} {
		if _, err := (Stability{Rounds: rounds}).MeasureSamples(t.Context(), labels, none); !errors.Is(err, ErrOption) {
			t.Errorf("%d rounds: %v", rounds, err)
		}
	}
	var noContext context.Context
	if _, err := (Stability{}).MeasureSamples(noContext, labels, none); !errors.Is(err, ErrNilContext) {
		t.Errorf("no context: %v", err)
	}
	if _, err := (Stability{}).MeasureSamples(t.Context(), nil, none); !errors.Is(err, ErrEmpty) {
		t.Errorf("no points: %v", err)
	}
	if _, err := (Stability{}).MeasureSamples(t.Context(), labels, none); !errors.Is(err, ErrShape) {
		t.Errorf("no labels: %v", err)
	}
}
