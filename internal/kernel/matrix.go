package kernel

import "fmt"

// Matrix is a matrix in row-major order, like gonum's blas32.General: row i is
// Data[i*Stride : i*Stride+Cols]. The zero value has no rows. It is a view:
// copies share the elements.
type Matrix struct {
	Data       []float32
	Rows, Cols int
	Stride     int
}

// MatrixF64 is a [Matrix] of float64.
type MatrixF64 struct {
	Data       []float64
	Rows, Cols int
	Stride     int
}

// RowMajor returns the matrix [rows, cols] whose rows are contiguous in data.
func RowMajor(data []float32, rows, cols int) Matrix {
	return Matrix{Data: data, Rows: rows, Cols: cols, Stride: cols}
}

// Slice returns the view of rows i to k and columns j to l, like gonum's
// mat.Dense.Slice.
func (m Matrix) Slice(i, k, j, l int) Matrix {
	s := Matrix{Rows: k - i, Cols: l - j, Stride: m.Stride}
	if i < k && j < l {
		s.Data = m.Data[i*m.Stride+j:]
	}
	return s
}

// Row returns row i, [Cols].
func (m Matrix) Row(i int) []float32 {
	if m.Cols == 0 {
		return nil
	}
	return m.Data[i*m.Stride:][:m.Cols:m.Cols]
}

// rows returns the view of n rows, starting at row i.
func (m Matrix) rows(i, n int) Matrix { return m.Slice(i, i+n, 0, m.Cols) }

// check panics unless m is [rows, cols] and has all its elements.
func (m Matrix) check(name string, rows, cols int) {
	if m.Rows != rows || m.Cols != cols {
		panic(fmt.Sprintf("kernel: %s is [%d, %d], want [%d, %d]", name, m.Rows, m.Cols, rows, cols))
	}
	checkMatrix(name, m.Data, rows, cols, m.Stride)
}

// checkMatrix panics unless x holds a [rows, cols] matrix with rows stride apart.
func checkMatrix[T any](name string, x []T, rows, cols, stride int) {
	if rows < 0 || cols < 0 {
		panic(fmt.Sprintf("kernel: %s is [%d, %d]", name, rows, cols))
	}
	if rows == 0 || cols == 0 {
		return
	}
	if (rows > 1 && stride < cols) || len(x) < (rows-1)*stride+cols {
		panic(fmt.Sprintf("kernel: %s has %d elements, want [%d, %d] with stride %d", name, len(x), rows, cols, stride))
	}
}

// checkLen panics unless x has at least n elements.
func checkLen[T any](name string, x []T, n int) {
	if len(x) < n {
		panic(fmt.Sprintf("kernel: %s has %d elements, want %d", name, len(x), n))
	}
}

// checkSame panics unless two vectors are equally long.
func checkSame(a, b int) {
	if a != b {
		panic(fmt.Sprintf("kernel: vectors of %d and %d elements", a, b))
	}
}
