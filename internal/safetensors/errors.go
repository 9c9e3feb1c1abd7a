package safetensors

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kinds of errors in a file. Every error of this package about a file's
// contents is an [*Error] that wraps one of these; errors from the operating
// system (a missing file, no permission) are wrapped as they are.
var (
	// ErrNotSafetensors: the file is of a different kind.
	ErrNotSafetensors = errors.New("not a safetensors file")
	// ErrEmpty: the file is empty. Wraps ErrNotSafetensors, as do the next
	// four.
	ErrEmpty = fmt.Errorf("%w", ErrNotSafetensors)
	// ErrHTML: the file is a web page.
	ErrHTML = fmt.Errorf("%w", ErrNotSafetensors)
	// ErrLFSPointer: the file is a Git LFS pointer.
	ErrLFSPointer = fmt.Errorf("%w", ErrNotSafetensors)
	// ErrZip: the file is a zip archive, as written by torch.save.
	ErrZip = fmt.Errorf("%w", ErrNotSafetensors)
	// ErrPickle: the file is a Python pickle, which can run code when loaded.
	ErrPickle = fmt.Errorf("%w", ErrNotSafetensors)

	// ErrHeaderSize: the header length is missing, zero, beyond the file or over 100,000,000.
	ErrHeaderSize = errors.New("bad header length")
	// ErrHeader: the header is not a JSON object as the format requires.
	ErrHeader = errors.New("bad header")
	// ErrDuplicate: a tensor name, field or metadata key appears twice.
	ErrDuplicate = errors.New("duplicate key")
	// ErrDType: the element type is unknown, or cannot be converted as
	// requested.
	ErrDType = errors.New("unsupported dtype")
	// ErrShape: a dimension is not a non-negative integer, or the shape's size overflows.
	ErrShape = errors.New("bad shape")
	// ErrOffsets: byte ranges are reversed, overlap, leave a hole, or do not fit dtype and shape.
	ErrOffsets = errors.New("bad data offsets")
	// ErrTruncated: the file ends before the last tensor does.
	ErrTruncated = errors.New("file is cut short")
	// ErrTrailing: there are bytes after the last tensor.
	ErrTrailing = errors.New("bytes left over")
	// ErrLimit: there are more tensors, dimensions or text than this package
	// accepts.
	ErrLimit = errors.New("limit exceeded")

	// ErrIndex: model.safetensors.index.json is malformed or disagrees with its shards.
	ErrIndex = errors.New("bad index")
	// ErrOutside: an index names a shard outside the model's directory.
	ErrOutside = errors.New("shard outside the model directory")
	// ErrNoWeights: a directory contains no readable weights.
	ErrNoWeights = errors.New("no safetensors weights")
	// ErrNotFinite: a tensor holds NaN or Inf.
	ErrNotFinite = errors.New("not a finite number")
)

// Error says which file and, if known, which tensor is wrong, and why.
type Error struct {
	File   string // path or name as given
	Tensor string // tensor name, or ""
	Detail string // what was found and what was expected
	Err    error  // one of the Err values
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	b.WriteString(": ")
	if e.Tensor != "" {
		b.WriteString("tensor ")
		b.WriteString(quote(e.Tensor))
		b.WriteString(": ")
	}
	b.WriteString(e.Err.Error())
	if e.Detail != "" {
		b.WriteString(": ")
		b.WriteString(e.Detail)
	}
	return b.String()
}

// Unwrap returns the sentinel.
func (e *Error) Unwrap() error { return e.Err }

// quote quotes text from a file for a message: hostile names may be megabytes
// long or contain control characters.
func quote(s string) string {
	const most = 80
	if len(s) <= most {
		return strconv.Quote(s)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + "…"
}
