package kernel

import "math"

// queryBlock is the number of query rows whose scores are in memory at a time.
const queryBlock = 48

// AttentionInput is one text's scaled dot-product attention (Vaswani et al.
// 2017) over unpadded rows. With Q, K and V from one product [tokens, 3·hidden],
// pass three slices of it.
type AttentionInput struct {
	Q Matrix // [queries, heads·dim]
	K Matrix // [keys, heads·dim]
	V Matrix // [keys, heads·dim]

	Heads int
	Scale float32   // multiplies the products; 0 means 1/sqrt(dim)
	Bias  []float32 // [heads, queries, keys] added to the scaled products, or nil
}

// head returns the columns of head h, [rows, dim].
func (in *AttentionInput) head(m Matrix, h int) Matrix {
	dim := in.dim()
	return m.Slice(0, m.Rows, h*dim, (h+1)*dim)
}

// dim returns the width of a head.
func (in *AttentionInput) dim() int { return in.Q.Cols / in.Heads }

// check panics unless all shapes agree.
func (in *AttentionInput) check(dst Matrix) {
	hidden := in.Q.Cols
	if in.Heads < 0 || hidden > 0 && (in.Heads == 0 || hidden%in.Heads != 0) {
		panic("kernel: heads do not divide the columns")
	}
	in.Q.check("q", in.Q.Rows, hidden)
	in.K.check("k", in.K.Rows, hidden)
	in.V.check("v", in.K.Rows, hidden)
	dst.check("dst", in.Q.Rows, hidden)
	if in.Bias != nil {
		checkLen("bias", in.Bias, in.Heads*in.Q.Rows*in.K.Rows)
	}
}

// Attention writes softmax(Q·Kᵀ·scale + bias)·V of each head to dst [queries,
// heads·dim]. The working memory is proportional to the number of keys, not to
// queries·keys: scores exist for 48 query rows at a time. Without keys the
// result is zero.
func Attention(dst Matrix, in AttentionInput, s *Scratch) {
	in.check(dst)
	if in.Q.Cols == 0 || in.Q.Rows == 0 {
		return
	}
	if in.Scale == 0 {
		in.Scale = float32(1 / math.Sqrt(float64(in.dim())))
	}
	if in.transposes() {
		in.transposed(dst, s)
		return
	}
	in.plain(dst, s)
}

// plain computes both products with Gemm's micro kernels: K is packed as a
// weight matrix [keys, dim], V as the transpose of one [dim, keys].
func (in *AttentionInput) plain(dst Matrix, s *Scratch) {
	queries, keys, dim := in.Q.Rows, in.K.Rows, in.dim()
	wide := panels(keys) * panelWidth
	sizeK := wide * dim
	sizeV := panels(dim) * panelWidth * keys
	buf := s.floats(sizeK + sizeV + min(queryBlock, queries)*wide)
	k := Packed{out: keys, in: dim, data: buf[:sizeK]}
	v := Packed{out: dim, in: keys, data: buf[sizeK : sizeK+sizeV]}
	buf = buf[sizeK+sizeV:]

	for h := range in.Heads {
		if keys > 0 {
			k.Reset(in.head(in.K, h))
			packTransposed(v.data, in.head(in.V, h))
		}
		q, d := in.head(in.Q, h), in.head(dst, h)
		for i := 0; i < queries; i += queryBlock {
			n := min(queryBlock, queries-i)
			scores := Matrix{Data: buf, Rows: n, Cols: keys, Stride: wide}
			gemmBlock(scores, q.rows(i, n), &k, &Epilogue{})
			scale := in.Scale
			if in.Bias != nil {
				for r := range n {
					row := scores.Row(r)
					Scale(row, scale)
					Add(row, in.Bias[(h*queries+i+r)*keys:][:keys])
				}
				scale = 1
			}
			softmaxRows(scores, scale)
			gemmBlock(d.rows(i, n), scores, &v, &Epilogue{})
		}
	}
}

// packTransposed packs the transpose of x [in, out] into panels [panels, in, 16].
func packTransposed(data []float32, x Matrix) {
	for j := 0; j < x.Cols; j += panelWidth {
		cols := min(panelWidth, x.Cols-j)
		panel := data[j*x.Rows : (j+panelWidth)*x.Rows]
		for i := range x.Rows {
			row := panel[i*panelWidth:][:panelWidth]
			n := copy(row, x.Row(i)[j:j+cols])
			clear(row[n:])
		}
	}
}
