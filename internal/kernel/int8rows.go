package kernel

// Int8Rows is a table of rows quantised to int8 with one scale a row, such as
// an embedding table in a quarter of its memory. It is immutable and may be
// shared.
type Int8Rows struct {
	rows, cols int
	data       []int8    // [rows, cols]
	scale      []float32 // [rows]
}

// QuantizeTable quantises x [rows, cols], symmetric around 0 for each row.
func QuantizeTable(x []float32, rows, cols, ldx int) *Int8Rows {
	checkMatrix("x", x, rows, cols, ldx)
	t := &Int8Rows{rows: rows, cols: cols, data: make([]int8, rows*cols), scale: make([]float32, rows)}
	if cols == 0 {
		return t
	}
	for i := range rows {
		t.scale[i] = quantizeSymmetric(t.data[i*cols:][:cols], x[i*ldx:][:cols])
	}
	return t
}

// Rows returns the number of rows.
func (t *Int8Rows) Rows() int { return t.rows }

// Cols returns the length of a row.
func (t *Int8Rows) Cols() int { return t.cols }

// Bytes returns the memory that the table takes.
func (t *Int8Rows) Bytes() int { return len(t.data) + 4*len(t.scale) }

// AddRow adds row i to dst [cols].
func (t *Int8Rows) AddRow(dst []float32, i int) {
	checkSame(len(dst), t.cols)
	s, row := t.scale[i], t.data[i*t.cols:][:t.cols]
	n := addInt8Blocks(dst, row, s)
	dst, row = dst[n:], row[n:]
	for j, v := range row {
		dst[j] += s * float32(v)
	}
}

// CopyRow writes row i to dst [cols].
func (t *Int8Rows) CopyRow(dst []float32, i int) {
	clear(dst)
	t.AddRow(dst, i)
}
