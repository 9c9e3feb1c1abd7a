package tokenize

import (
	"strconv"
)

// japaneseSettings are those of BertJapaneseTokenizer in tokenizer_config.json;
// missing ones have the defaults of that class.
type japaneseSettings struct {
	SplitWords  *bool   `json:"do_word_tokenize"`
	SplitPieces *bool   `json:"do_subword_tokenize"`
	Words       *string `json:"word_tokenizer_type"`
	Pieces      *string `json:"subword_tokenizer_type"`
}

// japaneseClass is transformers' class of Japanese BERTs, which reads vocab.txt
// and never tokenizer.json.
const japaneseClass = "BertJapaneseTokenizer"

// check refuses what needs more than vocab.txt.
func (s *japaneseSettings) check() error {
	const mecab = "it splits words by a dictionary that is not among the model's files; of this class, word_tokenizer_type basic with subword_tokenizer_type wordpiece or character is read"
	for _, f := range []struct{ name, value string }{
		{"word_tokenizer_type", orElse(s.Words, "basic")}, {"do_word_tokenize", strconv.FormatBool(orElse(s.SplitWords, true))},
		{"do_subword_tokenize", strconv.FormatBool(orElse(s.SplitPieces, true))}, {"subword_tokenizer_type", orElse(s.Pieces, "wordpiece")},
	} {
		switch f.value {
		case "basic", "true", "wordpiece", "character":
			continue
		}
		return &UnsupportedError{Component: "tokenizer_class", Type: japaneseClass + " with " + f.name + " " + strconv.Quote(f.value), Reason: mecab}
	}
	return nil
}

// fromJapaneseVocab returns the tokenizer of the lines of vocab.txt.
func fromJapaneseVocab(vocab []string, c *tokenizerConfig) (*Tokenizer, map[string]int32, error) {
	if err := c.check(); err != nil {
		return nil, nil, err
	}
	o := c.options()
	o.Cased, o.JoinChinese, o.StripAccents = !orElse(c.Lower, false), true, Default
	t, ids, err := fromVocab(vocab, o)
	if err != nil {
		return nil, nil, err
	}
	p := t.pipeline
	if o.Cased {
		p.normalizer = normalizers{p.normalizer, normalForm{composed: true}}
	} else {
		p.normalizer = normalizers{normalForm{composed: true}, p.normalizer}
	}
	if orElse(c.Pieces, "") == "character" {
		unknown, _ := t.UnknownID()
		p.model = characters{ids, unknown}
	}
	t.assemble(p)
	return t, ids, nil
}

// characters has single characters as tokens, in their compatible form (NFKC).
type characters struct {
	vocab   map[string]int32
	unknown int32
}

func (m characters) tokenize(dst []modelPiece, word string) ([]modelPiece, error) {
	a := normalForm{compatible: true, composed: true}.normalize(align(word, 0, len(word)))
	for i, r := range a.text {
		size := len(string(r))
		id, ok := m.vocab[a.text[i:i+size]]
		if !ok {
			id = m.unknown
		}
		from, to := a.input(i, i+size)
		dst = append(dst, modelPiece{id: id, from: from, to: to})
	}
	return dst, nil
}
