package bert

import (
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// table is an embedding table [rows, cols]. In float32 it stays where the
// checkpoint has it: of a mapped file only the rows in use take memory, and
// half-precision rows are converted as they are read. Under Int8 it is
// quantised, a scale a row, and the file's pages are left alone.
type table struct {
	rows, cols int
	view       []float32          // [rows, cols], an aligned float32 tensor; or
	stored     safetensors.Tensor // any other type, read row by row; or
	quantised  *kernel.Int8Rows
}

// loadTable takes name.weight [rows, cols].
func (l *treeLoader) loadTable(name string, rows, cols int, precision Precision) table {
	t, ok := l.tensor([]int{rows, cols}, l.name(name+".weight"))
	if !ok {
		return table{}
	}
	out := table{rows: rows, cols: cols}
	switch {
	case precision == Int8:
		data, err := t.Float32()
		if err != nil {
			l.err = err
			return out
		}
		out.quantised = kernel.QuantizeTable(data, rows, cols, cols)
	case t.DType == safetensors.F32:
		out.view, l.err = t.Float32()
	default:
		out.stored = t
	}
	return out
}

// add adds row i to dst [cols]; tmp [cols] is working memory.
func (t *table) add(dst, tmp []float32, i int) {
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

// copy writes row i to dst [cols].
func (t *table) copy(dst []float32, i int) {
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
func (t *table) read(dst []float32, i int) {
	if err := t.stored.CopyFloat32(dst[:t.cols], i*t.cols); err != nil {
		panic("bert: " + err.Error())
	}
}

// bytes returns the memory that the table takes of its own.
func (t *table) bytes() int {
	if t.quantised != nil {
		return t.quantised.Bytes()
	}
	return 0
}
