package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"
)

// CheckFinite returns an ErrNotFinite error that names the tensor and the first
// element that is NaN or infinite, if there is one. It reads the stored numbers
// once, at about memory speed; integer tensors are always finite.
func (t Tensor) CheckFinite() error {
	i := t.firstNonFinite()
	if i < 0 {
		return nil
	}
	// The element's own value, for the message.
	what := "NaN"
	v := []float32{0}
	if t.DType == F64 {
		if f := math.Float64frombits(binary.LittleEndian.Uint64(t.data[8*i:])); math.IsInf(f, 0) {
			what = fmt.Sprint(f)
		}
	} else if t.CopyFloat32(v, i) == nil && math.IsInf(float64(v[0]), 0) {
		what = fmt.Sprint(v[0])
	}
	return &Error{File: t.fileName(), Tensor: t.Name, Err: ErrNotFinite, Detail: fmt.Sprintf("element %d of shape %s is %s: the weights are damaged or training diverged", i, shapeString(t.Shape), what)}
}

// firstNonFinite returns the index of the first NaN or infinity, or -1.
func (t Tensor) firstNonFinite() int {
	switch t.DType {
	case F32, C64:
		i := firstAllOnes(t.data, 0x7fffffff_7fffffff, 0x00800000_00800000, 4)
		if t.DType == C64 && i >= 0 {
			i /= 2
		}
		return i
	case F16:
		return firstAllOnes(t.data, 0x7fff7fff_7fff7fff, 0x04000400_04000400, 2)
	case BF16:
		return firstAllOnes(t.data, 0x7fff7fff_7fff7fff, 0x00800080_00800080, 2)
	case F64:
		return firstAllOnes(t.data, 0x7fffffff_ffffffff, 0x00100000_00000000, 8)
	case F8E5M2:
		return firstAllOnes(t.data, 0x7f7f7f7f_7f7f7f7f, 0x04040404_04040404, 1)
	case F8E4M3:
		return firstAllOnes(t.data, 0x7f7f7f7f_7f7f7f7f, 0x01010101_01010101, 1)
	}
	return -1
}

// firstAllOnes returns the index of the first number whose exponent bits are
// all ones, or -1. Several numbers are tested at once in a 64-bit word: with
// the signs masked off, adding one unit of the exponent carries into the sign
// bit of exactly those numbers, and never further. size is the size of a number
// in bytes.
func firstAllOnes(data []byte, mask, one uint64, size int) int {
	signs := ^mask
	const block = 64
	at := 0
	for ; len(data)-at >= block; at += block {
		b := data[at : at+block : at+block]
		var any uint64
		for i := 0; i < block; i += 32 {
			any |= (binary.LittleEndian.Uint64(b[i:])&mask + one) |
				(binary.LittleEndian.Uint64(b[i+8:])&mask + one) |
				(binary.LittleEndian.Uint64(b[i+16:])&mask + one) |
				(binary.LittleEndian.Uint64(b[i+24:])&mask + one)
		}
		if any&signs != 0 {
			break
		}
	}
	// The rest, or the block with the non-finite number, one number at a time.
	for ; at < len(data); at += size {
		var word [8]byte
		copy(word[:], data[at:at+size])
		if (binary.LittleEndian.Uint64(word[:])&mask+one)&signs != 0 {
			return at / size
		}
	}
	return -1
}
