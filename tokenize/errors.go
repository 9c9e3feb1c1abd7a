package tokenize

import (
	"errors"
	"fmt"
)

// Sentinel errors, for errors.Is.
var (
	// ErrNoTokenizer: a directory contains no tokenizer file that this package
	// reads.
	ErrNoTokenizer = errors.New("no tokenizer file found")
	// ErrMaxLength: a maximum length leaves no room for the model's special
	// tokens.
	ErrMaxLength = errors.New("maximum length has no room for the special tokens")
	// ErrStride: the overlap of consecutive parts is not smaller than the
	// parts.
	ErrStride = errors.New("stride is not smaller than the part it is taken from")
	// ErrNoSecond: OnlySecond was requested without a second sequence.
	ErrNoSecond = errors.New("no second sequence to truncate")
	// ErrTooShort: the one sequence that may be truncated is too short to bring
	// the pair within the maximum length.
	ErrTooShort = errors.New("sequence to truncate is too short")
	// ErrUnknownText: the model has no token for part of a text, and no unknown
	// token either.
	ErrUnknownText = errors.New("the model has no token for the text and no unknown token")
)

// TruncationError reports an impossible truncation. It wraps ErrMaxLength,
// ErrStride, ErrNoSecond or ErrTooShort.
type TruncationError struct {
	Err       error
	MaxLength int // as requested, special tokens included
	Special   int // number of special tokens that the model adds
	Stride    int
}

func (e *TruncationError) Error() string {
	return fmt.Sprintf("tokenize: %v (maximum length %d of which %d special tokens, stride %d)",
		e.Err, e.MaxLength, e.Special, e.Stride)
}

func (e *TruncationError) Unwrap() error { return e.Err }

// UnsupportedError reports a component of tokenizer.json that this package does
// not implement, or a setting of one.
type UnsupportedError struct {
	Component string // "normalizer", "pre_tokenizer", "model", "post_processor", "decoder"
	Type      string // its type as named in the file
	Reason    string // empty if the type itself is unknown
}

func (e *UnsupportedError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("tokenize: unsupported %s %q", e.Component, e.Type)
	}
	return fmt.Sprintf("tokenize: unsupported %s %q: %s", e.Component, e.Type, e.Reason)
}

// FormatError reports invalid contents of a tokenizer file.
type FormatError struct {
	File string // file name, or "" when parsed from memory
	Path string // position in the file, such as "model.vocab"
	Got  string // what was found
	Want string // what was expected
	Err  error  // underlying error, if any
}

func (e *FormatError) Error() string {
	s := "tokenize: "
	if e.File != "" {
		s += e.File + ": "
	}
	if e.Path != "" {
		s += e.Path + ": "
	}
	if e.Got != "" {
		s += "got " + e.Got
	}
	if e.Want != "" {
		if e.Got != "" {
			s += ", "
		}
		s += "want " + e.Want
	}
	if e.Err != nil {
		if e.Got != "" || e.Want != "" {
			s += ": "
		}
		s += e.Err.Error()
	}
	return s
}

func (e *FormatError) Unwrap() error { return e.Err }
