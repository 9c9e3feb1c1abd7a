package train

import (
	"iter"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
)

// all yields examples.
func all[E any](examples []E) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		for _, e := range examples {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// tiny loads the tiny model of package bert's tests.
func tiny(tb testing.TB) *bert.Model {
	tb.Helper()
	m, err := bert.Load("../bert/testdata/models/bert", bert.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.Close() })
	return m
}
