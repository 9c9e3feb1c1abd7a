package bert

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Embeddings are the vectors of some texts: a [texts, dim] matrix of float32 in
// contiguous row-major memory. It implements gonum's mat.Matrix; cohort's
// numeric packages use its float32 rows without copying.
type Embeddings struct {
	data []float32 // [rows, dim]
	rows int
	dim  int

	// Tokens is the number of tokens that were encoded, special ones included.
	Tokens int
	// Truncated is the number of texts that were truncated because they
	// exceeded the model's length.
	Truncated int
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
