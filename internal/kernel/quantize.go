package kernel

import "math"

// QuantRow says how a row of activations was quantised:
// x[i] ≈ Scale·(q[i] − Zero), q being uint8.
type QuantRow struct {
	Scale float32
	Zero  int32
}

// QuantFloor bounds, for each element, what is lost of values that are too small
// to have bytes.
const QuantFloor = 0x1p-120

// Error returns how far, at most, row [n] is from what its bytes q [n] stand for:
// the norm of the differences.
func (p QuantRow) Error(row []float32, q []uint8) float64 {
	scale, sum := float64(p.Scale), 0.0
	for i, v := range row {
		e := float64(v) - scale*float64(int32(q[i])-p.Zero)
		sum += e * e
	}
	return math.Sqrt(sum)*(1+1e-9) + QuantFloor*math.Sqrt(float64(len(row)))
}

// Int8LD returns the leading dimension, in bytes, that rows of n quantised
// activations have: n rounded up to a multiple of 4.
func Int8LD(n int) int { return (n + groupInt8 - 1) / groupInt8 * groupInt8 }

// QuantizeRows quantises each row of x [rows, cols] to uint8 with its own scale
// and zero point (dynamic asymmetric quantisation): the range from the least to
// the greatest element, widened to hold 0, is divided into 255 steps. Row i of
// q starts at q[i*ldq], ldq being at least Int8LD(cols); the bytes from cols to
// Int8LD(cols) are set to 0. A row with a NaN or Inf gets the scale NaN.
func QuantizeRows(q []uint8, ldq int, params []QuantRow, x []float32, ldx, rows, cols int) {
	checkMatrix("q", q, rows, Int8LD(cols), ldq)
	checkLen("params", params, rows)
	checkMatrix("x", x, rows, cols, ldx)
	if cols == 0 {
		clear(params[:rows])
		return
	}
	// Few rows at a time: they are read twice.
	const block = 16
	var limits [block]rowRange
	var steps [block]rowStep
	for i := 0; i < rows; i += block {
		n := min(block, rows-i)
		rangeRows(limits[:n], x[i*ldx:], ldx, cols)
		for r, l := range limits[:n] {
			params[i+r], steps[r] = quantRange(l)
			clear(q[(i+r)*ldq+cols:][:Int8LD(cols)-cols])
		}
		quantizeRows(q[i*ldq:], ldq, steps[:n], x[i*ldx:], ldx, cols)
	}
}

// rowRange is what a row's elements and 0 span; hi is NaN if any of them is not
// finite.
type rowRange struct{ lo, hi float32 }

// rowStep is how a row is brought to bytes: round(x·inv) + zero.
type rowStep struct {
	inv  float32
	zero int32
}

func rangeRowsGeneric(limits []rowRange, x []float32, ldx, cols int) {
	for i := range limits {
		var l rowRange
		var bad float32
		for _, v := range x[i*ldx:][:cols] {
			l.lo, l.hi = min(l.lo, v), max(l.hi, v)
			bad += v * 0
		}
		l.hi += bad
		limits[i] = l
	}
}

func quantizeRowsGeneric(q []uint8, ldq int, steps []rowStep, x []float32, ldx, cols int) {
	for i, s := range steps {
		qi := q[i*ldq:][:cols]
		for j, v := range x[i*ldx:][:cols] {
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
