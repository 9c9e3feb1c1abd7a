package tokenize

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// maxFileSize bounds what is read: the tokenizer.json with 250,000 pieces, the
// largest in use in the BERT family, takes 17 MB. Its contents are bounded by
// checkBudget.
const maxFileSize = 24 << 20

// maxLinesSize bounds vocab.txt and merges.txt: the largest in use takes 5 MB.
const maxLinesSize = 8 << 20

// maxLines bounds vocab.txt and merges.txt: the longest in use has 501,153
// lines.
const maxLines = 1 << 19

// maxSequenceLength is the largest model_max_length that counts as one; files
// use 10^30 for "unknown".
const maxSequenceLength = 1 << 24

// Load reads the tokenizer of a model directory: tokenizer.json or, in older
// models, vocab.txt (BERT) or vocab.json and merges.txt (RoBERTa), with the
// settings of tokenizer_config.json. If there is none of these the error wraps
// ErrNoTokenizer.
func Load(fsys fs.FS) (*Tokenizer, error) {
	if fsys == nil {
		return nil, fmt.Errorf("%w: no file system", ErrNoTokenizer)
	}
	config, err := readConfig(fsys)
	if err != nil {
		return nil, err
	}
	t, err := loadAny(fsys, config)
	if err != nil {
		return nil, err
	}
	if n := config.MaxLength; n >= 1 && n <= maxSequenceLength {
		t.maxLength = int(n)
	}
	t.withoutTypes, t.mask, t.left = !config.takesTypeIDs(), config.Mask.Content, config.TruncationSide == "left"
	t.splitSpecial = config.SplitSpecial
	return t, nil
}

func loadAny(fsys fs.FS, config *tokenizerConfig) (*Tokenizer, error) {
	data, err := readFile(fsys, "tokenizer.json", maxFileSize)
	switch {
	case err == nil && config.class() == japaneseClass:
		// vocab.txt counts.
	case err == nil:
		f, err := parseFile(data)
		if err != nil {
			return nil, inFile("tokenizer.json", err)
		}
		if err := config.apply(f); err != nil {
			return nil, err
		}
		t, err := f.tokenizer()
		return t, inFile("tokenizer.json", err)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	data, err = readFile(fsys, "vocab.txt", maxLinesSize)
	switch {
	case err == nil:
		lines, err := splitLines(data)
		if err != nil {
			return nil, inFile("vocab.txt", err)
		}
		if err := config.checkClass("vocab.txt", vocabClasses); err != nil {
			return nil, err
		}
		var t *Tokenizer
		var ids map[string]int32
		if config.class() == japaneseClass {
			t, ids, err = fromJapaneseVocab(lines, config)
		} else {
			t, ids, err = fromVocab(lines, config.options())
		}
		if err == nil {
			settled, more := config.settle(t.added, false)
			t, err = t.withNamed(ids, settled, more, config.vocabSize)
		}
		return t, inFile("vocab.txt", err)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	vocab, err := readFile(fsys, "vocab.json", maxFileSize)
	if errors.Is(err, fs.ErrNotExist) {
		if config.class() == japaneseClass {
			return nil, &UnsupportedError{Component: "tokenizer_class", Type: config.Class, Reason: "it needs vocab.txt; transformers does not read tokenizer.json for it"}
		}
		for _, name := range []string{"sentencepiece.bpe.model", "spiece.model", "tokenizer.model"} {
			if _, err := fs.Stat(fsys, name); err == nil {
				return nil, fmt.Errorf("tokenize: %w: %s is not read; save the tokenizer as tokenizer.json with save_pretrained of a fast tokenizer", ErrNoTokenizer, name)
			}
		}
		return nil, fmt.Errorf("tokenize: %w: want tokenizer.json, vocab.txt, or vocab.json with merges.txt", ErrNoTokenizer)
	}
	if err != nil {
		return nil, err
	}
	if err := config.checkClass("vocab.json", mergesClasses); err != nil {
		return nil, err
	}
	merges, err := readFile(fsys, "merges.txt", maxLinesSize)
	if err != nil {
		return nil, fmt.Errorf("vocab.json needs merges.txt beside it: %w", err)
	}
	lines, err := splitLines(merges)
	if err != nil {
		return nil, inFile("merges.txt", err)
	}
	t, ids, err := fromMerges(vocab, lines, config)
	if err != nil {
		return nil, err
	}
	settled, more := config.settle(t.added, false)
	return t.withNamed(ids, settled, more, config.vocabSize)
}

func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("tokenize: %w", err)
	}
	if info.Size() > limit {
		return nil, &FormatError{File: name, Got: fmt.Sprintf("%d bytes", info.Size()), Want: fmt.Sprintf("at most %d", limit)}
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("tokenize: %w", err)
	}
	return data, checkPointer(name, data)
}

// checkPointer refuses a Git LFS pointer, which a clone has in place of a large
// file, with what to do.
func checkPointer(name string, data []byte) error {
	if bytes.HasPrefix(data, []byte("version https://git-lfs.github.com/spec/")) {
		return &FormatError{File: name, Got: "a Git LFS pointer", Want: "the file itself: run \"git lfs pull\" in the model's clone"}
	}
	return nil
}

// inFile names the file in a FormatError.
func inFile(name string, err error) error {
	var format *FormatError
	if errors.As(err, &format) && format.File == "" {
		format.File = name
	}
	return err
}

// splitLines returns the lines of a file without line endings.
func splitLines(data []byte) ([]string, error) {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if n := bytes.Count(data, []byte{'\n'}); n > maxLines {
		return nil, &FormatError{Got: fmt.Sprintf("%d lines", n), Want: fmt.Sprintf("at most %d", maxLines)}
	}
	lines := strings.Split(string(data), "\n")
	if n := len(lines); lines[n-1] == "" {
		lines = lines[:n-1]
	}
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines, nil
}

// FromVocab returns a BERT tokenizer for a bare vocabulary: the tokens in order
// of their ids, which are the lines of vocab.txt. A vocabulary without the special
// tokens that must be in it is a *FormatError.
func FromVocab(vocab []string, opts Options) (*Tokenizer, error) {
	t, _, err := fromVocab(vocab, opts)
	return t, err
}

// fromVocab is FromVocab, and returns the ids as well.
func fromVocab(vocab []string, opts Options) (*Tokenizer, map[string]int32, error) {
	ids := make(map[string]int32, len(vocab))
	size := 0
	for i, token := range vocab {
		ids[token] = int32(i)
		size += len(token)
	}
	if err := checkTokenBytes(size, len(vocab)); err != nil {
		return nil, nil, err
	}
	name := func(s, otherwise string) string {
		if s == "" {
			return otherwise
		}
		return s
	}
	unknown := name(opts.Unknown, "[UNK]")
	cls, sep := name(opts.CLS, "[CLS]"), name(opts.SEP, "[SEP]")
	named, err := specialIDs(ids, unknown, cls, sep)
	if err != nil {
		return nil, nil, err
	}
	maxChars := opts.MaxWordChars
	if maxChars <= 0 {
		maxChars = 100
	}
	norm := bertNormalizer{clean: true, chinese: !opts.JoinChinese, lower: !opts.Cased}
	norm.strip = opts.StripAccents == Yes || opts.StripAccents == Default && norm.lower
	p := pipeline{
		normalizer:   norm,
		preTokenizer: bertSplitter{},
		model:        newWordPiece(ids, named[0].id, "##", maxChars),
	}
	added := specialTokens(ids, unknown, cls, sep, name(opts.PAD, "[PAD]"), name(opts.Mask, "[MASK]"))
	t, err := newTokenizer(ids, added, p, bertTemplate(named[1], named[2]), wordPieceDecoder("##", true))
	return t, ids, err
}

// specialIDs finds tokens that must be in the vocabulary.
func specialIDs(ids map[string]int32, names ...string) ([]namedID, error) {
	out := make([]namedID, len(names))
	for i, s := range names {
		id, ok := ids[s]
		if !ok {
			return nil, &FormatError{Path: "vocabulary", Got: fmt.Sprintf("%d tokens", len(ids)), Want: fmt.Sprintf("the special token %q among them", s)}
		}
		out[i] = namedID{s, id}
	}
	return out, nil
}

// specialTokens returns added tokens for the names that are in the vocabulary.
func specialTokens(ids map[string]int32, names ...string) []addedToken {
	var out []addedToken
	for _, s := range names {
		if id, ok := ids[s]; ok {
			out = append(out, addedToken{ID: id, Content: s, Special: true})
		}
	}
	return out
}

// fromMerges returns the tokenizer of vocab.json and merges.txt, RoBERTa's or
// HerBERT's, and the ids of the vocabulary.
func fromMerges(vocab []byte, merges []string, config *tokenizerConfig) (*Tokenizer, map[string]int32, error) {
	if err := checkBudget(vocab); err != nil {
		return nil, nil, inFile("vocab.json", err)
	}
	var ids map[string]int32
	if err := json.Unmarshal(vocab, &ids); err != nil {
		return nil, nil, &FormatError{File: "vocab.json", Want: "an object of token ids", Err: err}
	}
	if _, err := unknownID(ids, nil, ""); err != nil {
		return nil, nil, inFile("vocab.json", err)
	}
	var rules []mergeRule
	for i, line := range merges {
		if line == "" || strings.HasPrefix(line, "#version") {
			continue
		}
		var r mergeRule
		if err := r.parse(line); err != nil {
			return nil, nil, &FormatError{File: "merges.txt", Path: fmt.Sprintf("line %d", i+1), Err: err}
		}
		rules = append(rules, r)
	}
	name := func(s tokenName, otherwise string) string {
		return cmp.Or(s.Content, otherwise)
	}
	unknown, mask := name(config.Unknown, "<unk>"), name(config.Mask, "<mask>")
	cls, sep, pad := name(config.CLS, "<s>"), name(config.SEP, "</s>"), name(config.PAD, "<pad>")
	named, err := specialIDs(ids, cls, sep)
	if err != nil {
		return nil, nil, inFile("vocab.json", err)
	}
	added := specialTokens(ids, cls, pad, sep, unknown, mask)
	if config.class() == herbertClass {
		t, err := newHerbert(ids, rules, unknown, bertTemplate(named[0], named[1]), added)
		return t, ids, inFile("merges.txt", err)
	}
	model, err := newBPE(&bpe{vocab: ids, unknown: -1}, rules)
	if err != nil {
		return nil, nil, inFile("merges.txt", err)
	}
	for i := range added {
		added[i].LStrip = added[i].Content == mask // as in RobertaTokenizer
	}
	tmpl := robertaTemplate(named[0], named[1])
	tmpl.trim, tmpl.addPrefixSpace = true, config.PrefixSpace
	p := pipeline{preTokenizer: byteLevel{prefixSpace: config.PrefixSpace, useRegex: true}, model: model}
	t, err := newTokenizer(ids, added, p, tmpl, decoderFunc(byteLevelDecode))
	return t, ids, err
}
