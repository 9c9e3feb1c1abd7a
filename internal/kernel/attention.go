package kernel

import "math"

// queryBlock is how many query rows have their scores in memory at a time.
const queryBlock = 48

// Scratch is working memory that grows to what its user needs and is then
// reused. The zero value is ready; a Scratch serves one goroutine at a time.
type Scratch struct {
	buf []float32
}

// floats returns n elements of unspecified content.
func (s *Scratch) floats(n int) []float32 {
	if cap(s.buf) < n {
		const step = 1 << 12 // texts grow by a token at a time, memory should not
		s.buf = make([]float32, (n+step-1)&^(step-1))
	}
	return s.buf[:n]
}

// AttentionInput is one text's scaled dot-product attention (Vaswani et al.
// 2017) over unpadded rows. With Q, K and V from one product [tokens, 3·hidden],
// pass three slices of it and 3·hidden for each leading dimension.
type AttentionInput struct {
	Q   []float32 // [Queries, Heads·HeadDim]
	K   []float32 // [Keys, Heads·HeadDim]
	V   []float32 // [Keys, Heads·HeadDim]
	LDQ int       // leading dimension of Q
	LDK int       // leading dimension of K
	LDV int       // leading dimension of V

	Queries, Keys, Heads, HeadDim int

	Scale float32   // multiplies the products; 0 means 1/sqrt(HeadDim)
	Bias  []float32 // [Heads, Queries, Keys] added to the scaled products, or nil
}

// Attention writes softmax(Q·Kᵀ·scale + bias)·V of each head to dst
// [Queries, Heads·HeadDim]. The working memory is of the order of Keys, not of
// Queries·Keys: scores exist for 48 query rows at a time. With no keys the
// result is zero.
func Attention(dst []float32, ldd int, in AttentionInput, s *Scratch) {
	hidden := in.Heads * in.HeadDim
	checkMatrix("dst", dst, in.Queries, hidden, ldd)
	checkMatrix("q", in.Q, in.Queries, hidden, in.LDQ)
	checkMatrix("k", in.K, in.Keys, hidden, in.LDK)
	checkMatrix("v", in.V, in.Keys, hidden, in.LDV)
	if in.Bias != nil {
		checkLen("bias", in.Bias, in.Heads*in.Queries*in.Keys)
	}
	if hidden == 0 || in.Queries == 0 {
		return
	}
	if in.Scale == 0 {
		in.Scale = float32(1 / math.Sqrt(float64(in.HeadDim)))
	}
	if attentionBlocks(dst, ldd, &in, s) {
		return
	}

	// Both products run on Gemm's micro kernels: K is packed as a weight
	// matrix [Keys, HeadDim], V as the transpose of one [HeadDim, Keys].
	ldscores := panels(in.Keys) * panelWidth
	sizeK := ldscores * in.HeadDim
	sizeV := panels(in.HeadDim) * panelWidth * in.Keys
	buf := s.floats(sizeK + sizeV + min(queryBlock, in.Queries)*ldscores)
	k := Packed{out: in.Keys, in: in.HeadDim, data: buf[:sizeK]}
	v := Packed{out: in.HeadDim, in: in.Keys, data: buf[sizeK : sizeK+sizeV]}
	scores := buf[sizeK+sizeV:] // [queryBlock, ldscores]

	for h := range in.Heads {
		col := h * in.HeadDim
		if in.Keys > 0 {
			k.Reset(in.K[col:], in.Keys, in.HeadDim, in.LDK)
			packTransposed(v.data, in.V[col:], in.HeadDim, in.Keys, in.LDV)
		}
		for i := 0; i < in.Queries; i += queryBlock {
			rows := min(queryBlock, in.Queries-i)
			scale := in.Scale
			ep := Epilogue{}
			gemmBlock(scores, ldscores, in.Q[i*in.LDQ+col:], in.LDQ, 0, rows, &k, &ep)
			if in.Bias != nil {
				for r := range rows {
					row := scores[r*ldscores:][:in.Keys]
					Scale(row, scale)
					Add(row, in.Bias[(h*in.Queries+i+r)*in.Keys:][:in.Keys])
				}
				scale = 1
			}
			softmaxRows(scores, ldscores, rows, in.Keys, scale)
			gemmBlock(dst[i*ldd+col:], ldd, scores, ldscores, 0, rows, &v, &ep)
		}
	}
}

// packTransposed packs the transpose of x [in, out] into panels [panels, in, 16].
func packTransposed(data, x []float32, out, in, ldx int) {
	for j := 0; j < out; j += panelWidth {
		cols := min(panelWidth, out-j)
		panel := data[j*in : (j+panelWidth)*in]
		for i := range in {
			row := panel[i*panelWidth:][:panelWidth]
			n := copy(row, x[i*ldx+j:][:cols])
			clear(row[n:])
		}
	}
}
