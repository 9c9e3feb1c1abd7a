// Package kernel holds the matrix and vector kernels that cohort's encoder,
// clustering and evaluation spend their time in.
//
// Every kernel exists in generic Go and, on amd64, in AVX2+FMA and AVX-512
// assembly; the best level the CPU has is chosen once at start (see [Active]).
// The build tag purego leaves the assembly out.
//
// # Conventions
//
// Matrices are float32 slices in row-major order with a leading dimension:
// row i of a [m, n] matrix x starts at x[i*ldx]. Weights follow the
// checkpoint's layout W [out, in], so a linear layer is A·Wᵀ; [Pack] brings W
// into panels of 32 output columns once, and [Gemm] runs over them.
//
// Kernels are single-threaded and allocate nothing beyond a caller's
// [Scratch]; callers split the rows of a product over goroutines. An element of
// a result is computed by the same operations in the same order whatever rows
// surround it, so any split gives the same bytes on one machine; in
// [GemmStrassen] that holds of a pair of rows. Levels may differ from each other
// in the last bits.
//
// A shape that does not fit its slice is a bug of the caller and panics. Values
// are never checked: NaN and Inf propagate as IEEE 754 has it.
//
// # Reading the source
//
// gemm.go and pack.go are the product, epilogue.go what is fused into it;
// strassen.go is the product by fixed weights with an eighth fewer
// multiplications;
// attention.go, softmax.go, layernorm.go and gelu.go are the rest of a
// Transformer block; int8.go is the quantised product; argmin.go, neighbors.go
// and vector.go serve clustering and evaluation. Files ending in _amd64.go
// dispatch to the assembly, which the program in _asm generates (go generate);
// noasm.go stands in for them elsewhere.
package kernel
