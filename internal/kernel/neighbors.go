package kernel

import "math/bits"

// AppendBelow appends to dst base+j for each x[j] <= limit, in order: the
// neighbours within a radius, from a row of distances.
func AppendBelow(dst []int32, x []float32, limit float32, base int32) []int32 {
	const group = 32 * 16
	var words [group / 32]uint32
	for len(x) >= 32 && has(opBelow) {
		n := min(group, len(x)&^31)
		belowAsm(&words[0], &x[0], n, limit)
		for i, w := range words[:n/32] {
			for ; w != 0; w &= w - 1 {
				dst = append(dst, base+int32(i*32+bits.TrailingZeros32(w)))
			}
		}
		x, base = x[n:], base+int32(n)
	}
	for j, v := range x {
		if v <= limit {
			dst = append(dst, base+int32(j))
		}
	}
	return dst
}

// SquaredDistances converts a row of products x·y_j to squared distances in
// place: products[j] = max(0, self + norms[j] − 2·products[j]), with self =
// |x|² and norms[j] = |y_j|². NaN stays NaN.
func SquaredDistances(products, norms []float32, self float32) {
	checkSame(len(products), len(norms))
	n := blocks(opSquaredDistances, len(products))
	if n > 0 {
		squaredDistancesAsm(&products[0], &norms[0], n, self)
	}
	products, norms = products[n:], norms[n:]
	for j, p := range products {
		products[j] = max(0, (self+norms[j])-2*p)
	}
}

// SquaredNorms writes |x_i|² of each row of x to dst [rows], summed in float64
// and rounded once.
func SquaredNorms(dst []float32, x Matrix) {
	checkLen("dst", dst, x.Rows)
	x.check("x", x.Rows, x.Cols)
	for i := range x.Rows {
		dst[i] = float32(Dot64(x.Row(i), x.Row(i)))
	}
}
