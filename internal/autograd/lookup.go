package autograd

import "github.com/nlpodyssey/spago/mat"

// lookupSum is out[i] = Σ_t tables[t][rows[t][i]], [tokens, features].
type lookupSum struct {
	tables []mat.Tensor // [n_t, features]
	rows   [][]int32    // [tokens] for each table
}

// LookupSum returns, for each token, the sum over t of the row rows[t][token]
// of tables[t] [n_t, features]: [tokens, features].
func LookupSum(tables []mat.Tensor, rows [][]int32) mat.Tensor {
	return run(&lookupSum{tables: tables, rows: rows})
}

func (f *lookupSum) Operands() []mat.Tensor { return f.tables }

func (f *lookupSum) Forward() (mat.Tensor, error) {
	_, cols := rowsCols(f.tables[0])
	out := make([]float32, len(f.rows[0])*cols)
	for t, table := range f.tables {
		x := data(table)
		for i, r := range f.rows[t] {
			add(out[i*cols:(i+1)*cols], x[int(r)*cols:])
		}
	}
	return newNode(out, len(f.rows[0]), cols), nil
}

func (f *lookupSum) Backward(gy mat.Tensor) error {
	g := data(gy)
	for t, table := range f.tables {
		if !table.RequiresGrad() {
			continue
		}
		n, cols := rowsCols(table)
		grad := make([]float32, n*cols)
		for i, r := range f.rows[t] {
			add(grad[int(r)*cols:int(r+1)*cols], g[i*cols:])
		}
		accumulate(table, grad)
	}
	return nil
}

// add adds the first len(y) elements of x to y.
func add(y, x []float32) {
	for i := range y {
		y[i] += x[i]
	}
}
