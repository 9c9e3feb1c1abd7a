package search

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
)

// Metric measures how similar two vectors are.
type Metric uint8

const (
	// Cosine is x·y / (|x| |y|); higher is more similar. Rows of zeros are
	// rejected.
	Cosine Metric = iota
	// Dot is x·y; higher is more similar.
	Dot
	// Euclidean is the distance |x-y|; lower is more similar.
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

// ParseMetric returns the metric with the given name, as returned by String.
func ParseMetric(name string) (Metric, error) {
	for i, n := range metrics {
		if n == name {
			return Metric(i), nil
		}
	}
	return 0, &estimator.OptionError{Estimator: "search", Option: "Metric", Got: name, Want: "cosine, dot or euclidean", Err: ErrMetric}
}

// Kind determines the form in which an Index keeps its vectors.
type Kind uint8

const (
	// Float32 keeps the vectors themselves, and also as bytes.
	Float32 Kind = iota
	// Int8 keeps a byte per feature, and a scale for each vector.
	Int8
	// Binary keeps the signs, a bit per feature. The similarity of two vectors is
	// the cosine of their signs, 1 - 2·(differing bits)/d, whatever the metric.
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

// ParseKind returns the kind with the given name, as returned by String.
func ParseKind(name string) (Kind, error) {
	for i, n := range kinds {
		if n == name {
			return Kind(i), nil
		}
	}
	return 0, &estimator.OptionError{Estimator: "search", Option: "Kind", Got: name, Want: "float32, int8 or binary"}
}

// Errors of this package; the values are the same as those of cluster, eval and
// reduce.
var (
	ErrEmpty     = estimator.ErrEmpty     // no vectors, or vectors without features
	ErrNotFinite = estimator.ErrNotFinite // NaN or infinity: an *estimator.ValueError
	ErrZeroRow   = estimator.ErrZeroRow   // row of zeros under Cosine: an *estimator.ValueError
	ErrShape     = estimator.ErrShape     // queries with another number of features: an *estimator.ShapeError
	ErrOption    = estimator.ErrOption    // an *estimator.OptionError
	ErrMetric    = estimator.ErrMetric    // is an ErrOption
)

// Options configures an Index. The zero value keeps float32 vectors and
// compares by cosine.
type Options struct {
	Metric Metric
	Kind   Kind
	// Threads limits the number of goroutines; 0 means GOMAXPROCS. It does not
	// affect the results.
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
	Index int     // index of the row
	Score float64 // under the metric
}

// Query configures a search.
type Query struct {
	// K is the number of rows to find. If there are fewer, all are returned.
	K int
	// Filter, if not nil, reports whether a row may be found. It is called from
	// several goroutines, and only for rows that are similar enough.
	Filter func(row int) bool
	// Vectors, if not nil, are the full vectors, [rows, d], used to rescore the
	// Rescore·K best hits of a compact index. They may be on disk; only the
	// required rows are read.
	Vectors mat.Matrix
	// Rescore is the number of hits to rescore, as a multiple of K; 0 means 4. It
	// has no effect without Vectors.
	Rescore int
	// Rerank, if not nil, reorders the hits of one query or drops some, for
	// example using a cross-encoder on the texts. It gets Rescore·K hits (4·K if
	// Rescore is 0), best first; its result is truncated to K hits.
	Rerank func(ctx context.Context, query int, hits []Hit) ([]Hit, error)
}

// TopK returns, for each row of q [m, d], the k rows of x [n, d] that are most
// similar to it, best first. Equally similar rows are in ascending order. It
// reads x once and keeps nothing; make an Index for repeated searches.
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
