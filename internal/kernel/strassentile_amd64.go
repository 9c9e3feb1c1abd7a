//go:build !purego

package kernel

import "unsafe"

// strassenTileShape returns the most rows and columns that runStrassen takes.
func strassenTileShape() (rows, cols int) {
	if active == AVX2 {
		return 6, panelWidth
	}
	return 12, strassenColumns
}

// strassenFactors is strassenFactorsGeneric; nextUpper and nextLower are the rows
// of the next pair, which it asks for meanwhile.
func strassenFactors(f []float32, plane int, upper, lower, nextUpper, nextLower []float32, half int) {
	switch active {
	case AVX512:
		strassenFactorsAVX512(&f[0], plane, &upper[0], &lower[0], &nextUpper[0], &nextLower[0], half)
	case AVX2:
		strassenFactorsAVX2(&f[0], plane, &upper[0], &lower[0], &nextUpper[0], &nextLower[0], half)
	default:
		strassenFactorsGeneric(f, plane, upper, lower, half)
	}
}

func strassenCombine(f []float32, plane int, b11, b12, b21, b22 []float32, half int) {
	switch active {
	case AVX512:
		strassenCombineAVX512(&f[0], plane, &b11[0], &b12[0], &b21[0], &b22[0], half)
	case AVX2:
		strassenCombineAVX2(&f[0], plane, &b11[0], &b12[0], &b21[0], &b22[0], half)
	default:
		strassenCombineGeneric(f, plane, b11, b12, b21, b22, half)
	}
}

// runStrassen takes a tile [rows, cols] through the steps, each over in inputs.
func runStrassen(steps []strassenStep, rows, cols, in int) {
	p, n := (*byte)(unsafe.Pointer(&steps[0])), len(steps)
	switch active {
	case AVX512:
		switch rows {
		case 12:
			strassen12x32AVX512(p, n, in)
		case 11:
			strassen11x32AVX512(p, n, in)
		case 10:
			strassen10x32AVX512(p, n, in)
		case 9:
			strassen9x32AVX512(p, n, in)
		case 8:
			strassen8x32AVX512(p, n, in)
		case 7:
			strassen7x32AVX512(p, n, in)
		case 6:
			strassen6x32AVX512(p, n, in)
		case 5:
			strassen5x32AVX512(p, n, in)
		case 4:
			strassen4x32AVX512(p, n, in)
		case 3:
			strassen3x32AVX512(p, n, in)
		case 2:
			strassen2x32AVX512(p, n, in)
		case 1:
			strassen1x32AVX512(p, n, in)
		}
	case AVX2:
		switch rows {
		case 6:
			strassen6x16AVX2(p, n, in)
		case 5:
			strassen5x16AVX2(p, n, in)
		case 4:
			strassen4x16AVX2(p, n, in)
		case 3:
			strassen3x16AVX2(p, n, in)
		case 2:
			strassen2x16AVX2(p, n, in)
		case 1:
			strassen1x16AVX2(p, n, in)
		}
	default:
		runStrassenGeneric(steps, rows, cols, in)
	}
}
