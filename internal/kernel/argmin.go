package kernel

import "math"

// GemmArgMin finds for each row x of A [m, in] the row c_j of the packed
// matrix (a centre) with the least norms[j] − 2·x·c_j, which for norms[j] =
// |c_j|² is the nearest centre in Euclidean distance: |x−c_j|² less the |x|²
// that all share. The products are never stored as a whole.
//
// index[i] gets j, value[i] the least value, and second[i] (unless second is
// nil) the least value over the other centres, +Inf if there is only one. Among
// equal values the lowest j wins. A NaN never wins: a row with nothing but NaN
// gets index 0 and value +Inf. The packed matrix needs at least one row.
func GemmArgMin(index []int32, value, second []float32, a []float32, lda, m int, centers *Packed, norms []float32, s *Scratch) {
	checkLen("index", index, m)
	checkLen("value", value, m)
	if second != nil {
		checkLen("second", second, m)
	}
	checkMatrix("a", a, m, centers.in, lda)
	checkLen("norms", norms, centers.out)
	if centers.out == 0 {
		panic("kernel: arg-min over no centres")
	}
	const block = 48
	ld := panelWidth * panels(centers.out) // of products
	if ld > 512 {                          // bounded scratch: many centres are taken in groups
		ld = 512
	}
	products := s.floats(block * ld)
	for i := 0; i < m; i += block {
		rows := min(block, m-i)
		for r := range rows {
			index[i+r], value[i+r] = 0, float32(math.Inf(1))
			if second != nil {
				second[i+r] = float32(math.Inf(1))
			}
		}
		for j := 0; j < centers.out; j += ld {
			part := centers.Columns(j, min(j+ld, centers.out))
			var ai []float32
			if centers.in > 0 {
				ai = a[i*lda:]
			}
			gemmBlock(products, ld, ai, lda, 0, rows, &part, &Epilogue{})
			for r := range rows {
				row := products[r*ld:][:part.out]
				best, arg := value[i+r], index[i+r]
				next := float32(math.Inf(1))
				if second != nil {
					next = second[i+r]
				}
				best, next, arg = argMinRow(row, norms[j:j+part.out], int32(j), best, next, arg)
				value[i+r], index[i+r] = best, arg
				if second != nil {
					second[i+r] = next
				}
			}
		}
	}
}

// argMinRow continues a search for the least two of norms − 2·products.
func argMinRow(products, norms []float32, base int32, best, second float32, arg int32) (float32, float32, int32) {
	for j, p := range products {
		v := norms[j] - 2*p
		if v < best {
			best, second, arg = v, best, base+int32(j)
		} else if v < second {
			second = v
		}
	}
	return best, second, arg
}
