package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/atomicfile"
)

// New returns a tensor with bytes in the file's order (little-endian). The
// tensor keeps data, whose length must match the type and shape.
func New(name string, dtype DType, shape []int, data []byte) (Tensor, error) {
	t := Tensor{Name: name, DType: dtype, Shape: slices.Clone(shape), data: data}
	if t.Shape == nil {
		t.Shape = []int{}
	}
	if dtype == Invalid || dtype >= numDTypes {
		return Tensor{}, &Error{File: t.fileName(), Tensor: name, Err: ErrDType, Detail: dtype.String()}
	}
	want, err := byteSize(dtype, shape)
	if err != nil {
		return Tensor{}, &Error{File: t.fileName(), Tensor: name, Err: ErrShape, Detail: err.Error()}
	}
	if uint64(len(data)) != want {
		return Tensor{}, &Error{File: t.fileName(), Tensor: name, Err: ErrShape, Detail: fmt.Sprintf("got %d bytes, but %s of shape %s takes %d", len(data), dtype, shapeString(shape), want)}
	}
	return t, nil
}

// Of returns a tensor whose element type is the format's equivalent of T; it
// holds a copy of values.
func Of[T element](name string, shape []int, values []T) (Tensor, error) {
	var zero T
	var dtype DType
	switch any(zero).(type) {
	case float32:
		dtype = F32
	case float64:
		dtype = F64
	case int8:
		dtype = I8
	case uint8:
		dtype = U8
	case int16:
		dtype = I16
	case uint16:
		dtype = U16
	case int32:
		dtype = I32
	case uint32:
		dtype = U32
	case int64:
		dtype = I64
	case uint64:
		dtype = U64
	}
	var data []byte
	if littleEndian {
		data = bytes.Clone(asBytes(values))
	} else {
		data, _ = binary.Append(nil, binary.LittleEndian, values) // fixed-size numbers always encode
	}
	return New(name, dtype, shape, data)
}

// OfFloat16 returns an F16 tensor, rounding each value to the nearest. A finite
// value that becomes infinite gives ErrNotFinite.
func OfFloat16(name string, shape []int, values []float32) (Tensor, error) {
	data := make([]byte, 0, 2*len(values))
	for i, v := range values {
		h := Float16Bits(v)
		if h&0x7fff == 0x7c00 && v-v == 0 {
			return Tensor{}, &Error{File: "(new tensor)", Tensor: name, Err: ErrNotFinite, Detail: fmt.Sprintf("element %d, %g, is beyond float16", i, v)}
		}
		data = binary.LittleEndian.AppendUint16(data, h)
	}
	return New(name, F16, shape, data)
}

// OfBFloat16 returns a BF16 tensor, rounding each value to the nearest.
func OfBFloat16(name string, shape []int, values []float32) (Tensor, error) {
	data := make([]byte, 0, 2*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint16(data, BFloat16Bits(v))
	}
	return New(name, BF16, shape, data)
}

// Write writes a file with the tensors and metadata (may be nil). The bytes
// depend on nothing else, not even on the order of tensors: as in the reference
// writer, larger element types come first, then names in ascending order, and
// the header is padded with spaces so that the data begins at a multiple of
// eight.
func Write(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	return write(w, tensors, metadata, func(t Tensor) ([]byte, error) { return t.data, nil })
}

// WriteFloat32 is Write with F16, BF16 and F64 tensors written as F32, each
// converted as its turn comes, like Tensor.Float32. A finite F64 that is beyond
// float32 gives ErrNotFinite.
func WriteFloat32(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	stored := make(map[string]Tensor, len(tensors))
	as := slices.Clone(tensors)
	for i, t := range tensors {
		switch t.DType {
		case F16, BF16, F64:
			stored[t.Name] = t
			as[i].DType = F32
		}
	}
	return write(w, as, metadata, func(t Tensor) ([]byte, error) {
		from, ok := stored[t.Name]
		if !ok {
			return t.data, nil
		}
		v, err := from.Float32()
		if err != nil {
			return nil, err
		}
		if from.DType == F64 {
			for i, x := range v {
				if y := math.Float64frombits(binary.LittleEndian.Uint64(from.data[8*i:])); x-x != 0 && y-y == 0 {
					return nil, &Error{File: "(writing)", Tensor: t.Name, Err: ErrNotFinite, Detail: fmt.Sprintf("element %d, %g, is beyond float32", i, y)}
				}
			}
		}
		if littleEndian {
			return asBytes(v), nil
		}
		return binary.Append(nil, binary.LittleEndian, v)
	})
}

// write writes the tensors with the types and shapes that they have, and the
// bytes that data returns.
func write(w io.Writer, tensors []Tensor, metadata map[string]string, data func(Tensor) ([]byte, error)) error {
	ordered := slices.Clone(tensors)
	slices.SortFunc(ordered, func(a, b Tensor) int {
		if d := b.DType.Bits() - a.DType.Bits(); d != 0 {
			return d
		}
		if a.DType != b.DType {
			return int(b.DType) - int(a.DType)
		}
		return strings.Compare(a.Name, b.Name)
	})
	head, err := writeHeader(ordered, metadata)
	if err != nil {
		return err
	}
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], uint64(len(head)))
	for _, part := range [][]byte{n[:], head} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	for _, t := range ordered {
		part, err := data(t)
		if err != nil {
			return err
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

func writeHeader(ordered []Tensor, meta map[string]string) ([]byte, error) {
	fail := func(t Tensor, kind error, detail string) ([]byte, error) {
		return nil, &Error{File: "(writing)", Tensor: t.Name, Err: kind, Detail: detail}
	}
	var b bytes.Buffer
	b.WriteByte('{')
	if len(meta) > 0 {
		for k, v := range meta {
			if !utf8.ValidString(k) || !utf8.ValidString(v) {
				return fail(Tensor{}, ErrHeader, "metadata key "+quote(k)+": not UTF-8")
			}
		}
		text, err := json.Marshal(meta) // in ascending order of keys
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q:%s", metadataKey, text)
	}
	seen := make(map[string]bool, len(ordered))
	at := uint64(0)
	for _, t := range ordered {
		switch {
		case t.DType == Invalid:
			return fail(t, ErrDType, "the tensor was not made by New, Of or a File")
		case t.Name == metadataKey:
			return fail(t, ErrHeader, "the name is reserved")
		case !utf8.ValidString(t.Name):
			return fail(t, ErrHeader, "the name is not UTF-8")
		case seen[t.Name]:
			return fail(t, ErrDuplicate, "two tensors have this name")
		}
		seen[t.Name] = true
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(t.Name)
		if err != nil {
			return nil, err
		}
		shape, err := json.Marshal(t.Shape)
		if err != nil {
			return nil, err
		}
		size, err := byteSize(t.DType, t.Shape)
		if err != nil {
			return fail(t, ErrShape, err.Error())
		}
		fmt.Fprintf(&b, `%s:{"dtype":%q,"shape":%s,"data_offsets":[%d,%d]}`, name, t.DType, shape, at, at+size)
		at += size
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 {
		b.WriteByte(' ')
	}
	if b.Len() > maxHeader {
		return fail(Tensor{}, ErrHeaderSize, fmt.Sprintf("the header would take %d bytes, at most %d are allowed", b.Len(), maxHeader))
	}
	return b.Bytes(), nil
}

// WriteFile writes a file like Write, under a temporary name beside path, and
// renames it when it is complete, so that path never holds a partial file. If
// path is a device or a pipe, it is written directly; a symbolic link is
// followed.
func WriteFile(path string, tensors []Tensor, metadata map[string]string) error {
	return atomicfile.Write(path, func(w io.Writer) error { return Write(w, tensors, metadata) })
}

// WriteFileFloat32 is WriteFile with the conversions of WriteFloat32.
func WriteFileFloat32(path string, tensors []Tensor, metadata map[string]string) error {
	return atomicfile.Write(path, func(w io.Writer) error { return WriteFloat32(w, tensors, metadata) })
}
