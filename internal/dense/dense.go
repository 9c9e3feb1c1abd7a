// Package dense views a gonum mat.Matrix as row-major rows of one float type,
// without copying if the matrix already holds such rows.
//
// cluster, eval and reduce take mat.Matrix in their APIs and use these views
// internally, so that float32 embeddings stay float32 (half the memory traffic,
// twice the SIMD lanes) and float64 data keeps its full precision.
package dense

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Float is the element type of a view.
type Float interface{ float32 | float64 }

// RawFloat32er is implemented by matrices whose elements are float32 rows in
// row-major order: row i starts at data[i*stride]. bert.Embeddings implements it.
type RawFloat32er interface {
	RawFloat32() (data []float32, stride int)
}

// Rows is a view of Len points with Dim features: row i is Data[i*Stride :
// i*Stride+Dim]. It shares memory with the matrix it views and must not be
// written to unless its creator permits that.
type Rows[T Float] struct {
	Data     []T
	Len, Dim int
	Stride   int
}

// Row returns row i, [Dim].
func (r Rows[T]) Row(i int) []T {
	o := i * r.Stride
	return r.Data[o : o+r.Dim : o+r.Dim]
}

// Slice returns the view of rows i (inclusive) to j (exclusive).
func (r Rows[T]) Slice(i, j int) Rows[T] {
	if i == j {
		return Rows[T]{Dim: r.Dim, Stride: r.Stride}
	}
	return Rows[T]{Data: r.Data[i*r.Stride : (j-1)*r.Stride+r.Dim], Len: j - i, Dim: r.Dim, Stride: r.Stride}
}

// New returns n zeroed rows of dim features, which may be written to.
func New[T Float](n, dim int) Rows[T] {
	return Rows[T]{Data: make([]T, n*dim), Len: n, Dim: dim, Stride: dim}
}

// Float32 returns x's own float32 rows and true, or false if x does not hold any.
func Float32(x mat.Matrix) (Rows[float32], bool) {
	m, ok := x.(RawFloat32er)
	if !ok {
		return Rows[float32]{}, false
	}
	n, d := x.Dims()
	data, stride := m.RawFloat32()
	return Rows[float32]{Data: data, Len: n, Dim: d, Stride: stride}, true
}

// Float64 returns x as float64 rows: x's own rows if x is a mat.RawMatrixer
// (mat.Dense), else a converted copy.
func Float64(x mat.Matrix) Rows[float64] {
	n, d := x.Dims()
	if m, ok := x.(mat.RawMatrixer); ok {
		raw := m.RawMatrix()
		return Rows[float64]{Data: raw.Data, Len: n, Dim: d, Stride: raw.Stride}
	}
	out := New[float64](n, d)
	if f, ok := Float32(x); ok {
		for i := range n {
			dst := out.Row(i)
			for j, v := range f.Row(i) {
				dst[j] = float64(v)
			}
		}
		return out
	}
	for i := range n {
		dst := out.Row(i)
		for j := range dst {
			dst[j] = x.At(i, j)
		}
	}
	return out
}

// Narrow returns a copy of x as float32 rows, each element rounded to nearest.
func Narrow(x mat.Matrix) Rows[float32] {
	n, d := x.Dims()
	out := New[float32](n, d)
	for i := range n {
		dst := out.Row(i)
		for j := range dst {
			dst[j] = float32(x.At(i, j))
		}
	}
	return out
}

// Matrix is a view of float32 rows as a mat.Matrix that keeps the fast path.
type Matrix struct{ Rows[float32] }

// Dims returns the number of rows and columns.
func (m Matrix) Dims() (r, c int) { return m.Len, m.Dim }

// At returns element (i, j).
func (m Matrix) At(i, j int) float64 { return float64(m.Row(i)[j]) }

// T returns the transpose, without a copy.
func (m Matrix) T() mat.Matrix { return mat.Transpose{Matrix: m} }

// RawFloat32 implements RawFloat32er.
func (m Matrix) RawFloat32() (data []float32, stride int) { return m.Data, m.Stride }

// OfRows makes a matrix from rows of equal length.
func OfRows(rows [][]float64) (*mat.Dense, error) {
	if len(rows) == 0 || len(rows[0]) == 0 {
		return nil, fmt.Errorf("%d rows, or rows without columns", len(rows))
	}
	out := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			return nil, fmt.Errorf("row %d has %d columns, want %d as in the first row", i, len(row), len(rows[0]))
		}
		out.SetRow(i, row)
	}
	return out, nil
}
