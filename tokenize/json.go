package tokenize

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// file is tokenizer.json. Components stay raw until their type is known.
type file struct {
	AddedTokens   []addedToken    `json:"added_tokens"`
	Normalizer    json.RawMessage `json:"normalizer"`
	PreTokenizer  json.RawMessage `json:"pre_tokenizer"`
	Model         json.RawMessage `json:"model"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Decoder       json.RawMessage `json:"decoder"`
	Truncation    json.RawMessage `json:"truncation"` // of which Load takes only the side

	// named are added tokens that files beside tokenizer.json name. Those with
	// ids of limit or more, for which the model has no row, are left out; 0: no
	// limit.
	named []addedToken
	limit int32
}

// ParseJSON returns the tokenizer described by the contents of a tokenizer.json
// file, as written by Hugging Face tokenizers. The file's truncation and
// padding are ignored: they belong to the call, not to the tokenizer
// ([LoadJSON] applies the truncation). A
// component that is not implemented gives an *UnsupportedError, invalid
// contents a *FormatError.
func ParseJSON(data []byte) (*Tokenizer, error) {
	f, err := parseFile(data)
	if err != nil {
		return nil, err
	}
	return f.tokenizer()
}

func parseFile(data []byte) (*file, error) {
	if err := checkBudget(data); err != nil {
		return nil, err
	}
	f := new(file)
	if err := json.Unmarshal(data, f); err != nil {
		return nil, &FormatError{Want: "a JSON object as tokenizers writes it", Err: err}
	}
	return f, nil
}

// tokenizer builds the components.
func (f *file) tokenizer() (*Tokenizer, error) {
	p := pipeline{}
	var vocab map[string]int32
	var err error
	if p.model, vocab, err = parseModel(f.Model); err != nil {
		return nil, err
	}
	if p.normalizer, err = parseNormalizer(f.Normalizer, 0); err != nil {
		return nil, err
	}
	if p.preTokenizer, err = parsePreTokenizer(f.PreTokenizer, 0); err != nil {
		return nil, err
	}
	tmpl, err := parsePostProcessor(f.PostProcessor)
	if err != nil {
		return nil, err
	}
	dec, err := parseDecoder(f.Decoder, 0)
	if err != nil {
		return nil, err
	}
	t, err := newTokenizer(vocab, f.AddedTokens, p, tmpl, dec)
	if err != nil {
		return nil, err
	}
	return t.withNamed(vocab, t.added, f.named, f.limit)
}

// withNamed returns t with the added tokens own in place of its own ones and
// more of them, which files beside the model's vocabulary name. Those with ids of
// limit or more are left out (0: no limit).
func (t *Tokenizer) withNamed(vocab map[string]int32, own, named []addedToken, limit int32) (*Tokenizer, error) {
	if len(named) == 0 && slices.Equal(own, t.added) {
		return t, nil
	}
	added, next := slices.Clone(own), t.MaxID()+1
	for _, a := range named {
		if _, ok := t.ID(a.Content); !ok {
			if limit > 0 && next >= limit {
				continue
			}
			next++
		}
		added = append(added, a)
	}
	return newTokenizer(vocab, added, t.pipeline, t.template, t.decoder)
}

// newTokenizer assembles the parts. vocab is the model's.
func newTokenizer(vocab map[string]int32, added []addedToken, p pipeline, tmpl *template, dec decoder) (*Tokenizer, error) {
	if err := tmpl.check(); err != nil {
		return nil, err
	}
	t := &Tokenizer{template: tmpl, decoder: dec}
	ids, shared := vocab, true
	next := int32(len(vocab))
	for i, a := range added {
		if a.Content == "" {
			continue
		}
		if a.ID < 0 {
			return nil, &FormatError{Path: fmt.Sprintf("added_tokens[%d].id", i), Got: fmt.Sprint(a.ID), Want: "no negative id"}
		}
		// As in the reference, ids follow from the model's vocabulary and the
		// order of the tokens, whatever the file says.
		if id, ok := ids[a.Content]; ok {
			a.ID = id
		} else {
			if shared { // the model looks words up in its own
				ids, shared = maps.Clone(vocab), false
			}
			if ids == nil {
				ids = map[string]int32{}
			}
			a.ID = next
			ids[a.Content] = a.ID
		}
		next = max(next, a.ID+1)
		t.added = append(t.added, a)
	}
	t.vocab = newVocabulary(ids)
	t.assemble(p)
	return t, nil
}

// assemble prepares the search for added tokens and, if the components are
// BERT's, the one-pass path.
func (t *Tokenizer) assemble(p pipeline) {
	var raw, normalized []addedToken
	var rawTexts, normalizedTexts []string
	t.special, t.decoded = map[int32]bool{}, map[int32]string{}
	names := map[string]bool{} // of special tokens
	for _, a := range t.added {
		if a.Special {
			names[a.Content] = true
		}
	}
	for _, a := range t.added {
		if a.Special {
			t.special[a.ID] = true
		}
		if !a.Normalized {
			raw, rawTexts = append(raw, a), append(rawTexts, a.Content)
			continue
		}
		s := a.Content
		if p.normalizer != nil {
			s = p.normalizer.normalize(align(s, 0, len(s))).text
		}
		if s != a.Content {
			// Decoding shows the normalised form, and treats a token as special
			// if that form is the name of a special token.
			t.decoded[a.ID] = s
			t.special[a.ID] = names[s]
		}
		normalized, normalizedTexts = append(normalized, a), append(normalizedTexts, s)
	}
	t.raw = newAddedMatcher(raw, rawTexts)
	p.normalized = newAddedMatcher(normalized, normalizedTexts)
	t.pipeline, t.bert = p, nil
	norm, isBERT := p.normalizer.(bertNormalizer)
	pieces, isWordPiece := p.model.(*wordPiece)
	_, splits := p.preTokenizer.(bertSplitter)
	if isBERT && isWordPiece && splits && p.normalized == nil {
		t.bert = newBertPath(norm, pieces)
	}
}

// kindOf returns the type of a component, or "" if there is none.
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

// decode reads a component. Typed errors of its parts are passed through.
func decode(raw json.RawMessage, path string, into any) error {
	err := json.Unmarshal(raw, into)
	if err == nil {
		return nil
	}
	var unsupported *UnsupportedError
	if errors.As(err, &unsupported) {
		return err
	}
	return &FormatError{Path: path, Err: err}
}
