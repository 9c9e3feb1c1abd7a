package kernel

import "math"

// GemmArgMin finds, for each row x of A [m, in], the row c_j of the packed
// matrix (a centre) with the least norms[j] − 2·x·c_j. For norms[j] = |c_j|²
// that is the nearest centre in Euclidean distance: the value is |x−c_j|² minus
// |x|². The products are never stored as a whole.
//
// index[i] is set to j, value[i] to the least value, and second[i] (unless
// second is nil) to the least value over the other centres, +Inf if there is
// only one. Among equal values the lowest j wins. A NaN never wins: a row with
// only NaNs gets index 0 and value +Inf. The packed matrix must have at least
// one row.
func GemmArgMin(index []int32, value, second []float32, a Matrix, centers *Packed, norms []float32, s *Scratch) {
	m := a.Rows
	checkLen("index", index, m)
	checkLen("value", value, m)
	if second != nil {
		checkLen("second", second, m)
	}
	a.check("a", m, centers.in)
	checkLen("norms", norms, centers.out)
	if centers.out == 0 {
		panic("kernel: arg-min over no centres")
	}
	const block, group = 48, 512 // bounded scratch: centres are processed in groups
	ld := min(group, panels(centers.out)*panelWidth)
	products := s.floats(block * ld)
	var least [block]float32
	var next [block]float32
	var arg [block]int32
	for i := 0; i < m; i += block {
		rows := min(block, m-i)
		for j := 0; j < centers.out; j += ld {
			part := centers.Columns(j, min(j+ld, centers.out))
			block := Matrix{Data: products, Rows: rows, Cols: part.out, Stride: ld}
			gemmBlock(block, a.rows(i, rows), &part, &Epilogue{})
			argMin(arg[:rows], least[:rows], next[:rows], block, norms[j:])
			for r := range rows {
				best, after := least[r], next[r]
				if j > 0 {
					if best < value[i+r] {
						after = min(after, value[i+r])
					} else {
						best, after, arg[r] = value[i+r], best, index[i+r]-int32(j)
					}
					if second != nil {
						after = min(after, second[i+r])
					}
				}
				index[i+r], value[i+r] = arg[r]+int32(j), best
				if second != nil {
					second[i+r] = after
				}
			}
		}
	}
}

// argMinGeneric finds the two least values of norms − 2·products in each row of
// products [rows, cols], and the lowest index of the least.
func argMinGeneric(index []int32, value, second []float32, products Matrix, norms []float32) {
	for i := range index {
		best, next, arg := float32(math.Inf(1)), float32(math.Inf(1)), int32(0)
		for j, p := range products.Row(i) {
			v := norms[j] - 2*p
			if v < best {
				best, next, arg = v, best, int32(j)
			} else if v < next {
				next = v
			}
		}
		index[i], value[i], second[i] = arg, best, next
	}
}

// laneNumbers are the indices that argMin's lanes start with, and its step.
var laneNumbers = [17]int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}

func argMin(index []int32, value, second []float32, products Matrix, norms []float32) {
	if !has(opArgMin) {
		argMinGeneric(index, value, second, products, norms)
		return
	}
	argMinAsm(&index[0], &value[0], &second[0], &products.Data[0], products.Stride, products.Rows, products.Cols, &norms[0], &laneNumbers[0])
}
