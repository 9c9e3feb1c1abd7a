package autograd

import (
	"math"
	"sync"

	"github.com/nlpodyssey/spago/mat"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// attention is the operator of Attention.
type attention struct {
	qkv     mat.Tensor
	bias    mat.Tensor // [buckets, heads] by distance, or nil
	bucket  func(distance int) int
	keys    mat.Tensor // [tokens, 1], or nil
	heads   int
	offsets []int
	rate    float64 // of the dropout
	key     uint64
	causal  bool
	threads int

	probs [][]float32 // [texts·heads] of [text, text], before dropout, for Backward
}

// RelativeBias is a bias of attention scores by the distance between key and
// query.
type RelativeBias struct {
	Weight mat.Tensor // [buckets, heads]
	// Bucket returns the row for a key that lies distance tokens after the query
	// (before it, if negative).
	Bucket func(distance int) int
}

// AttentionOptions are settings of Attention.
type AttentionOptions struct {
	Heads   int
	Offsets []int         // [texts+1]; text t has the rows Offsets[t] to Offsets[t+1]
	Bias    *RelativeBias // or nil
	Dropout float64       // rate for P, in [0, 1)
	Causal  bool          // a token sees none after it
	Keys    mat.Tensor    // [tokens, 1], added to the scores of each token as a key; or nil
}

// Attention is multi-head scaled dot-product attention (Vaswani et al. 2017,
// arXiv:1706.03762) within each text:
//
//	P = softmax(Q·Kᵀ/sqrt(d) + bias + keys),  out = dropout(P)·V
//
// qkv is [tokens, 3·hidden], the result [tokens, hidden], heads side by side.
func (p *Pass) Attention(qkv mat.Tensor, o AttentionOptions) mat.Tensor {
	f := &attention{qkv: qkv, heads: o.Heads, offsets: o.Offsets, rate: o.Dropout, causal: o.Causal, keys: o.Keys, threads: p.threads()}
	if o.Bias != nil {
		f.bias, f.bucket = o.Bias.Weight, o.Bias.Bucket
	}
	if f.rate > 0 {
		f.key = p.key()
	}
	return run(f)
}

func (f *attention) Operands() []mat.Tensor {
	out := []mat.Tensor{f.qkv}
	for _, t := range []mat.Tensor{f.bias, f.keys} {
		if t != nil {
			out = append(out, t)
		}
	}
	return out
}

// headScratch is the memory of a goroutine.
type headScratch struct {
	packed  kernel.Packed
	dropped []float32 // [text, text]
	turned  []float32 // [text, text]
}

var headScratches = sync.Pool{New: func() any { return new(headScratch) }}

// grown returns x with n elements, whatever they are.
func grown(x []float32, n int) []float32 {
	if cap(x) < n {
		x = make([]float32, n)
	}
	return x[:n]
}

// transpose returns the transpose of x [n, n] in the scratch's memory.
func (s *headScratch) transpose(x kernel.Matrix) kernel.Matrix {
	s.turned = grown(s.turned, x.Rows*x.Cols)
	y := kernel.RowMajor(s.turned, x.Cols, x.Rows)
	kernel.Transpose(y, x)
	return y
}

// by computes dst = a·wᵀ.
func (s *headScratch) by(dst, a, w kernel.Matrix, ep kernel.Epilogue) {
	s.packed.Reset(w)
	kernel.Gemm(dst, a, &s.packed, ep)
}

// byTransposed computes dst = a·w.
func (s *headScratch) byTransposed(dst, a, w kernel.Matrix) {
	s.packed.ResetTransposed(w)
	kernel.Gemm(dst, a, &s.packed, kernel.Epilogue{})
}

// dropout returns dropout(x) for the head's mask: x itself without dropout,
// else in the scratch's memory.
func (s *headScratch) dropout(m *mask, x kernel.Matrix) kernel.Matrix {
	if m == nil {
		return x
	}
	s.dropped = grown(s.dropped, len(x.Data))
	for i, v := range x.Data {
		s.dropped[i] = v * m.at(i)
	}
	return kernel.RowMajor(s.dropped, x.Rows, x.Cols)
}

// head returns the views of head h of the text that begins at row from in a
// [tokens, 3·hidden] matrix: q, k and v, each [n, d].
func (f *attention) head(x []float32, hidden, from, n, h int) (q, k, v kernel.Matrix) {
	d := hidden / f.heads
	part := func(i int) kernel.Matrix {
		return kernel.Matrix{Rows: n, Cols: d, Stride: 3 * hidden, Data: x[from*3*hidden+i*hidden+h*d:]}
	}
	return part(0), part(1), part(2)
}

// output returns the view of head h in a [tokens, hidden] matrix.
func (f *attention) output(x []float32, hidden, from, n, h int) kernel.Matrix {
	d := hidden / f.heads
	return kernel.Matrix{Rows: n, Cols: d, Stride: hidden, Data: x[from*hidden+h*d:]}
}

// mask returns the mask of head h of text t, nil without dropout.
func (f *attention) mask(t, h int) *mask {
	if f.rate == 0 {
		return nil
	}
	m := newMask(splitmix.Mix(f.key, uint64(t), uint64(h)), f.rate)
	return &m
}

// each calls fn for every text that has tokens, and every head. The texts of one
// head are taken in order on one goroutine if inOrder is set.
func (f *attention) each(inOrder bool, fn func(s *headScratch, text, from, n, h int)) {
	texts := len(f.offsets) - 1
	one := func(s *headScratch, t, h int) {
		if n := f.offsets[t+1] - f.offsets[t]; n > 0 {
			fn(s, t, f.offsets[t], n, h)
		}
	}
	if inOrder {
		do(f.threads, f.heads, func(h int) {
			s := headScratches.Get().(*headScratch)
			defer headScratches.Put(s)
			for t := range texts {
				one(s, t, h)
			}
		})
		return
	}
	do(f.threads, texts, func(t int) {
		s := headScratches.Get().(*headScratch)
		defer headScratches.Put(s)
		for h := range f.heads {
			one(s, t, h)
		}
	})
}

func (f *attention) Forward() (mat.Tensor, error) {
	rows, width := rowsCols(f.qkv)
	hidden := width / 3
	scale := float32(1 / math.Sqrt(float64(hidden/f.heads)))
	x, y := data(f.qkv), make([]float32, rows*hidden)
	f.probs = make([][]float32, (len(f.offsets)-1)*f.heads)
	f.each(false, func(s *headScratch, t, from, n, h int) {
		q, k, v := f.head(x, hidden, from, n, h)
		p := kernel.RowMajor(make([]float32, n*n), n, n)
		s.by(p, q, k, kernel.Epilogue{})
		seen := func(i int) []float32 { // the scores of token i; 0 for those that it does not see
			if !f.causal {
				return p.Row(i)
			}
			clear(p.Row(i)[i+1:])
			return p.Row(i)[:i+1]
		}
		scale := scale
		if f.bias != nil || f.keys != nil {
			kernel.Scale(p.Data, scale)
			f.addBiases(p.Data, from, n, h)
			scale = 1
		}
		for i := range n {
			kernel.Softmax(seen(i), scale)
		}
		s.byTransposed(f.output(y, hidden, from, n, h), s.dropout(f.mask(t, h), p), v)
		f.probs[t*f.heads+h] = p.Data
	})
	return newNode(y, rows, hidden), nil
}

// addBiases adds what is added to the scores [n, n] of a head of the text that begins
// at row from.
func (f *attention) addBiases(scores []float32, from, n, h int) {
	if f.bias != nil {
		_, heads := rowsCols(f.bias)
		b := data(f.bias)
		for i := range scores {
			scores[i] += b[f.bucket(i%n-i/n)*heads+h]
		}
	}
	if f.keys != nil {
		for i := range n {
			kernel.Add(scores[i*n:(i+1)*n], data(f.keys)[from:from+n])
		}
	}
}

// Backward, with D = dropout(P): gV = Dᵀ·gy; gP = dropout(gy·Vᵀ); gS = P·(gP -
// Σ_j P·gP), row by row; gQ = gS·K/sqrt(d), gK = gSᵀ·Q/sqrt(d); the bias and
// the keys get sums of gS.
func (f *attention) Backward(gy mat.Tensor) error {
	rows, width := rowsCols(f.qkv)
	hidden := width / 3
	scale := float32(1 / math.Sqrt(float64(hidden/f.heads)))
	x, g, gx := data(f.qkv), data(gy), make([]float32, rows*width)
	var gbias []float32
	done := func() {}
	if f.bias != nil && f.bias.RequiresGrad() {
		gbias, done = into(f.bias)
	}
	var gkeys []float32 // [heads, rows]
	if f.keys != nil && f.keys.RequiresGrad() {
		gkeys = make([]float32, f.heads*rows)
	}
	f.each(gbias != nil, func(s *headScratch, t, from, n, h int) {
		q, k, v := f.head(x, hidden, from, n, h)
		gq, gk, gv := f.head(gx, hidden, from, n, h)
		gh := f.output(g, hidden, from, n, h)
		p, m := kernel.RowMajor(f.probs[t*f.heads+h], n, n), f.mask(t, h)
		s.byTransposed(gv, s.transpose(s.dropout(m, p)), gh)
		gs := kernel.RowMajor(make([]float32, n*n), n, n)
		s.by(gs, gh, v, kernel.Epilogue{})
		if m != nil {
			for i := range gs.Data {
				gs.Data[i] *= m.at(i)
			}
		}
		for i := range n {
			pr, gr := p.Row(i), gs.Row(i)
			dot := kernel.Dot64(pr, gr)
			for j, v := range pr {
				gr[j] = float32(float64(v) * (float64(gr[j]) - dot))
			}
		}
		if gbias != nil {
			for i, v := range gs.Data {
				gbias[f.bucket(i%n-i/n)*f.heads+h] += v
			}
		}
		if gkeys != nil {
			for i := range n {
				kernel.Add(gkeys[h*rows+from:h*rows+from+n], gs.Row(i))
			}
		}
		kernel.Scale(gs.Data, scale)
		s.byTransposed(gq, gs, k)
		s.byTransposed(gk, s.transpose(gs), q)
	})
	done()
	if gkeys != nil {
		for h := 1; h < f.heads; h++ { // in this order, for the same bits each time
			kernel.Add(gkeys[:rows], gkeys[h*rows:(h+1)*rows])
		}
		accumulate(f.keys, gkeys[:rows])
	}
	if f.qkv.RequiresGrad() {
		accumulate(f.qkv, gx)
	}
	return nil
}
