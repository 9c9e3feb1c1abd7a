package kernel

import "unsafe"

// strassenTileShape returns the maximum rows and columns for runStrassen.
func strassenTileShape() (rows, cols int) {
	if !has(opStrassen) {
		return 12, strassenColumns
	}
	return strassenTile(chosen[opStrassen])
}

// strassenFactors is strassenFactorsGeneric; nextUpper and nextLower are the
// rows of the next pair, which it prefetches.
func strassenFactors(f []float32, plane int, upper, lower, nextUpper, nextLower []float32, half int) {
	if !has(opStrassenFactors) {
		strassenFactorsGeneric(f, plane, upper, lower, half)
		return
	}
	strassenFactorsAsm(&f[0], plane, &upper[0], &lower[0], &nextUpper[0], &nextLower[0], half)
}

func strassenCombine(f []float32, plane int, b11, b12, b21, b22 []float32, half int) {
	if !has(opStrassenCombine) {
		strassenCombineGeneric(f, plane, b11, b12, b21, b22, half)
		return
	}
	strassenCombineAsm(&f[0], plane, &b11[0], &b12[0], &b21[0], &b22[0], half)
}

// runStrassen applies the steps to a tile [rows, cols], each over in inputs.
func runStrassen(steps []strassenStep, rows, cols, in int) {
	if !has(opStrassen) {
		runStrassenGeneric(steps, rows, cols, in)
		return
	}
	strassenAsm(chosen[opStrassen], rows, cols, (*byte)(unsafe.Pointer(&steps[0])), len(steps), in)
}
