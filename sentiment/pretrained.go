package sentiment

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
)

//go:embed heads/en.json
var englishHead []byte

//go:embed heads/zh.json.gz
var chineseHead []byte

// English returns what reads English texts and the vectors that bert/minilm
// (all-MiniLM-L6-v2) has of them.
func English() (*Mixed, error) { return ReadMixed(englishHead) }

// Chinese returns what reads Chinese texts and the vectors that bert/bgezh
// (bge-small-zh-v1.5) has of them.
func Chinese() (*Mixed, error) {
	z, err := gzip.NewReader(bytes.NewReader(chineseHead))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return ReadMixed(data)
}
