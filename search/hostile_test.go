package search

import (
	"context"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are refused or limited.
func TestHostileNumbers(t *testing.T) {
	x := cloud(50, 4, 9, true)
	for _, kind := range []Kind{Float32, Int8, Binary} {
		testdir.HostileNumbers(t, Options{Kind: kind}, func(ctx context.Context, o Options) error {
			_, err := TopK(ctx, x, x, 3, o)
			if err != nil {
				return err
			}
			return Similarities(ctx, x, x, o, func(int, *mat.Dense) error { return nil })
		}, ErrOption)
		ix, err := New(t.Context(), x, Options{Kind: kind})
		if err != nil {
			t.Fatal(err)
		}
		testdir.HostileNumbers(t, Query{K: 3, Rescore: 2, Vectors: x}, func(ctx context.Context, q Query) error {
			_, err := ix.Search(ctx, x, q)
			return err
		}, ErrOption)
	}
}
