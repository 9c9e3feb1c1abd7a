// Package sugarme connects package tokenize with github.com/sugarme/tokenizer.
// It combines sugarme's models with the normalisers, pre-tokenisers, added
// tokens, offsets and truncation of package tokenize, and makes the models of
// package tokenize usable in sugarme's pipeline.
//
// It is a separate package so that only its users depend on what sugarme
// imports, net/http among others. Package tokenize has its own models.
// sugarme's WordPiece is as correct on the texts compared; its BPE breaks ties
// in no fixed order, supports neither continuing prefixes nor unknown bytes,
// and prints and panics on a character that it does not know; its pipeline
// differs from the reference for a fifth of difficult texts and can end the
// process. With the same components its WordPiece takes some twenty times as
// long (BenchmarkWordPiece). Use this package to run a model built or trained
// with sugarme, to check one implementation against the other, or to add a kind
// of model through sugarme's interface.
package sugarme

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/sugarme/tokenizer"
	"github.com/sugarme/tokenizer/model"
	"github.com/sugarme/tokenizer/model/bpe"
	"github.com/sugarme/tokenizer/model/unigram"
	"github.com/sugarme/tokenizer/model/wordpiece"

	"github.com/seed-56ee9438/cohort/tokenize"
)

// ErrModel is wrapped by errors that a sugarme model caused: its own error, a
// panic, or an invalid result.
var ErrModel = errors.New("sugarme model failed")

// New wraps a sugarme model for Tokenizer.WithModel. Offsets in characters, as
// returned by its WordPiece, are converted to bytes; a panic becomes an error.
// The cache of a BPE is not used, since it is not safe for concurrent use.
func New(m tokenizer.Model) tokenize.Model {
	a := adapter{model: m, tokenize: m.Tokenize}
	switch x := m.(type) {
	case wordpiece.WordPiece, *wordpiece.WordPiece:
		a.runes = true
	case bpe.BPE:
		a.tokenize = uncached(&x)
	case *bpe.BPE:
		a.tokenize = uncached(x)
	}
	return a
}

type adapter struct {
	model    tokenizer.Model
	tokenize func(string) ([]tokenizer.Token, error)
	runes    bool // offsets count characters
}

// uncached runs a BPE without its cache, and refuses characters on which it
// would print and panic.
func uncached(b *bpe.BPE) func(string) ([]tokenizer.Token, error) {
	return func(word string) ([]tokenizer.Token, error) {
		if b.UnkToken == nil {
			for _, r := range word {
				if _, ok := (*b.Vocab)[string(r)]; !ok {
					return nil, fmt.Errorf("character U+%04X is not in the vocabulary: %w", r, tokenize.ErrUnknownText)
				}
			}
		}
		return b.WordToTokens(*b.MergeWord(word)), nil
	}
}

// Tokenize splits a word into pieces.
func (a adapter) Tokenize(word string) (pieces []tokenize.Piece, err error) {
	defer func() {
		if r := recover(); r != nil {
			pieces, err = nil, fmt.Errorf("%w: panic on a word of %d bytes: %.100v", ErrModel, len(word), r)
		}
	}()
	tokens, err := a.tokenize(word)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	var starts []int // byte at which each character begins, and the end
	if a.runes {
		for i := range word {
			starts = append(starts, i)
		}
		starts = append(starts, len(word))
	}
	for _, t := range tokens {
		if len(t.Offsets) != 2 || t.Id < 0 || t.Id > math.MaxInt32 {
			return nil, fmt.Errorf("%w: token of id %d at %v of a word of %d bytes", ErrModel, t.Id, t.Offsets, len(word))
		}
		from, to := t.Offsets[0], t.Offsets[1]
		if a.runes {
			if from < 0 || to < from || to >= len(starts) {
				return nil, fmt.Errorf("%w: token of id %d at %v of a word of %d bytes", ErrModel, t.Id, t.Offsets, len(word))
			}
			from, to = starts[from], starts[to]
		}
		pieces = append(pieces, tokenize.Piece{ID: int32(t.Id), Token: t.Value, Start: from, End: to})
	}
	return pieces, nil
}

// ID returns the id of a token.
func (a adapter) ID(token string) (int32, bool) {
	id, ok := a.model.TokenToId(token)
	return int32(id), ok
}

// Token returns the token of an id.
func (a adapter) Token(id int32) (string, bool) { return a.model.IdToToken(int(id)) }

// VocabSize returns the number of tokens.
func (a adapter) VocabSize() int { return a.model.GetVocabSize() }

// Model converts a tokenizer's model to a sugarme model, for sugarme's pipeline
// or other uses of its interface.
func Model(t *tokenize.Tokenizer) tokenizer.Model { return inside{t.Model(), t.MaxID()} }

type inside struct {
	tokenize.Model
	top int32
}

// Tokenize splits a sequence into tokens; offsets are in bytes.
func (m inside) Tokenize(sequence string) ([]tokenizer.Token, error) {
	pieces, err := m.Model.Tokenize(sequence)
	if err != nil {
		return nil, err
	}
	out := make([]tokenizer.Token, len(pieces))
	for i, p := range pieces {
		out[i] = tokenizer.Token{Id: int(p.ID), Value: p.Token, Offsets: []int{p.Start, p.End}}
	}
	return out, nil
}

// TokenToId returns the id of a token.
func (m inside) TokenToId(token string) (int, bool) {
	id, ok := m.ID(token)
	return int(id), ok
}

// IdToToken returns the token of an id.
func (m inside) IdToToken(id int) (string, bool) {
	if id < 0 || id > math.MaxInt32 {
		return "", false
	}
	return m.Token(int32(id))
}

// GetVocab returns all tokens and their ids.
func (m inside) GetVocab() map[string]int {
	vocab := make(map[string]int, m.VocabSize())
	for id := int32(0); id <= m.top; id++ {
		if s, ok := m.Token(id); ok {
			vocab[s] = int(id)
		}
	}
	return vocab
}

// GetVocabSize returns the number of tokens.
func (m inside) GetVocabSize() int { return m.VocabSize() }

// Save is not supported: the model belongs to its tokenizer file.
func (m inside) Save(string, ...string) error { return errors.ErrUnsupported }

// settings are the model's settings in tokenizer.json.
type settings struct {
	Type         string
	Vocab        json.RawMessage
	Merges       []json.RawMessage
	Unknown      *string `json:"unk_token"`
	UnknownID    *int    `json:"unk_id"`
	Prefix       *string `json:"continuing_subword_prefix"`
	Suffix       *string `json:"end_of_word_suffix"`
	MaxChars     *int    `json:"max_input_chars_per_word"`
	FuseUnknown  bool    `json:"fuse_unk"`
	ByteFallback bool    `json:"byte_fallback"`
	IgnoreMerges bool    `json:"ignore_merges"`
}

// ParseJSON is tokenize.ParseJSON with sugarme's model of the kind that the
// file specifies, and everything else from package tokenize. Settings that
// sugarme's models handle incorrectly give a *tokenize.UnsupportedError.
func ParseJSON(data []byte) (*tokenize.Tokenizer, error) {
	t, err := tokenize.ParseJSON(data) // checks the file
	if err != nil {
		return nil, err
	}
	var file struct{ Model settings }
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, &tokenize.FormatError{Path: "model", Err: err}
	}
	m := &file.Model
	var built tokenizer.Model
	switch m.Type {
	case "WordPiece":
		built, err = m.wordPiece()
	case "BPE":
		built, err = m.bpe()
	case "Unigram":
		built, err = m.unigram()
	default:
		err = m.refuse("")
	}
	if err != nil {
		return nil, err
	}
	return t.WithModel(New(built)), nil
}

func (m *settings) refuse(reason string) error {
	return &tokenize.UnsupportedError{Component: "sugarme model", Type: m.Type, Reason: reason}
}

// vocabulary reads the tokens of a model that numbers them in the file.
func (m *settings) vocabulary() (vocab model.Vocab, err error) {
	if err := json.Unmarshal(m.Vocab, &vocab); err != nil {
		return nil, &tokenize.FormatError{Path: "model.vocab", Err: err}
	}
	return vocab, nil
}

func (m *settings) wordPiece() (tokenizer.Model, error) {
	vocab, err := m.vocabulary()
	if err != nil {
		return nil, err
	}
	b := wordpiece.NewWordPieceBuilder().Vocab(&vocab).UnkToken(or(m.Unknown, "[UNK]")).
		ContinuingSubwordPrefix(or(m.Prefix, "##")).MaxInputCharsPerWord(or(m.MaxChars, 100))
	return b.Build(), nil
}

func (m *settings) bpe() (tokenizer.Model, error) {
	if or(m.Prefix, "") != "" || or(m.Suffix, "") != "" || m.FuseUnknown || m.ByteFallback || m.IgnoreMerges {
		return nil, m.refuse("prefix, suffix, fuse_unk, byte_fallback and ignore_merges are not as in the reference")
	}
	vocab, err := m.vocabulary()
	if err != nil {
		return nil, err
	}
	merges, err := mergeTable(vocab, m.Merges)
	if err != nil {
		return nil, err
	}
	b := bpe.NewBpeBuilder()
	b.VocabAndMerges(vocab, merges)
	if m.Unknown != nil {
		b.UnkToken(*m.Unknown)
	}
	built, err := b.Build()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	return built, nil
}

func (m *settings) unigram() (tokenizer.Model, error) {
	if m.ByteFallback {
		return nil, m.refuse("byte_fallback is not as in the reference")
	}
	var entries [][]any
	if err := json.Unmarshal(m.Vocab, &entries); err != nil {
		return nil, &tokenize.FormatError{Path: "model.vocab", Err: err}
	}
	scores := make([]unigram.TokenScore, len(entries))
	for i, e := range entries {
		scores[i].Token, _ = e[0].(string)
		scores[i].Score, _ = e[1].(float64)
	}
	b := unigram.NewUnigramBuilder().Vocab(scores)
	if m.UnknownID != nil {
		b.UnkID(*m.UnknownID)
	}
	built, err := b.Build()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	return built, nil
}

// mergeTable converts the merges of tokenizer.json, which tokenize.ParseJSON
// has checked, to sugarme's.
func mergeTable(vocab model.Vocab, rules []json.RawMessage) (bpe.Merges, error) {
	merges := make(bpe.Merges, len(rules))
	for i, raw := range rules {
		var pair []string
		if json.Unmarshal(raw, &pair) != nil {
			var line string
			if err := json.Unmarshal(raw, &line); err != nil {
				return nil, &tokenize.FormatError{Path: fmt.Sprintf("model.merges[%d]", i), Err: err}
			}
			at := 1
			for at < len(line) && line[at] != ' ' {
				at++
			}
			if at+1 >= len(line) || !utf8.ValidString(line) {
				return nil, &tokenize.FormatError{Path: fmt.Sprintf("model.merges[%d]", i), Got: line, Want: "two tokens"}
			}
			pair = []string{line[:at], line[at+1:]}
		}
		if len(pair) != 2 {
			return nil, &tokenize.FormatError{Path: fmt.Sprintf("model.merges[%d]", i), Got: string(raw), Want: "two tokens"}
		}
		key := bpe.Pair{C1: vocab[pair[0]], C2: vocab[pair[1]]}
		merges[key] = bpe.PairVal{Rank: i, NewId: vocab[pair[0]+pair[1]]}
	}
	return merges, nil
}

func or[T any](p *T, otherwise T) T {
	if p != nil {
		return *p
	}
	return otherwise
}
