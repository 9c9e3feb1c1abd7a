package npy_test

import (
	"fmt"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/npy"
)

// What Python's numpy.save writes is read, and numpy.load reads what is written.
func ExampleReadMatrix() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "vectors.npy")
	if err := npy.WriteMatrix(file, mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})); err != nil {
		fmt.Println(err)
		return
	}
	x, err := npy.ReadMatrix(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	rows, features := x.Dims()
	fmt.Println(rows, "rows,", features, "features, the last is", x.At(1, 2))
	// Output: 2 rows, 3 features, the last is 6
}
