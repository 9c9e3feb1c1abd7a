package bert

import "github.com/nlpodyssey/spago/mat"

// lookupSum is out[i] = Σ_t tables[t][rows[t][i]], [tokens, features].
type lookupSum struct {
	tables []mat.Tensor // [n_t, features]
	rows   [][]int32    // [tokens] for each table
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

// add adds the beginning of x to y.
func add(y, x []float32) {
	for i := range y {
		y[i] += x[i]
	}
}

// poolTexts is the first row, or the mean of the rows, of each text of x
// [tokens, features]: [texts, features]. A text without tokens becomes zero.
type poolTexts struct {
	x       mat.Tensor
	offsets []int
	first   bool
}

func (f *poolTexts) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

// rows calls fn for every row that counts, with its text and weight.
func (f *poolTexts) rows(fn func(row, text int, weight float32)) {
	for t := range len(f.offsets) - 1 {
		from, to := f.offsets[t], f.offsets[t+1]
		weight := 1 / float32(max(to-from, 1))
		if f.first {
			to, weight = min(from+1, to), 1
		}
		for r := from; r < to; r++ {
			fn(r, t, weight)
		}
	}
}

func (f *poolTexts) Forward() (mat.Tensor, error) {
	_, cols := rowsCols(f.x)
	texts := len(f.offsets) - 1
	x, out := data(f.x), make([]float32, texts*cols)
	f.rows(func(r, t int, weight float32) { axpy(out[t*cols:(t+1)*cols], weight, x[r*cols:]) })
	return newNode(out, texts, cols), nil
}

func (f *poolTexts) Backward(gy mat.Tensor) error {
	if !f.x.RequiresGrad() {
		return nil
	}
	rows, cols := rowsCols(f.x)
	g, grad := data(gy), make([]float32, rows*cols)
	f.rows(func(r, t int, weight float32) { axpy(grad[r*cols:(r+1)*cols], weight, g[t*cols:]) })
	accumulate(f.x, grad)
	return nil
}

// axpy adds a·x to y.
func axpy(y []float32, a float32, x []float32) {
	for i := range y {
		y[i] += a * x[i]
	}
}
