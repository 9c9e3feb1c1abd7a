package search

// dotsInt8Generic writes to dst [n] the product of each row [n, len(q)] with q.
func dotsInt8Generic(dst []int32, rows []int8, q []int16) {
	for i := range dst {
		row, sum := rows[i*len(q):][:len(q)], int32(0)
		for j, v := range row {
			sum += int32(v) * int32(q[j])
		}
		dst[i] = sum
	}
}
