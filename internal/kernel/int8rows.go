package kernel

// Int8Rows is a table of rows quantised to int8 with one scale per row, such as
// an embedding table in a quarter of its memory. It is immutable and may be
// shared.
type Int8Rows struct {
	rows, cols int
	data       []int8    // [rows, cols]
	scale      []float32 // [rows]
}

// NewInt8Rows returns a table of zeros, to be filled by Set.
func NewInt8Rows(rows, cols int) *Int8Rows {
	return &Int8Rows{rows: rows, cols: cols, data: make([]int8, rows*cols), scale: make([]float32, rows)}
}

// QuantizeTable quantises x [rows, cols].
func QuantizeTable(x Matrix) *Int8Rows {
	t := NewInt8Rows(x.Rows, x.Cols)
	t.Set(0, x)
	return t
}

// Set quantises x [rows, cols], symmetrically around 0 for each row, into the
// rows of t starting at row at. It returns false if any element is NaN or
// infinite; such a row reads as NaN.
func (t *Int8Rows) Set(at int, x Matrix) (finite bool) {
	x.check("x", x.Rows, t.cols)
	finite = true
	if t.cols == 0 {
		return finite
	}
	for i := range x.Rows {
		s := quantizeSymmetric(t.data[(at+i)*t.cols:][:t.cols], x.Row(i))
		t.scale[at+i] = s
		finite = finite && s == s
	}
	return finite
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
	n := blocks(opAddInt8, len(row))
	if n > 0 {
		addInt8Asm(&dst[0], &row[0], n, s)
	}
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
