package tokenize

import (
	"errors"
	"fmt"
	"io/fs"
)

// maxFileSize bounds what is read: the largest tokenizer.json in use, of a
// vocabulary of 256,000 tokens, takes 34 MB.
const maxFileSize = 128 << 20

func readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFileSize {
		return nil, &FormatError{File: name, Got: fmt.Sprintf("%d bytes", info.Size()), Want: fmt.Sprintf("at most %d", maxFileSize)}
	}
	return fs.ReadFile(fsys, name)
}

// Load reads the tokenizer of a model directory: tokenizer.json.
func Load(fsys fs.FS) (*Tokenizer, error) {
	data, err := readFile(fsys, "tokenizer.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("tokenize: %w", ErrNoTokenizer)
	}
	if err != nil {
		return nil, fmt.Errorf("tokenize: %w", err)
	}
	return ParseJSON(data)
}
