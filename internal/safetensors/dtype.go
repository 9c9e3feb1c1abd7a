package safetensors

import "strconv"

// DType is a tensor's element type.
type DType uint8

// The element types of the format. Those marked with a star can be read but not
// converted to float32: they need a scale or have no single real value.
const (
	Invalid DType = iota
	Bool          // one byte, 0 or 1
	U8
	I8
	U16
	I16
	U32
	I32
	U64
	I64
	F16    // IEEE 754 binary16
	BF16   // the upper half of a float32
	F32    // IEEE 754 binary32
	F64    // IEEE 754 binary64
	F8E4M3 // 4 exponent bits, no infinities ("E4M3FN")
	F8E5M2 // 5 exponent bits
	F8E8M0 // * exponent only
	F6E2M3 // * four elements in three bytes
	F6E3M2 // *
	F4     // * two elements per byte
	C64    // * two float32, real and imaginary part
	numDTypes
)

var dtypes = [numDTypes]struct {
	name string
	bits int
}{
	Bool: {"BOOL", 8}, U8: {"U8", 8}, I8: {"I8", 8}, U16: {"U16", 16}, I16: {"I16", 16},
	U32: {"U32", 32}, I32: {"I32", 32}, U64: {"U64", 64}, I64: {"I64", 64},
	F16: {"F16", 16}, BF16: {"BF16", 16}, F32: {"F32", 32}, F64: {"F64", 64},
	F8E4M3: {"F8_E4M3", 8}, F8E5M2: {"F8_E5M2", 8}, F8E8M0: {"F8_E8M0", 8},
	F6E2M3: {"F6_E2M3", 6}, F6E3M2: {"F6_E3M2", 6}, F4: {"F4", 4}, C64: {"C64", 64},
}

// String returns the type's name in the file format, such as "F32".
func (d DType) String() string {
	if d > Invalid && d < numDTypes {
		return dtypes[d].name
	}
	return "DType(" + strconv.Itoa(int(d)) + ")"
}

// Bits returns the size of one element in bits.
func (d DType) Bits() int {
	if d < numDTypes {
		return dtypes[d].bits
	}
	return 0
}

func parseDType(name string) (DType, bool) {
	for d := Bool; d < numDTypes; d++ {
		if dtypes[d].name == name {
			return d, true
		}
	}
	return Invalid, false
}
