package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// Table is an embedding table [rows, cols]. In float32 it stays in the
// checkpoint: of a mapped file only the rows in use take memory, and
// half-precision rows are converted when read. Under Int8 it is quantised with
// a scale per row, and the file's pages are no longer needed.
type Table struct {
	rows, cols int
	view       []float32 // [rows, cols]; or
	stored     RowReader // any other type, read row by row; or
	quantised  *kernel.Int8Rows
}

// RowReader is a table whose elements are not float32 in memory.
type RowReader interface {
	// CopyFloat32 converts elements to dst, starting at element from.
	CopyFloat32(dst []float32, from int) error
}

// FloatTable returns a table over data [rows, cols], which is not copied.
func FloatTable(data []float32, rows, cols int) Table {
	return Table{rows: rows, cols: cols, view: data}
}

// StoredTable returns a table [rows, cols] that is converted when read. Reading
// must not fail.
func StoredTable(data RowReader, rows, cols int) Table {
	return Table{rows: rows, cols: cols, stored: data}
}

// QuantizedTable returns a table [rows, cols] that set fills in by calls of its
// argument, each with n rows [n, cols], the first of which has the number
// first. The argument returns false if they are not finite.
func QuantizedTable(rows, cols int, set func(put func(first int, x []float32, n int) bool)) Table {
	q := kernel.NewInt8Rows(rows, cols)
	set(func(first int, x []float32, n int) bool { return q.Set(first, kernel.RowMajor(x, n, cols)) })
	return Table{rows: rows, cols: cols, quantised: q}
}

// Floats returns the table [rows, cols] if it is float32 in memory, or nil.
func (t *Table) Floats() []float32 { return t.view }

// add adds row i to dst [cols]; tmp [cols] is working memory.
func (t *Table) add(dst, tmp []float32, i int) {
	switch {
	case t.quantised != nil:
		t.quantised.AddRow(dst, i)
	case t.view != nil:
		kernel.Add(dst, t.view[i*t.cols:(i+1)*t.cols])
	default:
		t.read(tmp, i)
		kernel.Add(dst, tmp[:t.cols])
	}
}

// Copy writes row i to dst [cols].
func (t *Table) Copy(dst []float32, i int) {
	switch {
	case t.quantised != nil:
		t.quantised.CopyRow(dst, i)
	case t.view != nil:
		copy(dst, t.view[i*t.cols:(i+1)*t.cols])
	default:
		t.read(dst, i)
	}
}

// read converts row i. The type was checked when the table was loaded.
func (t *Table) read(dst []float32, i int) {
	if err := t.stored.CopyFloat32(dst[:t.cols], i*t.cols); err != nil {
		panic("engine: " + err.Error())
	}
}

// bytes returns the memory allocated for the table.
func (t *Table) bytes() int {
	if t.quantised != nil {
		return t.quantised.Bytes()
	}
	return 0
}
