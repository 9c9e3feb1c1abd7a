package search

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/int8dot"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// Index finds rows similar to queries. It is immutable and safe for concurrent
// use.
type Index struct {
	unsavedState

	o    Options
	n, d int

	rows dense.Rows[float32] // [n, d], for a Float32 index
	norm []float32           // [n] |x|; nil if computed as the rows are read (TopK)

	codes []int8    // [n, stride] rows as bytes, padded with zeros; nil if there are none
	scale []float32 // [n] step size of a row's bytes
	away  []float32 // [n] distance between a row and its bytes
	words int       // number of 8-byte words of signs per row, for a Binary index
	signs []byte    // [n, 8·words]

	file *safetensors.File // file that the rest is mapped from, or nil
}

const (
	// blockRows is the number of rows in one piece of work: few enough to stay in
	// the cache for several queries.
	blockRows = 2048
	maxDim    = int8dot.MaxDim
)

// New makes an index of the rows of x [n, d]. If x holds float32 rows
// (bert.Embeddings), a Float32 index uses them in place, so do not change them.
// Other numbers are rounded to float32. Under Cosine, rows of any length are
// compared by their directions; under Dot and Euclidean, a row that is longer
// than float32's range, or so short that rounding would take its direction, is an
// ErrNotFinite, and so is one shorter than 1e-30 in an Int8 index.
func New(ctx context.Context, x mat.Matrix, o Options) (*Index, error) {
	ix, err := newFloats(x, o)
	if err != nil {
		return nil, err
	}
	ix.norm = make([]float32, ix.n)
	if ix.d <= maxDim && o.Kind != Binary {
		// Huge pages, as the codes are read from memory in every search.
		ix.codes = kernel.NewMemory(ix.n * ix.stride()).Bytes(ix.n * ix.stride())
		ix.scale, ix.away = make([]float32, ix.n), make([]float32, ix.n)
	}
	if o.Kind == Binary {
		ix.words = (ix.d + 63) / 64
		ix.signs = make([]byte, ix.n*8*ix.words)
	}
	bad := make([]error, ix.blocks())
	err = parallel.Do(ctx, o.Threads, ix.blocks(), func(_, b int) {
		for i := b * blockRows; i < min((b+1)*blockRows, ix.n) && bad[b] == nil; i++ {
			bad[b] = ix.add(i)
		}
	})
	if err != nil {
		return nil, err
	}
	for _, err := range bad {
		if err != nil {
			return nil, err
		}
	}
	if o.Kind != Float32 {
		ix.rows = dense.Rows[float32]{}
	}
	return ix, nil
}

// newFloats views x without examining its values.
func newFloats(x mat.Matrix, o Options) (*Index, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	rows, err := view("vectors", x, o.Metric)
	if err != nil {
		return nil, err
	}
	if o.Kind == Int8 && rows.Dim > maxDim {
		return nil, &estimator.OptionError{Estimator: "search", Option: "features of an Int8 index", Got: rows.Dim, Want: fmt.Sprintf("at most %d", maxDim)}
	}
	return &Index{o: o, n: rows.Len, d: rows.Dim, rows: rows}, nil
}

// Len returns the number of rows.
func (ix *Index) Len() int { return ix.n }

// Dim returns the number of features.
func (ix *Index) Dim() int { return ix.d }

// Options returns the options that the index was made with.
func (ix *Index) Options() Options { return ix.o }

func (ix *Index) blocks() int { return (ix.n + blockRows - 1) / blockRows }

// stride returns the number of bytes per row.
func (ix *Index) stride() int { return int8dot.Stride(ix.d) }

// add computes the data that the index keeps of row i.
func (ix *Index) add(i int) error {
	row := ix.rows.Row(i)
	norm, err := normOf("vectors", row, i, ix.o.Metric)
	if err != nil {
		return err
	}
	if ix.o.Kind == Int8 {
		if row, norm, err = ix.coded("vectors", row, norm, i); err != nil {
			return err
		}
	}
	ix.norm[i] = single(norm)
	if ix.codes != nil {
		ix.scale[i], ix.away[i] = int8dot.Quantize(ix.codes[i*ix.stride():][:ix.stride()], row)
	}
	if ix.signs != nil {
		setSigns(ix.signs[i*8*ix.words:][:8*ix.words], row)
	}
	return nil
}

// setSigns writes a bit for each feature, set if it is positive.
func setSigns(dst []byte, x []float32) {
	clear(dst)
	for j, v := range x {
		if v > 0 {
			dst[j/8] |= 1 << (j % 8)
		}
	}
}
