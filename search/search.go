package search

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
)

// Metric says how similar two vectors are.
type Metric uint8

const (
	// Cosine is x·y / (|x| |y|): more is better. Rows of zeros are refused.
	Cosine Metric = iota
	// Dot is x·y: more is better.
	Dot
	// Euclidean is the distance |x-y|: less is better.
	Euclidean
)

var metrics = [...]string{Cosine: "cosine", Dot: "dot", Euclidean: "euclidean"}

// String returns "cosine", "dot" or "euclidean".
func (m Metric) String() string {
	if int(m) < len(metrics) {
		return metrics[m]
	}
	return fmt.Sprintf("Metric(%d)", uint8(m))
}

// ParseMetric returns the metric that String names.
func ParseMetric(name string) (Metric, error) {
	for i, n := range metrics {
		if n == name {
			return Metric(i), nil
		}
	}
	return 0, &estimator.OptionError{Estimator: "search", Option: "Metric", Got: name, Want: "cosine, dot or euclidean", Err: ErrMetric}
}

// Kind is what an Index keeps of its vectors.
type Kind uint8

const (
	// Float32 keeps them as they are, and as bytes besides.
	Float32 Kind = iota
	// Int8 keeps a byte a feature, and a scale for each vector.
	Int8
	// Binary keeps the signs: a bit a feature. Two vectors are as similar as the
	// cosine of their signs, 1 - 2·(differing bits)/d, whatever the metric.
	Binary
)

var kinds = [...]string{Float32: "float32", Int8: "int8", Binary: "binary"}

// String returns "float32", "int8" or "binary".
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// ParseKind returns the kind that String names.
func ParseKind(name string) (Kind, error) {
	for i, n := range kinds {
		if n == name {
			return Kind(i), nil
		}
	}
	return 0, &estimator.OptionError{Estimator: "search", Option: "Kind", Got: name, Want: "float32, int8 or binary"}
}

// What can be wrong; the same values as those of cluster, eval and reduce.
var (
	ErrEmpty     = estimator.ErrEmpty     // no vectors, or none with a feature
	ErrNotFinite = estimator.ErrNotFinite // NaN or an infinity: an *estimator.ValueError
	ErrZeroRow   = estimator.ErrZeroRow   // no direction under Cosine: an *estimator.ValueError
	ErrShape     = estimator.ErrShape     // queries of another length: an *estimator.ShapeError
	ErrOption    = estimator.ErrOption    // an *estimator.OptionError
	ErrMetric    = estimator.ErrMetric    // is an ErrOption
)

// Options say how an Index is made. The zero value keeps float32 vectors and
// compares by cosine.
type Options struct {
	Metric Metric
	Kind   Kind
	// Threads is the largest number of goroutines; 0: GOMAXPROCS. Results do not
	// depend on it.
	Threads int
}

func (o Options) check() error {
	switch {
	case int(o.Metric) >= len(metrics):
		return &estimator.OptionError{Estimator: "search", Option: "Metric", Got: o.Metric, Want: "Cosine, Dot or Euclidean", Err: ErrMetric}
	case int(o.Kind) >= len(kinds):
		return &estimator.OptionError{Estimator: "search", Option: "Kind", Got: o.Kind, Want: "Float32, Int8 or Binary"}
	}
	return nil
}

// Hit is a row that was found.
type Hit struct {
	Index int     // of the row
	Score float64 // under the metric
}

// Query says what to find.
type Query struct {
	// K is how many rows to find; all, where there are fewer.
	K int
	// Filter, if not nil, tells which rows may be found. It is called from several
	// goroutines, and only for rows that are similar enough.
	Filter func(row int) bool
	// Vectors, if not nil, are the full vectors, [rows, d], by which the Rescore·K
	// best of a compact index are scored again. They may be on disk: only rows
	// that are needed are read.
	Vectors mat.Matrix
	// Rescore is how many times K to score again; 0: 4. Without Vectors it has no
	// effect.
	Rescore int
	// Rerank, if not nil, puts the hits of one query in another order, or drops
	// some, such as by a cross-encoder over the texts. It is given Rescore·K hits
	// (0: 4·K), best first; what it returns is cut at K.
	Rerank func(ctx context.Context, query int, hits []Hit) ([]Hit, error)
}

// TopK returns, for each row of q [m, d], the k rows of x [n, d] that are most
// similar to it, best first; of equally similar ones the first. It looks at x
// once and keeps nothing: for more questions make an Index.
func TopK(ctx context.Context, x, q mat.Matrix, k int, o Options) ([][]Hit, error) {
	if o.Kind != Float32 {
		ix, err := New(ctx, x, o)
		if err != nil {
			return nil, err
		}
		return ix.Search(ctx, q, Query{K: k})
	}
	ix, err := newFloats(x, o)
	if err != nil {
		return nil, err
	}
	return ix.Search(ctx, q, Query{K: k})
}
