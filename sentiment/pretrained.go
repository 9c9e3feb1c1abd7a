package sentiment

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
)

//go:embed heads/en.json
var english []byte

//go:embed heads/zh.json.gz
var chinese []byte

// English returns the head for the vectors of bert/minilm (all-MiniLM-L6-v2).
func English() (*Head, error) { return Read(english) }

// Chinese returns the blend for the vectors of bert/bgezh (bge-small-zh-v1.5).
func Chinese() (*Blend, error) {
	z, err := gzip.NewReader(bytes.NewReader(chinese))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return ReadBlend(data)
}
