package bert

import (
	"fmt"
	"iter"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Embeddings are the vectors of some texts: a [texts, dim] matrix of float32 in
// contiguous row-major memory. It implements gonum's mat.Matrix; cohort's
// numeric packages use its float32 rows without copying.
type Embeddings struct {
	// Tokens is the number of tokens that were encoded, special ones included.
	Tokens int
	// Truncated is the number of texts that were truncated because they
	// exceeded the model's length.
	Truncated int

	data []float32 // [rows, dim]
	rows int
	dim  int
}

// NewEmbeddings returns Embeddings over data [rows, dim], which is not copied.
// It returns an error wrapping ErrInput if the length of data does not fit.
func NewEmbeddings(data []float32, rows, dim int) (*Embeddings, error) {
	if rows < 0 || dim < 0 || len(data) != rows*dim {
		return nil, fmt.Errorf("%w: %d values for embeddings [%d, %d]", ErrInput, len(data), rows, dim)
	}
	return &Embeddings{data: data, rows: rows, dim: dim}, nil
}

// Len returns the number of texts.
func (e *Embeddings) Len() int { return e.rows }

// Dim returns the number of features of each vector.
func (e *Embeddings) Dim() int { return e.dim }

// Row returns the vector of text i, [dim], without a copy.
func (e *Embeddings) Row(i int) []float32 { return e.data[i*e.dim : (i+1)*e.dim : (i+1)*e.dim] }

// Rows ranges over the vectors, [dim] each, without copying them.
func (e *Embeddings) Rows() iter.Seq2[int, []float32] {
	return func(yield func(int, []float32) bool) {
		for i := range e.rows {
			if !yield(i, e.Row(i)) {
				return
			}
		}
	}
}

// Slice returns the vectors of texts i to j-1, [j-i, dim], without copying them.
// Its Tokens and Truncated are 0, since they are known of all texts only. Slice
// panics if the indices are out of range, as slices do.
func (e *Embeddings) Slice(i, j int) *Embeddings {
	if i < 0 || j < i || j > e.rows {
		panic(fmt.Sprintf("bert: Slice(%d, %d) of %d embeddings", i, j, e.rows))
	}
	return &Embeddings{data: e.data[i*e.dim : j*e.dim : j*e.dim], rows: j - i, dim: e.dim}
}

// Append appends a copy of the vectors of others, and adds up Tokens and
// Truncated. Embeddings without a vector take the Dim of the first that has one;
// another Dim gives an ErrInput, and e is unchanged. Slices of e taken before
// keep their vectors.
func (e *Embeddings) Append(others ...*Embeddings) error {
	dim, rows := e.dim, e.rows
	for i, o := range others {
		switch {
		case o.rows == 0:
		case rows == 0:
			dim = o.dim
		case o.dim != dim:
			return fmt.Errorf("%w: embeddings %d have %d features, want %d", ErrInput, i, o.dim, dim)
		}
		rows += o.rows
	}
	data := slices.Grow(e.data, rows*dim-len(e.data))
	tokens, truncated := e.Tokens, e.Truncated
	for _, o := range others {
		data = append(data, o.data...)
		tokens, truncated = tokens+o.Tokens, truncated+o.Truncated
	}
	e.data, e.rows, e.dim, e.Tokens, e.Truncated = data, rows, dim, tokens, truncated
	return nil
}

// AppendRow appends a copy of one vector, such as [Vector.Values] of a stream.
// It follows the rules of Append.
func (e *Embeddings) AppendRow(v []float32) error {
	return e.Append(&Embeddings{data: v, rows: 1, dim: len(v)})
}

// Dims implements mat.Matrix.
func (e *Embeddings) Dims() (r, c int) { return e.rows, e.dim }

// At implements mat.Matrix.
func (e *Embeddings) At(i, j int) float64 {
	if j < 0 || j >= e.dim {
		panic(mat.ErrColAccess)
	}
	return float64(e.Row(i)[j])
}

// T implements mat.Matrix without a copy.
func (e *Embeddings) T() mat.Matrix { return mat.Transpose{Matrix: e} }

// RawFloat32 returns the rows as stored: row i begins at data[i*stride].
func (e *Embeddings) RawFloat32() (data []float32, stride int) { return e.data, e.dim }
