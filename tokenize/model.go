package tokenize

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// Model splits a piece of normalised text, usually a word, into tokens. It is
// for models from outside this package; see Tokenizer.WithModel. A Model must
// be safe for concurrent use.
type Model interface {
	// Tokenize returns the pieces of a word, from left to right.
	Tokenize(word string) ([]Piece, error)
	// ID returns the id of a token.
	ID(token string) (int32, bool)
	// Token returns the token of an id.
	Token(id int32) (string, bool)
	// VocabSize returns the number of tokens.
	VocabSize() int
}

// Piece is a token and the bytes [Start, End) of the word that it covers.
type Piece struct {
	ID         int32
	Token      string
	Start, End int
}

// parseModel reads the model of tokenizer.json and its vocabulary.
func parseModel(raw json.RawMessage) (model, map[string]int32, error) {
	const path = "model"
	kind, err := kindOf(raw, path)
	if err != nil {
		return nil, nil, err
	}
	if isNull(raw) {
		return nil, nil, &FormatError{Path: path, Got: "nothing", Want: "a model"}
	}
	if kind == "" {
		kind = guessKind(raw)
	}
	switch kind {
	case "WordPiece":
		return parseWordPiece(raw, path)
	case "BPE":
		return parseBPE(raw, path)
	case "Unigram":
		return parseUnigram(raw, path)
	case "WordLevel":
		return parseWordLevel(raw, path)
	}
	return nil, nil, &UnsupportedError{Component: path, Type: kind}
}

// guessKind guesses the kind of model in a file from before models were tagged.
func guessKind(raw json.RawMessage) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return ""
	}
	switch {
	case fields["merges"] != nil:
		return "BPE"
	case fields["max_input_chars_per_word"] != nil:
		return "WordPiece"
	case fields["unk_id"] != nil:
		return "Unigram"
	case fields["vocab"] != nil:
		return "WordLevel"
	}
	return ""
}

func parseWordPiece(raw json.RawMessage, path string) (model, map[string]int32, error) {
	var p struct {
		Vocab    map[string]int32 `json:"vocab"`
		Unknown  *string          `json:"unk_token"`
		Prefix   *string          `json:"continuing_subword_prefix"`
		MaxChars *int             `json:"max_input_chars_per_word"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, nil, err
	}
	maxChars := orElse(p.MaxChars, 100)
	if maxChars < 0 || maxChars > math.MaxInt32/8 {
		return nil, nil, &FormatError{Path: path + ".max_input_chars_per_word", Got: fmt.Sprint(maxChars), Want: "a sensible number of characters"}
	}
	unknown := orElse(p.Unknown, "[UNK]")
	id, err := unknownID(p.Vocab, &unknown, path)
	if err != nil {
		return nil, nil, err
	}
	return newWordPiece(p.Vocab, id, orElse(p.Prefix, "##"), maxChars), p.Vocab, nil
}

// unknownID checks a vocabulary and returns the id of its unknown token; -1 if
// name is nil.
func unknownID(vocab map[string]int32, name *string, path string) (int32, error) {
	size := 0
	for token, id := range vocab {
		if id < 0 {
			return 0, &FormatError{Path: path + ".vocab", Got: fmt.Sprintf("id %d of token %q", id, token), Want: "no negative id"}
		}
		size += len(token)
	}
	if err := checkTokenBytes(size, len(vocab)); err != nil {
		return 0, err
	}
	if name == nil {
		return -1, nil
	}
	id, ok := vocab[*name]
	if !ok {
		return 0, &FormatError{Path: path + ".vocab", Got: fmt.Sprintf("%d tokens", len(vocab)), Want: fmt.Sprintf("the unknown token %q among them", *name)}
	}
	return id, nil
}

// UnmarshalJSON parses "a b" and ["a", "b"].
func (r *mergeRule) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		var pair []string
		if err := json.Unmarshal(data, &pair); err != nil {
			return err
		}
		if len(pair) != 2 {
			return fmt.Errorf("a merge of %d parts, want 2", len(pair))
		}
		*r = mergeRule{pair[0], pair[1]}
		return nil
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	return r.parse(s)
}

// parse parses a line of merges.txt.
func (r *mergeRule) parse(line string) error {
	a, b, ok := strings.Cut(line, " ")
	if !ok || strings.Contains(b, " ") {
		return fmt.Errorf("merge %q is not two tokens with a space between", line)
	}
	*r = mergeRule{a, b}
	return nil
}

func parseBPE(raw json.RawMessage, path string) (model, map[string]int32, error) {
	var p struct {
		Vocab        map[string]int32 `json:"vocab"`
		Merges       []mergeRule      `json:"merges"`
		Dropout      *float64         `json:"dropout"`
		Unknown      *string          `json:"unk_token"`
		Prefix       *string          `json:"continuing_subword_prefix"`
		Suffix       *string          `json:"end_of_word_suffix"`
		FuseUnknown  bool             `json:"fuse_unk"`
		ByteFallback bool             `json:"byte_fallback"`
		IgnoreMerges bool             `json:"ignore_merges"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, nil, err
	}
	if orElse(p.Dropout, 0) != 0 {
		return nil, nil, &UnsupportedError{Component: path, Type: "BPE", Reason: "dropout makes the tokens random; remove it from tokenizer.json"}
	}
	unknown, err := unknownID(p.Vocab, p.Unknown, path)
	if err != nil {
		return nil, nil, err
	}
	m, err := newBPE(&bpe{
		vocab: p.Vocab, unknown: unknown, prefix: orElse(p.Prefix, ""), suffix: orElse(p.Suffix, ""),
		fuseUnknown: p.FuseUnknown, byteFallback: p.ByteFallback, ignoreMerges: p.IgnoreMerges,
	}, p.Merges)
	if err != nil {
		return nil, nil, err
	}
	return m, p.Vocab, nil
}

// UnmarshalJSON parses ["token", score].
func (t *scoredToken) UnmarshalJSON(data []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	if len(parts) != 2 {
		return fmt.Errorf("a vocabulary entry of %d parts, want a token and its score", len(parts))
	}
	if err := json.Unmarshal(parts[0], &t.token); err != nil {
		return err
	}
	return json.Unmarshal(parts[1], &t.score)
}

func parseUnigram(raw json.RawMessage, path string) (model, map[string]int32, error) {
	var p struct {
		Vocab        []scoredToken `json:"vocab"`
		Unknown      *int          `json:"unk_id"`
		ByteFallback bool          `json:"byte_fallback"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, nil, err
	}
	size := 0
	for _, t := range p.Vocab {
		size += len(t.token)
	}
	if err := checkTokenBytes(size, len(p.Vocab)); err != nil {
		return nil, nil, err
	}
	m, err := newUnigram(p.Vocab, p.Unknown, p.ByteFallback)
	if err != nil {
		return nil, nil, err
	}
	return m, m.ids, nil
}

func parseWordLevel(raw json.RawMessage, path string) (model, map[string]int32, error) {
	var p struct {
		Vocab   map[string]int32 `json:"vocab"`
		Unknown *string          `json:"unk_token"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, nil, err
	}
	unknown := orElse(p.Unknown, "<unk>")
	id, err := unknownID(p.Vocab, &unknown, path)
	if err != nil {
		return nil, nil, err
	}
	return &wordLevel{p.Vocab, id}, p.Vocab, nil
}

// Model returns the tokenizer's model alone, which splits words that are
// already normalised and separated.
func (t *Tokenizer) Model() Model {
	if m, ok := t.pipeline.model.(outsideModel); ok {
		return m.Model
	}
	return insideModel{t}
}

// insideModel exposes a model of this package as a Model.
type insideModel struct{ *Tokenizer }

// Tokenize splits a word into pieces.
func (m insideModel) Tokenize(word string) ([]Piece, error) {
	pieces, err := m.pipeline.model.tokenize(nil, word)
	if err != nil {
		return nil, err
	}
	out := make([]Piece, len(pieces))
	for i, p := range pieces {
		if p.text == "" {
			p.text, _ = m.Token(p.id)
		}
		out[i] = Piece{ID: p.id, Token: p.text, Start: p.from, End: p.to}
	}
	return out, nil
}
