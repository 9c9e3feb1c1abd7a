package kernel

import "fmt"

// checkMatrix panics unless x holds a [rows, cols] matrix of leading dimension ld.
func checkMatrix[T any](name string, x []T, rows, cols, ld int) {
	if rows < 0 || cols < 0 {
		panic(fmt.Sprintf("kernel: %s is [%d, %d]", name, rows, cols))
	}
	if rows == 0 || cols == 0 {
		return
	}
	if (rows > 1 && ld < cols) || len(x) < (rows-1)*ld+cols {
		panic(fmt.Sprintf("kernel: %s has %d elements, want [%d, %d] with leading dimension %d", name, len(x), rows, cols, ld))
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
