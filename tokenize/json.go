package tokenize

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
)

// file is tokenizer.json. Components stay raw until their type is known.
type file struct {
	AddedTokens   []addedToken    `json:"added_tokens"`
	Normalizer    json.RawMessage `json:"normalizer"`
	PreTokenizer  json.RawMessage `json:"pre_tokenizer"`
	Model         json.RawMessage `json:"model"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Decoder       json.RawMessage `json:"decoder"`
}

// ParseJSON makes a tokenizer from the contents of a tokenizer.json file, as
// Hugging Face tokenizers writes it. The truncation and padding of the file are
// left aside: they belong to the call, not to the tokenizer. A component that is
// not implemented is an *UnsupportedError, contents that make no sense are a
// *FormatError.
func ParseJSON(data []byte) (*Tokenizer, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, &FormatError{Want: "a JSON object as tokenizers writes it", Err: err}
	}
	return f.build()
}

// kindOf returns the type of a component, "" if there is none.
func kindOf(raw json.RawMessage, path string) (string, error) {
	if isNull(raw) {
		return "", nil
	}
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return "", &FormatError{Path: path, Want: "an object with a type", Err: err}
	}
	return head.Type, nil
}

func isNull(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) == 0 || bytes.Equal(raw, []byte("null"))
}

func decode(raw json.RawMessage, path string, into any) error {
	if err := json.Unmarshal(raw, into); err != nil {
		return &FormatError{Path: path, Err: err}
	}
	return nil
}

// wordPieceModel is the model "WordPiece".
type wordPieceModel struct {
	Vocab    map[string]int32 `json:"vocab"`
	Unknown  *string          `json:"unk_token"`
	Prefix   *string          `json:"continuing_subword_prefix"`
	MaxChars *int             `json:"max_input_chars_per_word"`
}

func (m *wordPieceModel) build() (*wordPiece, error) {
	unknown, prefix, maxChars := "[UNK]", "##", 100
	if m.Unknown != nil {
		unknown = *m.Unknown
	}
	if m.Prefix != nil {
		prefix = *m.Prefix
	}
	if m.MaxChars != nil {
		maxChars = *m.MaxChars
	}
	if maxChars < 0 || maxChars > math.MaxInt32/8 {
		return nil, &FormatError{Path: "model.max_input_chars_per_word", Got: fmt.Sprint(maxChars), Want: "a sensible number of characters"}
	}
	if err := checkIDs(m.Vocab); err != nil {
		return nil, err
	}
	id, ok := m.Vocab[unknown]
	if !ok {
		return nil, &FormatError{Path: "model.vocab", Got: fmt.Sprintf("%d tokens", len(m.Vocab)), Want: fmt.Sprintf("the unknown token %q among them", unknown)}
	}
	return newWordPiece(m.Vocab, id, prefix, maxChars), nil
}

func checkIDs(vocab map[string]int32) error {
	for token, id := range vocab {
		if id < 0 {
			return &FormatError{Path: "model.vocab", Got: fmt.Sprintf("id %d of token %q", id, token), Want: "no negative id"}
		}
	}
	return nil
}

func (f *file) build() (*Tokenizer, error) {
	kind, err := kindOf(f.Model, "model")
	if err != nil {
		return nil, err
	}
	if kind != "WordPiece" {
		return nil, &UnsupportedError{Component: "model", Type: kind}
	}
	var m wordPieceModel
	if err := decode(f.Model, "model", &m); err != nil {
		return nil, err
	}
	wp, err := m.build()
	if err != nil {
		return nil, err
	}
	var n struct {
		Clean   *bool `json:"clean_text"`
		Chinese *bool `json:"handle_chinese_chars"`
		Strip   *bool `json:"strip_accents"`
		Lower   *bool `json:"lowercase"`
	}
	if kind, err = kindOf(f.Normalizer, "normalizer"); err != nil {
		return nil, err
	}
	if kind != "BertNormalizer" {
		return nil, &UnsupportedError{Component: "normalizer", Type: kind}
	}
	if err := decode(f.Normalizer, "normalizer", &n); err != nil {
		return nil, err
	}
	or := func(p *bool, d bool) bool {
		if p != nil {
			return *p
		}
		return d
	}
	norm := bertNormalizer{clean: or(n.Clean, true), chinese: or(n.Chinese, true), lower: or(n.Lower, true)}
	norm.strip = or(n.Strip, norm.lower)
	t := &Tokenizer{bert: newBertPath(norm, wp), added: f.AddedTokens}
	ids := m.Vocab
	for _, a := range f.AddedTokens {
		ids[a.Content] = a.ID
	}
	t.vocab = newVocabulary(ids)
	texts := make([]string, len(t.added))
	for i := range texts {
		texts[i] = t.added[i].Content
	}
	t.raw = newAddedMatcher(t.added, texts)
	if t.template, err = parsePostProcessor(f.PostProcessor); err != nil {
		return nil, err
	}
	return t, nil
}
