package autograd

import (
	"math"

	"github.com/nlpodyssey/spago/mat"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

// attention is the operator of Attention.
type attention struct {
	qkv     mat.Tensor
	bias    mat.Tensor // [buckets, heads] by distance, or nil
	bucket  func(distance int) int
	heads   int
	offsets []int

	probs [][]float32 // [texts·heads] of [text, text], for Backward
}

// RelativeBias is a bias of attention scores by the distance between key and
// query.
type RelativeBias struct {
	Weight mat.Tensor // [buckets, heads]
	// Bucket returns the row for a key that lies distance tokens after the query
	// (before it, if negative).
	Bucket func(distance int) int
}

// Attention is multi-head scaled dot-product attention (Vaswani et al. 2017,
// arXiv:1706.03762) within each text; text t has the rows offsets[t] to
// offsets[t+1]:
//
//	P = softmax(Q·Kᵀ/sqrt(d) + bias),  out = P·V
//
// qkv is [tokens, 3·hidden], the result [tokens, hidden], heads side by side;
// bias may be nil.
func Attention(qkv mat.Tensor, heads int, offsets []int, bias *RelativeBias) mat.Tensor {
	f := &attention{qkv: qkv, heads: heads, offsets: offsets}
	if bias != nil {
		f.bias, f.bucket = bias.Weight, bias.Bucket
	}
	return run(f)
}

func (f *attention) Operands() []mat.Tensor {
	if f.bias == nil {
		return []mat.Tensor{f.qkv}
	}
	return []mat.Tensor{f.qkv, f.bias}
}

// head returns the views of head h of the text that begins at row from in a
// [tokens, 3·hidden] matrix: q, k and v, each [n, d].
func (f *attention) head(x []float32, hidden, from, n, h int) (q, k, v blas32.General) {
	d := hidden / f.heads
	part := func(i int) blas32.General {
		return blas32.General{Rows: n, Cols: d, Stride: 3 * hidden, Data: x[from*3*hidden+i*hidden+h*d:]}
	}
	return part(0), part(1), part(2)
}

// each calls fn for every text that has tokens, and every head.
func (f *attention) each(fn func(text, from, n, h int)) {
	for t := range len(f.offsets) - 1 {
		from := f.offsets[t]
		if n := f.offsets[t+1] - from; n > 0 {
			for h := range f.heads {
				fn(t, from, n, h)
			}
		}
	}
}

func (f *attention) Forward() (mat.Tensor, error) {
	rows, width := rowsCols(f.qkv)
	hidden := width / 3
	d := hidden / f.heads
	scale := float32(1 / math.Sqrt(float64(d)))
	x, y := data(f.qkv), make([]float32, rows*hidden)
	f.probs = make([][]float32, (len(f.offsets)-1)*f.heads)
	f.each(func(t, from, n, h int) {
		q, k, v := f.head(x, hidden, from, n, h)
		p := make([]float32, n*n)
		if f.bias != nil {
			_, heads := rowsCols(f.bias)
			b := data(f.bias)
			for i := range p {
				p[i] = b[f.bucket(i%n-i/n)*heads+h]
			}
		}
		blas32.Gemm(blas.NoTrans, blas.Trans, scale, q, k, 1, general(p, n, n))
		for i := range n {
			softmax(p[i*n : (i+1)*n])
		}
		blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, general(p, n, n), v, 0,
			blas32.General{Rows: n, Cols: d, Stride: hidden, Data: y[from*hidden+h*d:]})
		f.probs[t*f.heads+h] = p
	})
	return newNode(y, rows, hidden), nil
}

// Backward: gV = Pᵀ·gy; gP = gy·Vᵀ; gS = P·(gP - Σ_j P·gP), row by row;
// gQ = gS·K/sqrt(d), gK = gSᵀ·Q/sqrt(d); the bias gets the sums of gS.
func (f *attention) Backward(gy mat.Tensor) error {
	rows, width := rowsCols(f.qkv)
	hidden := width / 3
	d := hidden / f.heads
	scale := float32(1 / math.Sqrt(float64(d)))
	x, g, gx := data(f.qkv), data(gy), make([]float32, rows*width)
	var gbias []float32
	if f.bias != nil && f.bias.RequiresGrad() {
		buckets, _ := rowsCols(f.bias)
		gbias = make([]float32, buckets*f.heads)
	}
	f.each(func(t, from, n, h int) {
		q, k, v := f.head(x, hidden, from, n, h)
		gq, gk, gv := f.head(gx, hidden, from, n, h)
		gh := blas32.General{Rows: n, Cols: d, Stride: hidden, Data: g[from*hidden+h*d:]}
		p := f.probs[t*f.heads+h]
		blas32.Gemm(blas.Trans, blas.NoTrans, 1, general(p, n, n), gh, 0, gv)
		gs := make([]float32, n*n)
		blas32.Gemm(blas.NoTrans, blas.Trans, 1, gh, v, 0, general(gs, n, n))
		for i := range n {
			pr, gr := p[i*n:(i+1)*n], gs[i*n:(i+1)*n]
			var dot float64
			for j, v := range pr {
				dot += float64(v) * float64(gr[j])
			}
			for j, v := range pr {
				gr[j] = float32(float64(v) * (float64(gr[j]) - dot))
			}
		}
		if gbias != nil {
			for i, v := range gs {
				gbias[f.bucket(i%n-i/n)*f.heads+h] += v
			}
		}
		blas32.Gemm(blas.NoTrans, blas.NoTrans, scale, general(gs, n, n), k, 0, gq)
		blas32.Gemm(blas.Trans, blas.NoTrans, scale, general(gs, n, n), q, 0, gk)
	})
	if f.qkv.RequiresGrad() {
		accumulate(f.qkv, gx)
	}
	if gbias != nil {
		accumulate(f.bias, gbias)
	}
	return nil
}

// softmax replaces x by exp(x)/Σexp(x).
func softmax(x []float32) {
	peak := float32(math.Inf(-1))
	for _, v := range x {
		peak = max(peak, v)
	}
	var sum float64
	for i, v := range x {
		e := math.Exp(float64(v - peak))
		x[i] = float32(e)
		sum += e
	}
	for i, v := range x {
		x[i] = float32(float64(v) / sum)
	}
}
