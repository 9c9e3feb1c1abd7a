package bert

import (
	"fmt"

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
	out := table{rows: rows, cols: cols}
	if precision == Int8 {
		if t, ok := l.lookup([]int{rows, cols}, l.name(name+".weight")); ok {
			out.quantised = l.quantiseTable(t, rows, cols)
		}
		return out
	}
	t, ok := l.tensor([]int{rows, cols}, l.name(name+".weight"))
	switch {
	case !ok:
		return table{}
	case t.DType == safetensors.F32:
		out.view, l.err = t.Float32()
	default:
		out.stored = t
	}
	t.Release() // the check has read all of it; few rows will be needed
	return out
}

// quantiseTable quantises a tensor [rows, cols] some rows at a time, so that
// neither the file's pages nor a converted copy are ever in memory as a whole.
func (l *treeLoader) quantiseTable(t safetensors.Tensor, rows, cols int) *kernel.Int8Rows {
	const block = 1024
	q := kernel.NewInt8Rows(rows, cols)
	var view, buf []float32
	if t.DType == safetensors.F32 {
		view, l.err = t.Float32()
	} else {
		buf = make([]float32, min(block, rows)*cols)
	}
	size := t.DType.Bits() / 8
	for r := 0; r < rows && l.err == nil; r += block {
		n := min(block, rows-r)
		x := view
		if buf != nil {
			x = buf[:n*cols]
			l.err = t.CopyFloat32(x, r*cols)
		} else {
			x = view[r*cols : (r+n)*cols]
		}
		if l.err == nil && !q.Set(r, x, n, cols) {
			if err := t.CheckFinite(); err != nil {
				l.err = fmt.Errorf("%w: %w", ErrWeights, err)
			}
		}
		t.ReleasePart(r*cols*size, (r+n)*cols*size)
	}
	return q
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
