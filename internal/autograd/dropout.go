package autograd

import "github.com/nlpodyssey/spago/mat"

// mask says which elements dropout keeps. It is a function of its key, so it
// need not be stored, and depends on no goroutine.
type mask struct {
	key   uint64
	below uint32  // an element is dropped if its random number is below this
	scale float32 // of those that are kept: 1/(1-rate)
}

// newMask returns the mask for a rate in [0, 1).
func newMask(key uint64, rate float64) mask {
	return mask{key: key, below: uint32(rate * (1 << 32)), scale: float32(1 / (1 - rate))}
}

// at returns the factor of element i: 0 or scale.
func (m *mask) at(i int) float32 {
	h := m.key + uint64(i)*0x9e3779b97f4a7c15 // SplitMix64 (Steele, Lea and Flood 2014)
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	if uint32(h>>32) < m.below {
		return 0
	}
	return m.scale
}

// dropout zeroes random elements.
type dropout struct {
	x       mat.Tensor
	mask    mask
	threads int
}

// Dropout sets each element of x [rows, features] to zero with the given
// probability, in [0, 1), and scales the others by 1/(1-rate), so that the
// expected value stays (Srivastava et al. 2014). Which ones depends on the
// pass's seed and the order of its operators alone. With rate 0 it returns x.
func (p *Pass) Dropout(x mat.Tensor, rate float64) mat.Tensor {
	if rate == 0 {
		return x
	}
	return run(&dropout{x: x, mask: newMask(p.key(), rate), threads: p.threads()})
}

func (f *dropout) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

func (f *dropout) apply(x []float32, rows, cols int) []float32 {
	y := make([]float32, len(x))
	doRows(f.threads, rows, cols, func(from, to int) {
		for i := from * cols; i < to*cols; i++ {
			y[i] = x[i] * f.mask.at(i)
		}
	})
	return y
}

func (f *dropout) Forward() (mat.Tensor, error) {
	rows, cols := rowsCols(f.x)
	return newNode(f.apply(data(f.x), rows, cols), rows, cols), nil
}

func (f *dropout) Backward(gy mat.Tensor) error {
	if f.x.RequiresGrad() {
		rows, cols := rowsCols(f.x)
		accumulate(f.x, f.apply(data(gy), rows, cols))
	}
	return nil
}
