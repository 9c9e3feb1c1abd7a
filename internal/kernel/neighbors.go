package kernel

import "math"

// AppendBelow appends to dst base+j for each x[j] <= limit, in order: the
// neighbours within a radius, from a row of distances.
func AppendBelow(dst []int32, x []float32, limit float32, base int32) []int32 {
	for j, v := range x {
		if v <= limit {
			dst = append(dst, base+int32(j))
		}
	}
	return dst
}

// SquaredDistances turns a row of products x·y_j into squared distances in
// place: products[j] = max(0, self + norms[j] − 2·products[j]), with self =
// |x|² and norms[j] = |y_j|². NaN stays NaN.
func SquaredDistances(products, norms []float32, self float32) {
	checkSame(len(products), len(norms))
	for j, p := range products {
		products[j] = max(0, (self+norms[j])-2*p)
	}
}

// SumDistances returns Σ_j sqrt(max(0, self + norms[j] − 2·products[j])), the
// sum of one point's distances to others, from the products x·y_j and the
// squared norms. The terms are float32, the sum float64 in a fixed order.
func SumDistances(products, norms []float32, self float32) float64 {
	checkSame(len(products), len(norms))
	var sum float64
	for j, p := range products {
		sum += math.Sqrt(float64(max(0, (self+norms[j])-2*p)))
	}
	return sum
}

// SquaredNorms writes |x_i|² of each row of x [rows, cols] to dst, summed in
// float64 and rounded once.
func SquaredNorms(dst []float32, x []float32, ldx, rows, cols int) {
	checkLen("dst", dst, rows)
	checkMatrix("x", x, rows, cols, ldx)
	for i := range rows {
		if cols == 0 {
			dst[i] = 0
			continue
		}
		xi := x[i*ldx:][:cols]
		dst[i] = float32(Dot64(xi, xi))
	}
}
