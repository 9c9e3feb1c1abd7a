package tokenize

import (
	"fmt"
	"sync"
)

// Tokenizer turns text into token ids and back. It is immutable and may be used
// by any number of goroutines at once.
type Tokenizer struct {
	unsavedState

	vocab     vocabulary
	added     []addedToken
	special   map[int32]bool   // ids of special tokens
	decoded   map[int32]string // added tokens that decode to another name
	raw       *addedMatcher    // added tokens to find in the original text
	bert      *bertPath        // nil if the components are not BERT's
	pipeline  pipeline
	template  *template
	decoder   decoder // may be nil
	maxLength int

	// From tokenizer_config.json:
	withoutTypes bool   // the model takes no type ids
	mask         string // name of the mask token, "" if none is given
	left         bool   // texts that are too long are truncated at the beginning
	splitSpecial bool   // special tokens in a text are text

	leftOut int32 // 1 + the id of a token that is left out after truncation; 0: none
}

// VocabSize returns the number of different tokens, added tokens included.
func (t *Tokenizer) VocabSize() int { return t.vocab.size() }

// ID returns the id of a token, and whether the vocabulary has it.
func (t *Tokenizer) ID(token string) (int32, bool) { return t.vocab.id(token) }

// Token returns the token of an id, and whether the vocabulary has it.
func (t *Tokenizer) Token(id int32) (string, bool) { return t.vocab.token(id) }

// IsSpecial reports whether id is that of a special token, such as [CLS] or
// [PAD].
func (t *Tokenizer) IsSpecial(id int32) bool { return t.special[id] }

// UnknownID returns the id of the token that stands for text that the model has
// no token for; ok is false if there is none.
func (t *Tokenizer) UnknownID() (id int32, ok bool) {
	id = -1
	switch m := t.pipeline.model.(type) {
	case *wordPiece:
		id = m.unknown
	case *bpe:
		id = m.unknown
	case *unigram:
		id = m.unknown
	case *wordLevel:
		id = m.unknown
	case characters:
		id = m.unknown
	}
	return id, id >= 0
}

// ModelMaxLength returns the model_max_length of tokenizer_config.json, or 0 if
// it is unknown.
func (t *Tokenizer) ModelMaxLength() int { return t.maxLength }

// SpecialTokens returns the number of special tokens added to one text, or to a
// pair.
func (t *Tokenizer) SpecialTokens(pair bool) int { return t.template.special(pair) }

// WithLowercase returns a tokenizer that lower-cases text, except special
// tokens, before everything else. sentence-transformers does this for
// do_lower_case in sentence_bert_config.json.
func (t *Tokenizer) WithLowercase() *Tokenizer {
	c := *t
	p := t.pipeline
	if n, ok := p.normalizer.(bertNormalizer); ok {
		n.lowerFirst = true
		p.normalizer = n
	} else if inner, ok := p.normalizer.(normalizers); ok {
		p.normalizer = append(normalizers{normalizerFunc(aligned.lower)}, inner...)
	} else if p.normalizer == nil {
		p.normalizer = normalizerFunc(aligned.lower)
	} else {
		p.normalizer = normalizers{normalizerFunc(aligned.lower), p.normalizer}
	}
	c.assemble(p)
	return &c
}

// WithModel returns a tokenizer that combines another model with the same
// normaliser, pre-tokeniser, added tokens and special tokens.
func (t *Tokenizer) WithModel(m Model) *Tokenizer {
	c := *t
	p := t.pipeline
	p.model = outsideModel{m}
	c.vocab = vocabulary{outside: m, added: map[string]int32{}, addedNames: map[int32]string{}}
	c.added = nil
	for _, a := range t.added {
		if id, ok := m.ID(a.Content); ok {
			a.ID = id
		} else {
			c.vocab.added[a.Content] = a.ID
			c.vocab.addedNames[a.ID] = a.Content
		}
		c.added = append(c.added, a)
	}
	c.assemble(p)
	return &c
}

// outsideModel adapts a Model for use in a pipeline.
type outsideModel struct{ Model }

func (m outsideModel) tokenize(dst []modelPiece, word string) ([]modelPiece, error) {
	pieces, err := m.Tokenize(word)
	for _, p := range pieces {
		// Whatever the model returns, offsets stay inside the word.
		from := min(max(p.Start, 0), len(word))
		dst = append(dst, modelPiece{id: p.ID, from: from, to: min(max(p.End, from), len(word)), text: p.Token})
	}
	return dst, err
}

// Encode encodes one whole text, with the model's special tokens. The error is
// an ErrUnknownText, that of a Model from outside this package, or for the zero
// Tokenizer an ErrNoTokenizer.
func (t *Tokenizer) Encode(text string) (*Encoding, error) {
	return t.EncodeWith(text, EncodeOptions{})
}

// EncodeWith encodes one text. Errors are those of Encode, and a *TruncationError
// for options that cannot be followed.
func (t *Tokenizer) EncodeWith(text string, opts EncodeOptions) (*Encoding, error) {
	return t.encode([]string{text}, &opts)
}

// EncodePair encodes two texts as one input, as for cross-encoders and
// question-answering models. Errors are those of EncodeWith.
func (t *Tokenizer) EncodePair(a, b string, opts EncodeOptions) (*Encoding, error) {
	return t.encode([]string{a, b}, &opts)
}

func (t *Tokenizer) encode(texts []string, opts *EncodeOptions) (*Encoding, error) {
	if t == nil || t.vocab.ids == nil && t.vocab.outside == nil {
		return nil, fmt.Errorf("%w: the Tokenizer was not loaded", ErrNoTokenizer)
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	seqs := make([]sequence, len(texts))
	for i, text := range texts {
		if err := t.sequence(&seqs[i], s, text, true, 0, opts.SpecialTokensAsText); err != nil {
			return nil, err
		}
	}
	if t.left {
		own := *opts
		own.Direction, opts = Left, &own
	}
	cuts, err := truncate(seqs, opts, t.template)
	if err != nil {
		return nil, err
	}
	truncated := false
	for i := range cuts {
		truncated = truncated || len(cuts[i].main.ids) < len(seqs[i].ids)
		if t.leftOut > 0 {
			cuts[i].main = cuts[i].main.leaveOut(t.leftOut - 1)
			for k := range cuts[i].overflow {
				cuts[i].overflow[k] = cuts[i].overflow[k].leaveOut(t.leftOut - 1)
			}
		}
	}
	enc := t.template.build(t, cuts, !opts.NoSpecialTokens)
	enc.Truncated = truncated
	return enc, nil
}

// AppendIDs appends the ids of a text, special tokens included, to dst: at most
// maxLength of them (0: no limit), truncating the text at its end, or at its
// beginning if tokenizer_config.json has truncation_side left. It is the fast
// way from text to ids: BERT's tokenizers allocate nothing but room in dst. A
// maxLength without room for the special tokens leaves no text between them;
// truncated is then always true. Text for which a model has no token, not even
// an unknown one, is left out.
func (t *Tokenizer) AppendIDs(dst []int32, text string, maxLength int) (ids []int32, truncated bool) {
	room := 0
	if maxLength > 0 {
		room = max(maxLength-t.template.special(false), 0)
		truncated = maxLength < t.template.special(false)
	}
	s := scratches.Get().(*scratch)
	pieces := t.template.single
	for i := range pieces {
		p := &pieces[i]
		if p.sequence < 0 {
			dst = append(dst, p.ids...)
			continue
		}
		limit := 0
		from := len(dst)
		if maxLength > 0 && !t.left {
			limit = from + room
		}
		s.seq = sequence{ids: dst}
		// The only error is that for text without a token.
		_ = t.sequence(&s.seq, s, text, false, limit, false)
		dst = s.seq.ids
		if cut := len(dst) - from - room; maxLength > 0 && cut > 0 {
			if t.left {
				copy(dst[from:], dst[from+cut:])
			}
			dst, truncated = dst[:from+room], true
		}
		if t.leftOut > 0 {
			dst = withoutToken(dst, from, t.leftOut-1)
		}
		s.seq = sequence{}
	}
	scratches.Put(s)
	return dst, truncated
}

// scratch is the memory that encoding a text needs besides its result.
type scratch struct {
	walker walker
	seq    sequence
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// sequence appends the tokens of a text, without special tokens, to out. Unless
// trace is set only the ids of out are valid. It may stop once out has more
// than limit ids (0: no limit).
func (t *Tokenizer) sequence(out *sequence, s *scratch, text string, trace bool, limit int, specialAsText bool) error {
	out.text = text
	specialAsText = specialAsText || t.splitSpecial
	w := &s.walker
	w.bertPath, w.out, w.trace = t.bert, out, trace
	defer func() { w.out, w.bertPath = nil, nil }()
	for at := 0; at < len(text); {
		var token *addedToken
		start, end := len(text), len(text)
		if t.raw != nil {
			if found, from, to := t.raw.next(text, at, specialAsText); found != nil {
				token, start, end = found, from, to
			}
		}
		if start > at && (t.bert == nil || !w.walk(text, at, start, limit)) {
			if err := t.pipeline.run(t, out, text, at, start, specialAsText); err != nil {
				return err
			}
		}
		if token != nil {
			out.add(t, token.ID, start, end, text[start:end])
			out.nextWord++
		}
		at = end
		if limit > 0 && len(out.ids) > limit {
			break
		}
	}
	if t.bert != nil {
		out.tokens = nil // the ids name all of them
	}
	return nil
}

// MaxID returns the largest id that encoding can produce, or -1 if the
// vocabulary is empty. It is VocabSize - 1 unless the ids have gaps.
func (t *Tokenizer) MaxID() int32 {
	top := int32(t.VocabSize()) - 1
	if t.vocab.outside == nil {
		top = -1
		for _, id := range t.vocab.ids {
			top = max(top, id)
		}
	}
	for _, a := range t.added {
		top = max(top, a.ID)
	}
	for _, p := range [][]templatePiece{t.template.single, t.template.pair} {
		for _, x := range p {
			for _, id := range x.ids {
				top = max(top, id)
			}
		}
	}
	return top
}
