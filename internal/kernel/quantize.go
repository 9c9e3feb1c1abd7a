package kernel

import (
	"fmt"
	"math"
	"unsafe"
)

// QuantRow says how a row of activations was quantised: x[i] ≈ Scale·(q[i] −
// Zero), where q is uint8.
type QuantRow struct {
	Scale float32
	Zero  int32
}

// QuantFloor bounds, for each element, the loss of values that are too small to
// be quantised.
const QuantFloor = 0x1p-120

// Error returns an upper bound on the distance between row [n] and the values
// that its bytes q [n] stand for: the norm of the differences.
func (p QuantRow) Error(row []float32, q []uint8) float64 {
	scale, sum := float64(p.Scale), 0.0
	for i, v := range row {
		e := float64(v) - scale*float64(int32(q[i])-p.Zero)
		sum += e * e
	}
	return math.Sqrt(sum)*(1+1e-9) + QuantFloor*math.Sqrt(float64(len(row)))
}

// QuantMatrix is a matrix of quantised rows: element (i, j) stands for
// Params[i].Scale·(Data[i·Stride+j] − Params[i].Zero). Each row has
// QuantStride(Cols) bytes; those from Cols on are 0.
type QuantMatrix struct {
	Data       []uint8
	Params     []QuantRow // [Rows]
	Rows, Cols int
	Stride     int
}

// QuantStride returns the least Stride of quantised rows of n elements: n rounded
// up to a multiple of 8.
func QuantStride(n int) int { return (n + 7) &^ 7 }

// check panics unless q has that many columns and all its elements.
func (q *QuantMatrix) check(cols int) {
	if q.Cols != cols {
		panic(fmt.Sprintf("kernel: q is [%d, %d], want %d columns", q.Rows, q.Cols, cols))
	}
	checkMatrix("q", q.Data, q.Rows, QuantStride(cols), q.Stride)
	checkLen("params", q.Params, q.Rows)
}

// rows returns the view of n rows, starting at row i.
func (q QuantMatrix) rows(i, n int) QuantMatrix {
	q.Rows, q.Params = n, q.Params[i:i+n]
	if q.Cols > 0 {
		q.Data = q.Data[i*q.Stride:]
	}
	return q
}

// QuantizeRows quantises each row of x [rows, cols] to uint8 with its own scale
// and zero point (dynamic asymmetric quantisation): the range from the least to
// the greatest element, widened to include 0, is divided into 255 steps. A row
// with a NaN or Inf gets the scale NaN.
func QuantizeRows(q QuantMatrix, x Matrix) {
	x.check("x", q.Rows, q.Cols)
	q.check(x.Cols)
	cols := x.Cols
	if cols == 0 {
		clear(q.Params[:q.Rows])
		return
	}
	// Few rows at a time: they are read twice.
	const block = 16
	var limits [block]rowRange
	var steps [block]rowStep
	for i := 0; i < x.Rows; i += block {
		n := min(block, x.Rows-i)
		rows := x.rows(i, n)
		rangeRows(limits[:n], rows)
		for r, l := range limits[:n] {
			q.Params[i+r], steps[r] = quantRange(l)
			clear(q.Data[(i+r)*q.Stride+cols:][:QuantStride(cols)-cols])
		}
		quantizeRows(q.Data[i*q.Stride:], q.Stride, steps[:n], rows)
	}
}

// rowRange is the range of a row's elements and 0; hi is NaN if any of them is
// not finite.
type rowRange struct{ lo, hi float32 }

// rowStep says how a row is converted to bytes: round(x·inv) + zero.
type rowStep struct {
	inv  float32
	zero int32
}

// rangeRows finds the limits of the rows of x, which must not be empty.
func rangeRows(limits []rowRange, x Matrix) {
	if has(opRangeRows) {
		rangeRowsAsm((*float32)(unsafe.Pointer(&limits[0])), &x.Data[0], x.Stride, x.Rows, x.Cols)
		return
	}
	for i := range limits {
		var l rowRange
		var bad float32
		for _, v := range x.Row(i) {
			l.lo, l.hi = min(l.lo, v), max(l.hi, v)
			bad += v * 0
		}
		l.hi += bad
		limits[i] = l
	}
}

// quantizeRows converts the rows of x, which must not be empty, to bytes. Row i
// of q is q[i·stride:].
func quantizeRows(q []uint8, stride int, steps []rowStep, x Matrix) {
	if has(opQuantizeRows) {
		quantizeRowsAsm(&q[0], stride, (*float32)(unsafe.Pointer(&steps[0])), &x.Data[0], x.Stride, x.Rows, x.Cols)
		return
	}
	for i, s := range steps {
		qi := q[i*stride:][:x.Cols]
		for j, v := range x.Row(i) {
			y := v * s.inv
			if y != y {
				qi[j] = 0
				continue
			}
			qi[j] = uint8(min(max(int32(math.RoundToEven(float64(y)))+s.zero, 0), 255))
		}
	}
}

// quantRange returns the parameters of a row with limits l.
func quantRange(l rowRange) (QuantRow, rowStep) {
	scale := (l.hi - l.lo) / 255
	if math.IsNaN(float64(scale)) || math.IsInf(float64(scale), 0) {
		return QuantRow{Scale: float32(math.NaN())}, rowStep{}
	}
	inv := 1 / scale
	if scale == 0 || math.IsInf(float64(inv), 0) {
		return QuantRow{}, rowStep{} // all zero, or too small to have steps
	}
	zero := int32(min(max(math.RoundToEven(float64(-l.lo*inv)), 0), 255))
	return QuantRow{Scale: scale, Zero: zero}, rowStep{inv, zero}
}
