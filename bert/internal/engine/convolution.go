package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// ConvolutionWeights are the parameters of a convolution over the encoder's
// inputs, which is added to the output of a layer (DeBERTa V2).
type ConvolutionWeights struct {
	// Kernel, [hidden, size·hidden], takes the inputs of size tokens, of which
	// the middle one is the token itself, in their order; those beyond the ends
	// of the text are zero.
	Kernel     LinearWeights
	Activation string
	Norm       NormWeights // [hidden] of the sum
}

type convolution struct {
	kernel *Linear // [hidden, size·hidden], with activation
	norm   *Norm   // [hidden]
}

func newConvolution(w *ConvolutionWeights, how kernel.Format) *convolution {
	return &convolution{w.Kernel.pack(nil, how).activated(w.Activation), NewNorm(w.Norm)}
}

// apply adds the convolution to x [rows, hidden], which begins with token from
// of the batch; inputs [tokens, hidden] are those of the whole batch.
func (c *convolution) apply(s *Scratch, x kernel.Matrix, inputs []float32, b *Batch, from int) {
	rows, hidden, size := x.Rows, x.Cols, c.kernel.In/x.Cols
	s.embed = Grow(s.embed, rows*c.kernel.In)
	for i := range rows {
		place, tokens := b.place(from + i)
		for k := range size {
			dst, offset := s.embed[(i*size+k)*hidden:(i*size+k+1)*hidden], k-size/2
			if at := place + offset; at < 0 || at >= tokens {
				clear(dst)
				continue
			}
			copy(dst, inputs[(from+i+offset)*hidden:])
		}
	}
	s.branch = Grow(s.branch, rows*hidden)
	branch := kernel.RowMajor(s.branch, rows, hidden)
	c.kernel.apply(s, branch, kernel.RowMajor(s.embed, rows, c.kernel.In), nil)
	addBranch(x, branch, nil, c.norm)
}
