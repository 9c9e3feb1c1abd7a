package cluster

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Products of bytes take a fraction of the time of float32 products, and are
// exact, so their only error comes from the difference between the bytes and
// the values they stand for. With x = x' + e and y = y' + f, where x'·y' is the
// product of bytes,
//
//	|x·y - x'·y'| <= |e| |y| + |x'| |f|,
//
// which is small compared with the difference between most distances and a
// radius. The remaining pairs are decided in exact space or, if there are too
// many, by float32 products first.

// int8Dim is the number of features from which on bytes are faster.
const int8Dim = 64

// int8DimMost is the number of features up to which products of bytes are
// exact.
const int8DimMost = 1 << 16

// int8OpenMost limits the share of a block's pairs that may be left undecided
// to 1/int8OpenMost. Above it, the float32 products are computed after all, and
// the next int8Rest blocks do not use bytes.
const (
	int8OpenMost = 64
	int8Rest     = 15
)

// int8Helps reports whether it is worth trying bytes for b between rows of q
// and p.
func (b ball) int8Helps(q, p *points) bool {
	return p.d >= int8Dim && !b.exactOnly(q, p) && kernel.Active() != kernel.Generic
}

// quantized holds view rows as bytes.
type quantized struct {
	bytes  []uint8 // [rows, stride]
	params []kernel.QuantRow
}

// set sets z to the given view rows, [rows, d].
func (z *quantized) set(view []float32, stride, rows, d int) kernel.QuantMatrix {
	width := kernel.QuantStride(d)
	z.bytes, z.params = grow(z.bytes, rows*width), grow(z.params, rows)
	q := kernel.QuantMatrix{Data: z.bytes, Params: z.params, Rows: rows, Cols: d, Stride: width}
	kernel.QuantizeRows(q, kernel.Matrix{Data: view, Rows: rows, Cols: d, Stride: stride})
	return q
}

// findQuantErrors computes, for each row, the distance between it and its
// bytes: |e|, [n].
func (p *points) findQuantErrors(ctx context.Context, threads int) error {
	if p.quantError != nil {
		return nil
	}
	type scratch struct {
		view []float32
		z    quantized
	}
	quantError := make([]float64, p.n)
	mem := make([]scratch, parallel.Threads(threads))
	err := eachBlock(ctx, p.n, blockRows, threads, func(worker, _, lo, hi int) {
		s := &mem[worker]
		view, stride := p.view(lo, hi, &s.view)
		q := s.z.set(view, stride, hi-lo, p.d)
		for i := lo; i < hi; i++ {
			quantError[i] = q.Params[i-lo].Error(view[(i-lo)*stride:][:p.d], q.Data[(i-lo)*q.Stride:])
		}
	})
	if err == nil {
		p.quantError = quantError
	}
	return err
}

// setInt8 computes the bytes of columns that have been set.
func (c *columns) setInt8() {
	d := c.p.d
	c.bytes = kernel.PackInt8(kernel.RowMajor(c.buf, len(c.index), d))
	peak := float32(0)
	for _, v := range c.buf[:len(c.index)*d] {
		peak = max(peak, v, -v)
	}
	// Half a step for each feature, plus the rounding of the steps.
	c.quantError = math.Sqrt(float64(d)) * (float64(peak)/127*0.5001 + kernel.QuantFloor)
}

// findInt8 is find using bytes. If they leave too many pairs undecided, it
// returns false and the contents of f.hits are undefined.
func (f *finder) findInt8(b ball, q *points, rows []int32, c *columns, above bool) bool {
	h := &f.hits
	p, m := c.p, len(c.index)
	view, stride := q.viewRows(rows, &f.view)
	q8 := f.quant.set(view, stride, len(rows), p.d)
	f.dst = grow(f.dst, len(rows)*m)
	kernel.GemmInt8(kernel.RowMajor(f.dst, len(rows), m), q8, c.bytes, kernel.Epilogue{Bias: c.half})
	open := len(rows) * m / int8OpenMost
	for r, i := range rows {
		e, norm := q.quantError[i], math.Sqrt(q.norm2[i])
		bound, slack := b.bound(q, i, c)
		slack += e*c.big + (norm+e)*c.quantError
		sure, maybe := float32(bound-slack), float32(bound+slack)
		dst := f.dst[r*m : r*m+m]
		f.found = kernel.AppendBelow(f.found[:0], dst, maybe, 0)
		for _, k := range f.found {
			j := c.index[k]
			if above && j <= i {
				continue
			}
			if dst[k] >= sure {
				if open--; open < 0 {
					return false
				}
				if q.squared(int(i), p, int(j)) > b.limit2 {
					continue
				}
			}
			h.near = append(h.near, j)
		}
		h.start = append(h.start, int32(len(h.near)))
	}
	return true
}
