package sentiment

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
)

//go:embed heads/en.json.gz
var englishHead []byte

//go:embed heads/zh.json.gz
var chineseHead []byte

// English returns the scorer for English texts and their vectors by bert/minilm
// (all-MiniLM-L6-v2).
func English() (*Mixed, error) { return unpacked(englishHead) }

// Chinese returns the scorer for Chinese texts and their vectors by bert/bgezh
// (bge-small-zh-v1.5).
func Chinese() (*Mixed, error) { return unpacked(chineseHead) }

// unpacked reads a head that is compressed.
func unpacked(packed []byte) (*Mixed, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return ReadMixed(data)
}
