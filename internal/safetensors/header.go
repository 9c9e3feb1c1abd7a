package safetensors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"sort"
	"strings"
)

const (
	maxHeader   = 100_000_000 // bytes of JSON, the reference reader's limit
	maxTensors  = 1 << 16
	maxRank     = 64 // as in PyTorch
	maxDims     = 1 << 20
	metadataKey = "__metadata__"
)

// entry is a tensor as described in the header.
type entry struct {
	name       string
	shape      []int
	begin, end uint64 // bytes, relative to the end of the header
	dtype      DType
}

// header is a checked header: entries ordered by name, byte ranges that cover
// [0, dataLen) exactly once.
type header struct {
	entries  []entry
	metadata map[string]string
	dataLen  int64
	start    int64 // where the data begins in the file
}

// readHeader parses and checks the header of a file of the given size. src is
// positioned after the eight bytes of the length n; if data is not nil, it is
// the header's text and src is not used.
func readHeader(file string, n uint64, size int64, data []byte, src io.Reader) (*header, error) {
	h := &header{start: 8 + int64(n), dataLen: size - 8 - int64(n)}
	s := &scanner{buf: data, budget: maxText}
	if data == nil {
		s.src = io.LimitReader(src, int64(n))
	}
	p := headerParser{s: s, h: h, file: file}
	if err := p.parse(); err != nil {
		return nil, p.wrap(err)
	}
	if err := h.checkOffsets(file); err != nil {
		return nil, err
	}
	sort.Slice(h.entries, func(i, j int) bool { return h.entries[i].name < h.entries[j].name })
	for i := 1; i < len(h.entries); i++ {
		if h.entries[i].name == h.entries[i-1].name {
			return nil, &Error{File: file, Tensor: h.entries[i].name, Err: ErrDuplicate, Detail: "the header names this tensor twice"}
		}
	}
	return h, nil
}

// headerLength reads and checks the eight bytes before the header.
func headerLength(file string, head []byte, size int64) (uint64, error) {
	fail := func(format string, args ...any) error {
		return &Error{File: file, Err: ErrHeaderSize, Detail: fmt.Sprintf(format, args...)}
	}
	if err := sniff(file, head); err != nil {
		return 0, err
	}
	if size < 8 || len(head) < 8 {
		return 0, fail("the file has %d bytes, want at least the 8 of the header length", size)
	}
	n := binary.LittleEndian.Uint64(head)
	switch {
	case n == 0:
		return 0, fail("it is 0, want the length of a JSON object")
	case n > maxHeader:
		return 0, fail("it is %d, want at most %d: the file is damaged or not safetensors", n, maxHeader)
	case n > uint64(size-8):
		return 0, fail("it is %d but only %d bytes follow: the file is damaged or its download incomplete", n, size-8)
	}
	return n, nil
}

type headerParser struct {
	s      *scanner
	h      *header
	file   string
	tensor string // being parsed, for messages
	dims   int    // of all tensors so far
}

func (p *headerParser) parse() error {
	// The format requires '{' as the very first byte: no byte-order mark, no
	// space.
	switch c, ok := p.s.peek(); {
	case !ok:
		return p.s.fail("unexpected end")
	case c == 0xef:
		return p.s.fail("found a byte-order mark or other non-ASCII text, want '{'")
	case c != '{':
		return p.s.fail("found %s, want '{'", printable(c))
	}
	seenMetadata := false
	err := p.s.object(func(key []byte) error {
		if string(key) == metadataKey {
			if seenMetadata {
				return p.fail(ErrDuplicate, "the header has %s twice", metadataKey)
			}
			seenMetadata = true
			return p.metadata()
		}
		name, err := p.s.keep(key)
		if err != nil {
			return err
		}
		p.tensor = name
		if len(p.h.entries) == maxTensors {
			return p.fail(ErrLimit, "more than %d tensors", maxTensors)
		}
		e, err := p.entry(name)
		if err != nil {
			return err
		}
		p.h.entries = append(p.h.entries, e)
		p.tensor = ""
		return nil
	})
	if err != nil {
		return err
	}
	return p.s.end()
}

// fail returns an error about the tensor being parsed.
func (p *headerParser) fail(kind error, format string, args ...any) error {
	return &Error{File: p.file, Tensor: p.tensor, Err: kind, Detail: fmt.Sprintf(format, args...)}
}

// wrap names the file in errors from the scanner.
func (p *headerParser) wrap(err error) error {
	var syntax *syntaxError
	var own *Error
	switch {
	case errors.As(err, &own):
		return err
	case errors.As(err, &syntax):
		return p.fail(ErrHeader, "%s", syntax)
	case errors.Is(err, errBudget):
		return p.fail(ErrLimit, "%s", err)
	}
	return fmt.Errorf("%s: reading the header: %w", p.file, err)
}

func (p *headerParser) metadata() error {
	if c, _ := p.s.skipSpace(); c == 'n' { // as in the reference reader
		return p.s.literal("null")
	}
	p.h.metadata = map[string]string{}
	return p.s.object(func(k []byte) error {
		if len(p.h.metadata) == maxTensors {
			return p.fail(ErrLimit, "more than %d metadata keys", maxTensors)
		}
		key, err := p.s.keep(k)
		if err != nil {
			return err
		}
		if _, dup := p.h.metadata[key]; dup {
			return p.fail(ErrDuplicate, "metadata key %s appears twice", quote(key))
		}
		if c, _ := p.s.skipSpace(); c != '"' {
			return p.fail(ErrHeader, "metadata key %s: found %s, want a string: metadata holds strings only", quote(key), printable(c))
		}
		v, err := p.s.str()
		if err != nil {
			return err
		}
		p.h.metadata[key], err = p.s.keep(v)
		return err
	})
}

// entry parses {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}.
// Other fields are ignored, as in the reference reader.
func (p *headerParser) entry(name string) (entry, error) {
	e := entry{name: name}
	var hasDType, hasShape, hasOffsets bool
	once := func(seen *bool, field string) error {
		if *seen {
			return p.fail(ErrDuplicate, "field %q appears twice", field)
		}
		*seen = true
		return nil
	}
	if c, _ := p.s.skipSpace(); c != '{' {
		return e, p.fail(ErrHeader, "found %s, want an object with dtype, shape and data_offsets", printable(c))
	}
	err := p.s.object(func(key []byte) (err error) {
		switch string(key) {
		case "dtype":
			if err := once(&hasDType, "dtype"); err != nil {
				return err
			}
			e.dtype, err = p.dtype()
			return err
		case "shape":
			if err := once(&hasShape, "shape"); err != nil {
				return err
			}
			e.shape, err = p.shape()
			return err
		case "data_offsets":
			if err := once(&hasOffsets, "data_offsets"); err != nil {
				return err
			}
			e.begin, e.end, err = p.offsets()
			return err
		}
		return p.s.skip(3)
	})
	if err != nil {
		return e, err
	}
	for _, f := range []struct {
		has  bool
		name string
	}{{hasDType, "dtype"}, {hasShape, "shape"}, {hasOffsets, "data_offsets"}} {
		if !f.has {
			return e, p.fail(ErrHeader, "field %q is missing", f.name)
		}
	}
	want, err := byteSize(e.dtype, e.shape)
	if err != nil {
		return e, p.fail(ErrShape, "%s", err)
	}
	switch {
	case e.begin > e.end:
		return e, p.fail(ErrOffsets, "[%d, %d] is reversed", e.begin, e.end)
	case e.end-e.begin != want:
		return e, p.fail(ErrOffsets, "[%d, %d] spans %d bytes, but %s of shape %s takes %d", e.begin, e.end, e.end-e.begin, e.dtype, shapeString(e.shape), want)
	}
	return e, nil
}

func (p *headerParser) dtype() (DType, error) {
	if c, _ := p.s.skipSpace(); c != '"' {
		return Invalid, p.fail(ErrDType, "found %s, want a string such as \"F32\"", printable(c))
	}
	text, err := p.s.str()
	if err != nil {
		return Invalid, err
	}
	d, ok := parseDType(string(text))
	if !ok {
		return Invalid, p.fail(ErrDType, "unknown type %s", quote(string(text)))
	}
	return d, nil
}

func (p *headerParser) shape() ([]int, error) {
	if c, _ := p.s.skipSpace(); c != '[' {
		return nil, p.fail(ErrShape, "found %s, want a list of dimensions", printable(c))
	}
	var dims [maxRank]int
	shape := dims[:0]
	err := p.s.array(func() error {
		if len(shape) == maxRank {
			return p.fail(ErrLimit, "more than %d dimensions", maxRank)
		}
		if p.dims++; p.dims > maxDims {
			return p.fail(ErrLimit, "more than %d dimensions in all tensors together", maxDims)
		}
		d, err := p.s.uint()
		if err != nil {
			return p.number(ErrShape, "dimension", len(shape), err)
		}
		shape = append(shape, int(d))
		return nil
	})
	return append(make([]int, 0, len(shape)), shape...), err
}

func (p *headerParser) offsets() (begin, end uint64, err error) {
	if c, _ := p.s.skipSpace(); c != '[' {
		return 0, 0, p.fail(ErrOffsets, "found %s, want [begin, end]", printable(c))
	}
	var at [2]uint64
	n := 0
	err = p.s.array(func() error {
		if n == 2 {
			return p.fail(ErrOffsets, "more than two numbers, want [begin, end]")
		}
		at[n], err = p.s.uint()
		if err != nil {
			return p.number(ErrOffsets, "offset", n, err)
		}
		n++
		return nil
	})
	if err == nil && n != 2 {
		err = p.fail(ErrOffsets, "%d numbers, want [begin, end]", n)
	}
	return at[0], at[1], err
}

// number converts the error for a malformed number to the field's kind.
func (p *headerParser) number(kind error, what string, i int, err error) error {
	var syntax *syntaxError
	if errors.As(err, &syntax) {
		return p.fail(kind, "%s %d: %s", what, i, syntax)
	}
	return err
}

// checkOffsets checks that the tensors lie end to end and fill the file.
func (h *header) checkOffsets(file string) error {
	es := h.entries
	sort.Slice(es, func(i, j int) bool {
		if es[i].begin != es[j].begin {
			return es[i].begin < es[j].begin
		}
		return es[i].end < es[j].end
	})
	var at uint64
	for _, e := range es {
		fail := func(kind error, format string, args ...any) error {
			return &Error{File: file, Tensor: e.name, Err: kind, Detail: fmt.Sprintf(format, args...)}
		}
		switch {
		case e.begin < at:
			return fail(ErrOffsets, "begins at %d, inside another tensor that ends at %d", e.begin, at)
		case e.begin > at:
			return fail(ErrOffsets, "begins at %d, but what lies before it ends at %d: a hole", e.begin, at)
		case e.end > uint64(h.dataLen):
			return fail(ErrTruncated, "ends at %d, but the file has %d bytes of data: the file is damaged or its download incomplete", e.end, h.dataLen)
		}
		at = e.end
	}
	if left := uint64(h.dataLen) - at; left > 0 {
		return &Error{File: file, Err: ErrTrailing, Detail: fmt.Sprintf("%d bytes follow the last tensor", left)}
	}
	return nil
}

// byteSize returns the size of a tensor in bytes, or an error if that number
// does not fit an int or is not whole.
func byteSize(d DType, shape []int) (uint64, error) {
	n := uint64(1)
	for _, dim := range shape {
		if dim < 0 {
			return 0, fmt.Errorf("dimension %d is negative", dim)
		}
		hi, lo := bits.Mul64(n, uint64(dim))
		if hi != 0 || lo>>62 != 0 {
			return 0, fmt.Errorf("the size of %s of shape %s overflows", d, shapeString(shape))
		}
		n = lo
	}
	hi, lo := bits.Mul64(n, uint64(d.Bits()))
	switch {
	case hi != 0 || lo>>62 != 0:
		return 0, fmt.Errorf("the size of %s of shape %s overflows", d, shapeString(shape))
	case lo%8 != 0:
		return 0, fmt.Errorf("%s of shape %s does not fill whole bytes", d, shapeString(shape))
	}
	return lo / 8, nil
}

// shapeString formats a shape as [2 3], shortened if it is long.
func shapeString(shape []int) string {
	if len(shape) > 8 {
		return strings.TrimSuffix(fmt.Sprint(shape[:8]), "]") + " …]"
	}
	return fmt.Sprint(shape)
}
