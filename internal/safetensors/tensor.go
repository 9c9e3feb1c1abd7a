package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"unsafe"
)

// Tensor is a named block of numbers in row-major order.
type Tensor struct {
	Name  string
	DType DType
	Shape []int // must not be changed; [] is a scalar

	data   []byte
	file   *File
	mapped bool // data is part of a mapping of a file
}

// Len returns the number of elements: the product of Shape.
func (t Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// Bytes returns the tensor as stored, little-endian, without a copy. It must
// not be written to, and is valid until the file is closed.
func (t Tensor) Bytes() []byte { return t.data }

// Release tells the system that the tensor's memory is not needed for now:
// pages of a mapped file leave the process and are read again when next
// accessed. The tensor stays valid. Release does nothing for memory that is not
// mapped.
func (t Tensor) Release() { t.ReleasePart(0, len(t.data)) }

// ReleasePart is Release for the bytes from (inclusive) to to (exclusive) of Bytes.
func (t Tensor) ReleasePart(from, to int) {
	if t.mapped && from < to {
		release(t.data[from:to])
	}
}

// littleEndian reports whether memory has the file's byte order.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// Float32 returns all elements as float32.
//
// An F32 tensor that is aligned in memory is returned without a copy:
// read-only, and valid until the file is closed. Everything else is a converted
// copy: F16, BF16, F8_E4M3, F8_E5M2 and integers up to 16 bits exactly, BOOL as
// 0 and 1, F64 and larger integers rounded to the nearest float32, ties to even
// (an F64 beyond float32's range becomes an infinity). Other types give
// ErrDType.
func (t Tensor) Float32() ([]float32, error) {
	if t.DType == F32 && littleEndian && aligned(t.data, 4) {
		return view[float32](t.data), nil
	}
	if !t.DType.convertible() {
		return nil, t.errConvert("float32")
	}
	dst := make([]float32, t.Len())
	t.convert(dst, 0)
	return dst, nil
}

// CopyFloat32 converts len(dst) elements, starting at element start, to dst,
// like Float32. It lets a caller convert row by row, on several goroutines, or
// straight into its own layout. It panics if the range is not within the
// tensor.
func (t Tensor) CopyFloat32(dst []float32, start int) error {
	if start < 0 || start > t.Len()-len(dst) {
		panic(fmt.Sprintf("safetensors: elements [%d, %d) of a tensor with %d", start, start+len(dst), t.Len()))
	}
	if !t.DType.convertible() {
		return t.errConvert("float32")
	}
	t.convert(dst, start)
	return nil
}

// Float64 returns a copy of all elements as float64. It supports the same types
// as Float32 and is exact except for integers beyond 2^53, which are rounded.
func (t Tensor) Float64() ([]float64, error) {
	out := make([]float64, 0, t.Len())
	switch t.DType {
	case F64:
		for b := t.data; len(b) > 0; b = b[8:] {
			out = append(out, math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
		return out, nil
	case I64, I32, U32, U64:
		for i := range t.Len() {
			if t.DType == U64 {
				out = append(out, float64(binary.LittleEndian.Uint64(t.data[8*i:])))
			} else {
				out = append(out, float64(t.int(i)))
			}
		}
		return out, nil
	}
	f, err := t.Float32()
	if err != nil {
		return nil, t.errConvert("float64")
	}
	for _, v := range f {
		out = append(out, float64(v))
	}
	return out, nil
}

// Int64 returns a copy of all elements of an integer or boolean tensor. A U64
// beyond the range of int64, or another type, gives ErrDType.
func (t Tensor) Int64() ([]int64, error) {
	switch t.DType {
	case Bool, U8, I8, U16, I16, U32, I32, I64, U64:
	default:
		return nil, t.errConvert("int64")
	}
	out := make([]int64, t.Len())
	for i := range out {
		out[i] = t.int(i)
		if t.DType == U64 && out[i] < 0 {
			return nil, &Error{File: t.fileName(), Tensor: t.Name, Err: ErrDType, Detail: fmt.Sprintf("element %d is %d, beyond int64", i, uint64(out[i]))}
		}
	}
	return out, nil
}

// int returns element i of an integer tensor; U64 wraps.
func (t Tensor) int(i int) int64 {
	le := binary.LittleEndian
	switch t.DType {
	case Bool:
		if t.data[i] != 0 {
			return 1
		}
		return 0
	case U8:
		return int64(t.data[i])
	case I8:
		return int64(int8(t.data[i]))
	case U16:
		return int64(le.Uint16(t.data[2*i:]))
	case I16:
		return int64(int16(le.Uint16(t.data[2*i:])))
	case U32:
		return int64(le.Uint32(t.data[4*i:]))
	case I32:
		return int64(int32(le.Uint32(t.data[4*i:])))
	}
	return int64(le.Uint64(t.data[8*i:]))
}

func (t Tensor) fileName() string {
	if t.file == nil {
		return "(new tensor)"
	}
	return t.file.name
}

func (t Tensor) errConvert(to string) error {
	return &Error{File: t.fileName(), Tensor: t.Name, Err: ErrDType, Detail: fmt.Sprintf("%s cannot be converted to %s", t.DType, to)}
}

func (d DType) convertible() bool {
	switch d {
	case Bool, U8, I8, U16, I16, U32, I32, U64, I64, F16, BF16, F32, F64, F8E4M3, F8E5M2:
		return true
	}
	return false
}

// convert fills dst, starting at element start. The type must be convertible.
func (t Tensor) convert(dst []float32, start int) {
	size := t.DType.Bits() / 8
	src := t.data[start*size : (start+len(dst))*size]
	le := binary.LittleEndian
	switch t.DType {
	case F32:
		if littleEndian {
			copy(asBytes(dst), src)
			return
		}
		for i := range dst {
			dst[i] = math.Float32frombits(le.Uint32(src[4*i:]))
		}
	case F16:
		float16ToFloat32(dst, src)
	case BF16:
		bfloat16ToFloat32(dst, src)
	case F64:
		for i := range dst {
			dst[i] = float32(math.Float64frombits(le.Uint64(src[8*i:])))
		}
	case F8E4M3:
		for i := range dst {
			dst[i] = float8e4m3(src[i])
		}
	case F8E5M2:
		for i := range dst {
			dst[i] = Float16(uint16(src[i]) << 8) // the upper half of a float16
		}
	case U64:
		for i := range dst {
			dst[i] = float32(le.Uint64(src[8*i:]))
		}
	default:
		for i := range dst {
			dst[i] = float32(t.int(start + i))
		}
	}
}

func aligned(b []byte, to uintptr) bool {
	return uintptr(unsafe.Pointer(unsafe.SliceData(b)))%to == 0
}

type element interface {
	~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64 | ~uint64 | ~float32 | ~float64
}

// view returns the memory of b as a slice of T; b must be aligned.
func view[T element](b []byte) []T {
	var zero T
	n := len(b) / int(unsafe.Sizeof(zero))
	if n == 0 {
		return []T{}
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)[:n:n]
}

// asBytes returns the memory of v.
func asBytes[T element](v []T) []byte {
	if len(v) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(v[0])))
}

// CheckShape returns an ErrShape error that names the tensor, its shape and the
// expected one, unless its shape is want. An expected dimension of -1 matches
// any.
func (t Tensor) CheckShape(want ...int) error {
	same := len(want) == len(t.Shape)
	for i := 0; same && i < len(want); i++ {
		same = want[i] == -1 || want[i] == t.Shape[i]
	}
	if same {
		return nil
	}
	return &Error{File: t.fileName(), Tensor: t.Name, Err: ErrShape, Detail: fmt.Sprintf("got %s, want %s", shapeString(t.Shape), shapeString(slices.Clone(want)))}
}
