// Package kernel holds the matrix and vector kernels in which cohort's encoder,
// clustering and evaluation spend their time.
//
// Every kernel exists in portable Go and, on some architectures, in assembly;
// the best [Level] that the CPU supports is chosen once at start (see
// [Active]). The build tag purego leaves the assembly out.
//
// # Conventions
//
// Matrices are float32 slices in row-major order with a leading dimension:
// row i of a [m, n] matrix x starts at x[i*ldx]. Weights follow the
// checkpoint's layout W [out, in], so a linear layer is A·Wᵀ; [Pack] brings W
// into panels of 32 output columns once, and [Gemm] runs over them.
//
// Kernels are single-threaded and allocate nothing beyond a caller's [Scratch];
// callers split the rows of a product over goroutines. An element of a result
// is computed by the same operations in the same order whatever rows surround
// it, so any split gives the same bytes on one machine; in [GemmStrassen] that
// applies to pairs of rows. Results of different levels may differ in the last
// bits.
//
// A shape that does not fit its slice is a bug in the caller and panics. Values
// are never checked: NaN and Inf propagate as in IEEE 754.
//
// # Reading the source
//
// gemm.go and pack.go are the product, epilogue.go what is fused into it;
// gemminputs.go blocks the product for the caches that caches.go finds;
// weights.go is what all packings of a layer's weights have in common;
// strassen.go is the product by fixed weights with an eighth fewer
// multiplications; attention.go, softmax.go, layernorm.go and gelu.go are the
// rest of a Transformer block; int8.go is the quantised product; argmin.go,
// neighbors.go and vector.go serve clustering and evaluation.
//
// Files that begin with z are generated (go generate), all others are written
// by hand. The program in _asm generates the assembly of amd64, z*_amd64.s,
// with its declarations in z*_amd64.go, and the one in _asm/arm64 the same for
// arm64, with a table of the encodings that Go's assembler lacks;
// _asm/throughput simulates the loops of arm64 with llvm-mca. The program in
// _asm/dispatch reads the declarations of every architecture and generates the
// dispatch: zoperations.go, which numbers the operations, and zdispatch_*.go
// with a function for each, such as dotAsm, that calls the implementation for
// the active level. Code checks has(opDot) for an implementation and runs
// portable Go otherwise, so a level may implement any subset of the operations.
//
// # Adding assembly
//
// A function's name is its operation and its instruction set: dotAVX2, dotNEON.
// If the operation works on tiles, the rows and columns stand between the two,
// as in gemm6x16AVX2; each number of rows up to the largest must exist. All
// implementations of an operation take the same parameters, except that the
// last one may be mask uint32 (a bit for each column) instead of cols int.
// Declare the function in a file z*_GOARCH.go, with its documentation and the
// directive go:noescape, and run go generate.
//
// A new instruction set is added to the type isa and to the levels that have it
// in level.go, to cpuSets in level_GOARCH.go, which detects whether the CPU has
// it, and to the list sets in _asm/dispatch/read.go; a new level to the
// constants and the table levels in level.go, and to the list in .ci/run.
package kernel
