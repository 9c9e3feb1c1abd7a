package tokenize

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
)

// LoadJSON reads a tokenizer.json alone, as Tokenizer.from_file of Hugging Face
// tokenizers does: without the files beside it, and with the file's own
// truncation, of which [Tokenizer.ModelMaxLength] returns the length. If there
// is no such file the error wraps fs.ErrNotExist.
func LoadJSON(fsys fs.FS, name string) (*Tokenizer, error) {
	if fsys == nil {
		return nil, fmt.Errorf("%w: no file system", ErrNoTokenizer)
	}
	data, err := readFile(fsys, name, maxFileSize)
	if err != nil {
		return nil, err
	}
	f, err := parseFile(data)
	if err != nil {
		return nil, inFile(name, err)
	}
	t, err := f.tokenizer()
	if err != nil {
		return nil, inFile(name, err)
	}
	return t, inFile(name, t.setTruncation(f.Truncation))
}

// setTruncation applies the truncation of a tokenizer.json.
func (t *Tokenizer) setTruncation(raw json.RawMessage) error {
	if isNull(raw) {
		return nil
	}
	var c struct {
		Direction string `json:"direction"`
		MaxLength int    `json:"max_length"`
	}
	if err := decode(raw, "truncation", &c); err != nil {
		return err
	}
	switch c.Direction {
	case "Right", "":
	case "Left":
		t.left = true
	default:
		return &FormatError{Path: "truncation.direction", Got: c.Direction, Want: "Left or Right"}
	}
	if c.MaxLength < 1 || c.MaxLength > maxSequenceLength {
		return &FormatError{Path: "truncation.max_length", Got: string(raw), Want: "a length from 1 on"}
	}
	t.maxLength = c.MaxLength
	return nil
}

// WithoutSpecialTokens returns a tokenizer that adds no special tokens to a
// text. Their names in a text still become tokens.
func (t *Tokenizer) WithoutSpecialTokens() *Tokenizer {
	c := *t
	only := *t.template
	only.single = onlySequences(t.template.single)
	only.pair = onlySequences(t.template.pair)
	c.template = &only
	return &c
}

func onlySequences(pieces []templatePiece) []templatePiece {
	return slices.DeleteFunc(slices.Clone(pieces), func(p templatePiece) bool { return p.sequence < 0 })
}

// WithoutUnknown returns a tokenizer that leaves out the unknown token, after
// truncation, as model2vec does.
func (t *Tokenizer) WithoutUnknown() *Tokenizer {
	c := *t
	if id, ok := t.UnknownID(); ok {
		c.leftOut = id + 1
	}
	return &c
}

// WithRightTruncation returns a tokenizer that truncates texts at their end.
func (t *Tokenizer) WithRightTruncation() *Tokenizer {
	c := *t
	c.left = false
	return &c
}

// WithSpecialToken returns a tokenizer that takes a token of the vocabulary, as
// written, for a special token wherever it occurs in a text. It returns t if
// the vocabulary has no such token.
func (t *Tokenizer) WithSpecialToken(name string) *Tokenizer {
	id, ok := t.ID(name)
	if !ok || name == "" {
		return t
	}
	c := *t
	c.added = slices.DeleteFunc(slices.Clone(t.added), func(a addedToken) bool { return a.Content == name })
	c.added = append(c.added, addedToken{ID: id, Content: name, Special: true})
	c.assemble(t.pipeline)
	return &c
}

// withoutToken removes the ids from dst[from:].
func withoutToken(dst []int32, from int, id int32) []int32 {
	n := from
	for _, x := range dst[from:] {
		if x != id {
			dst[n] = x
			n++
		}
	}
	return dst[:n]
}

// leaveOut returns s without tokens of that id.
func (s *sequence) leaveOut(id int32) sequence {
	if !slices.Contains(s.ids, id) {
		return *s
	}
	out := sequence{text: s.text, nextWord: s.nextWord}
	for i, x := range s.ids {
		if x == id {
			continue
		}
		out.ids = append(out.ids, x)
		out.offsets = append(out.offsets, s.offsets[i])
		out.words = append(out.words, s.words[i])
		if s.tokens != nil {
			out.tokens = append(out.tokens, s.tokens[i])
		}
	}
	return out
}
