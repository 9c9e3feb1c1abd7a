package knn

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Products of bytes take a fraction of the time of float32 products, and are
// exact, so their only error comes from the difference between the bytes and
// the values they stand for. With q = q' + e and x = x' + f, where q'·x' is the
// product of bytes, the Cauchy-Schwarz inequality gives
//
//	|q·x - q'·x'| <= |e| |x| + (|q| + |e|) |f|,
//
// a few hundredths of |q| |x|. A pair that is too far apart even with this
// error needs no float32 product. Once the lists have seen some points, that is
// true of almost all pairs.

const (
	int8Dim = 64 // number of features from which on bytes are faster
	// If a block's bytes leave more than 1/filterMost of the pairs undecided, the
	// float32 products are computed after all, and the block does not use bytes
	// for filterRest panels: the share falls as the lists fill.
	filterMost = 8
	filterRest = 7
)

// int8Filter uses bytes to rule out pairs of a query and a point.
type int8Filter struct {
	dim     int     // d
	queries []uint8 // [m, ld]
	ld      int
	params  []kernel.QuantRow // [m]
	reach   []float64         // [blocks] largest |q| + |e| of a block of queries
	away    []float64         // [blocks] largest |e|

	norms      []float64 // [n] |x|
	quantError []float64 // [n] |f|

	// For the current panel:
	panel   *kernel.PackedInt8 // [w, d] points, negated
	half    []float64          // [w] |x|²/2
	peak    float64            // largest |x|
	lo      int
	negated []float32 // [w, d] scratch space
}

// newInt8Filter returns nil if bytes would be slower or not sound.
func newInt8Filter(ctx context.Context, x, q dense.Rows[float32], threads int) (*int8Filter, error) {
	if x.Dim < int8Dim || x.Len <= 2*panelCols || kernel.Active() == kernel.Generic {
		return nil, nil
	}
	d := x.Dim
	blocks := (q.Len + queryRows - 1) / queryRows
	s := &int8Filter{
		dim: d, ld: kernel.QuantStride(d), params: make([]kernel.QuantRow, q.Len),
		reach: make([]float64, blocks), away: make([]float64, blocks),
		norms: make([]float64, x.Len), quantError: make([]float64, x.Len),
		half: make([]float64, panelCols), negated: make([]float32, panelCols*d),
	}
	s.queries = make([]uint8, q.Len*s.ld)
	err := parallel.Do(ctx, threads, blocks, func(_, b int) {
		lo, hi := b*queryRows, min((b+1)*queryRows, q.Len)
		rows := q.Slice(lo, hi)
		kernel.QuantizeRows(s.rows(lo, hi), matrix(rows))
		for i := lo; i < hi; i++ {
			e := s.params[i].Error(q.Row(i), s.queries[i*s.ld:])
			s.away[b] = max(s.away[b], e)
			s.reach[b] = max(s.reach[b], norm(q.Row(i))+e)
		}
	})
	if err != nil {
		return nil, err
	}
	err = parallel.Do(ctx, threads, (x.Len+queryRows-1)/queryRows, func(_, b int) {
		for i := b * queryRows; i < min((b+1)*queryRows, x.Len); i++ {
			s.norms[i], s.quantError[i] = norm(x.Row(i)), symmetricError(x.Row(i))
		}
	})
	if err != nil {
		return nil, err
	}
	// Squares must stay in range; NaN and Inf have no bytes.
	for _, all := range [][]float64{s.reach, s.norms} {
		for _, v := range all {
			if !(v < 0x1p60) {
				return nil, nil
			}
		}
	}
	return s, nil
}

// norm returns |x|, in float64.
func norm(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum)
}

// symmetricError returns an upper bound of the distance between a row and its
// bytes from kernel.PackInt8, which are multiples of 1/127 of its largest
// magnitude. The kernel may round a float32 value halfway between two multiples
// to the other one.
func symmetricError(row []float32) float64 {
	peak := float32(0)
	for _, v := range row {
		peak = max(peak, v, -v)
	}
	root := math.Sqrt(float64(len(row)))
	scale := float64(peak / 127)
	if scale < kernel.QuantFloor {
		return root * (float64(peak) + kernel.QuantFloor)
	}
	sum, inverse := 0.0, 1/scale
	for _, v := range row {
		t := float64(v) * inverse
		t -= math.RoundToEven(t)
		sum += t * t
	}
	return scale*(math.Sqrt(sum)*(1+1e-9)+1e-4*root) + kernel.QuantFloor*root
}

// set makes the given points, which start at lo, the current panel.
func (s *int8Filter) set(cols dense.Rows[float32], lo int) {
	d := cols.Dim
	s.lo, s.peak = lo, 0
	for j := range cols.Len {
		dst := s.negated[j*d:][:d]
		for f, v := range cols.Row(j) {
			dst[f] = -v
		}
		v := s.norms[lo+j]
		s.half[j] = v * v / 2
		s.peak = max(s.peak, v)
	}
	s.panel = kernel.PackInt8(kernel.RowMajor(s.negated, cols.Len, d))
}

// products writes to dst, [rows, w], for each query of block b a lower bound of
// |x|²/2 - q·x, as computed by float32 products, for each point of the panel.
// bias is scratch space, [w].
func (s *int8Filter) products(dst, bias []float32, b, rows, w int) {
	reach, away := s.reach[b], s.away[b]
	// The float32 rounding, here and where the distances are computed.
	rounding := float64(s.dim+64) * 0x1p-24 * (reach*reach + s.peak*s.peak)
	for j := range w {
		x := s.lo + j
		bias[j] = float32(s.half[j] - away*s.norms[x] - reach*s.quantError[x] - rounding)
	}
	at := b * queryRows
	kernel.GemmInt8(kernel.RowMajor(dst, rows, w), s.rows(at, at+rows), s.panel, kernel.Epilogue{Bias: bias[:w]})
}

// rows returns the bytes of the queries from lo (inclusive) to hi (exclusive).
func (s *int8Filter) rows(lo, hi int) kernel.QuantMatrix {
	return kernel.QuantMatrix{Data: s.queries[lo*s.ld : hi*s.ld], Params: s.params[lo:hi], Rows: hi - lo, Cols: s.dim, Stride: s.ld}
}
