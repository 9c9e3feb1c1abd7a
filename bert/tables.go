package bert

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// loadTable loads name.weight [rows, cols].
func (l *treeLoader) loadTable(name string, rows, cols int, precision Precision) engine.Table {
	if precision == Int8 {
		t, ok := l.lookup([]int{rows, cols}, l.name(name+".weight"))
		if !ok {
			return engine.Table{}
		}
		return l.quantizeTable(t, rows, cols)
	}
	t, ok := l.tensor([]int{rows, cols}, l.name(name+".weight"))
	if !ok {
		return engine.Table{}
	}
	t.Release() // the check has read all of it, but few rows will be needed
	if t.DType != safetensors.F32 {
		return engine.StoredTable(t, rows, cols)
	}
	view, err := t.Float32()
	if err != nil {
		l.err = err
		return engine.Table{}
	}
	return engine.FloatTable(view, rows, cols)
}

// quantizeTable quantises a tensor [rows, cols] some rows at a time, so that
// neither the file's pages nor a converted copy is ever in memory as a whole.
func (l *treeLoader) quantizeTable(t safetensors.Tensor, rows, cols int) engine.Table {
	const block = 1024
	var view, buf []float32
	if t.DType == safetensors.F32 {
		view, l.err = t.Float32()
	} else {
		buf = make([]float32, min(block, rows)*cols)
	}
	size := t.DType.Bits() / 8
	return engine.QuantizedTable(rows, cols, func(put func(first int, x []float32, n int) bool) {
		for r := 0; r < rows && l.err == nil; r += block {
			n := min(block, rows-r)
			var x []float32
			if buf != nil {
				x = buf[:n*cols]
				l.err = t.CopyFloat32(x, r*cols)
			} else {
				x = view[r*cols : (r+n)*cols]
			}
			if l.err == nil && !put(r, x, n) {
				if err := t.CheckFinite(); err != nil {
					l.err = fmt.Errorf("%w: %w", ErrWeights, err)
				}
			}
			t.ReleasePart(r*cols*size, (r+n)*cols*size)
		}
	})
}
