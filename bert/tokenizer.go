package bert

import (
	"fmt"
	"io/fs"

	"github.com/seed-56ee9438/cohort/tokenize"
)

// LoadTokenizer loads only the tokenizer of a model directory, whose weights
// may be missing. Like [LoadFS] it reads the encoder's directory named in
// modules.json and applies sentence_bert_config.json.
func LoadTokenizer(fsys fs.FS) (*tokenize.Tokenizer, error) {
	if fsys == nil {
		return nil, fmt.Errorf("%w: no file system", ErrInput)
	}
	p, err := loadPipeline(fsys)
	if err != nil {
		return nil, err
	}
	if p.static != nil {
		p.close()
		return p.static.tokenizer, nil
	}
	sub, err := fs.Sub(fsys, p.transformer)
	if err != nil {
		return nil, err
	}
	t, err := tokenize.Load(sub)
	if err != nil {
		return nil, err
	}
	if p.lowerCase {
		t = t.WithLowercase()
	}
	if p.multi != nil {
		for _, prefix := range p.multi.prefixes {
			t = withPrefix(t, prefix)
		}
	}
	return t, nil
}

// loadTokenizer reads the tokenizer of a model directory and checks that the
// encoder has a row for each of its tokens.
func loadTokenizer(fsys fs.FS, c *Config, lowerCase bool) (*tokenize.Tokenizer, error) {
	t, err := tokenize.Load(fsys)
	if err != nil {
		return nil, err
	}
	if lowerCase {
		// sentence-transformers applies do_lower_case as an additional
		// normaliser, before the tokenizer's own.
		t = t.WithLowercase()
	}
	// The greatest id rather than the number of tokens: a vocabulary may have
	// gaps.
	if n := int(t.MaxID()) + 1; n > c.VocabSize {
		return nil, &ConfigError{File: configFile, Field: "vocab_size", Got: fmt.Sprint(c.VocabSize), Want: fmt.Sprintf("more than the tokenizer's greatest id, so at least %d", n)}
	}
	if c.TypeVocabSize > 1 && t.TakesTypeIDs() {
		if n := int(max(t.MaxTypeID(false), t.MaxTypeID(true))) + 1; n > c.TypeVocabSize {
			return nil, &ConfigError{File: configFile, Field: "type_vocab_size", Got: fmt.Sprint(c.TypeVocabSize), Want: fmt.Sprintf("more than the greatest type_id of the tokenizer's post_processor, so at least %d", n)}
		}
	}
	return t, nil
}

// takesTypes reports whether the encoder has token types and gets them from the
// tokenizer.
func (m *Model) takesTypes() bool { return m.config.TypeVocabSize > 1 && m.tokenizer.TakesTypeIDs() }
