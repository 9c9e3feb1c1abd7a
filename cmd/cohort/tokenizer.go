package main

import (
	"context"
	"os"
	"strings"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/tokenize"
)

type (
	tokenizer     = *tokenize.Tokenizer
	encodeOptions = tokenize.EncodeOptions
)

// tokenizer loads the model's tokenizer; from a directory it reads only the
// tokenizer's files, so that weights may be missing.
func (f *modelFlags) tokenizer(ctx context.Context, src *source.Source) (tokenizer, error) {
	dir := strings.TrimPrefix(f.model, staticPrefix)
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return bert.LoadTokenizer(os.DirFS(dir))
	}
	m, err := f.loadFor(ctx, src)
	if err != nil {
		return nil, err
	}
	return m.Tokenizer(), nil
}
