package tokenize

import (
	"strings"
	"sync"
)

// Tokenizer turns text into token ids and back. It is immutable and may be used
// by any number of goroutines at once.
type Tokenizer struct {
	vocab     vocabulary
	added     []addedToken
	raw       *addedMatcher // added tokens looked for in the text as it is
	template  *template
	bert      *bertPath // nil if the tokenizer is not BERT's
	maxLength int
}

// VocabSize returns the number of different tokens, added tokens included.
func (t *Tokenizer) VocabSize() int { return len(t.vocab.ids) }

// ID returns the id of a token.
func (t *Tokenizer) ID(token string) (int32, bool) {
	id, ok := t.vocab.ids[token]
	return id, ok
}

// Token returns the token of an id.
func (t *Tokenizer) Token(id int32) (string, bool) { return t.vocab.token(id) }

// ModelMaxLength returns the model_max_length of tokenizer_config.json, or 0 if
// it is not known.
func (t *Tokenizer) ModelMaxLength() int { return t.maxLength }

// Encode encodes one text whole, with the special tokens of the model.
func (t *Tokenizer) Encode(text string) (*Encoding, error) {
	return t.EncodeWith(text, EncodeOptions{})
}

// EncodeWith encodes one text.
func (t *Tokenizer) EncodeWith(text string, opts EncodeOptions) (*Encoding, error) {
	return t.encode([]string{text}, &opts)
}

// EncodePair encodes two texts as one input, as cross-encoders and models that
// answer questions read them.
func (t *Tokenizer) EncodePair(a, b string, opts EncodeOptions) (*Encoding, error) {
	return t.encode([]string{a, b}, &opts)
}

func (t *Tokenizer) encode(texts []string, opts *EncodeOptions) (*Encoding, error) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	seqs := make([]sequence, len(texts))
	for i, text := range texts {
		t.sequence(&seqs[i], s, text, true, 0, opts.SpecialTokensAsText)
	}
	cuts, err := truncate(seqs, opts, t.template)
	if err != nil {
		return nil, err
	}
	enc := t.template.build(t, cuts, !opts.NoSpecialTokens)
	for i := range cuts {
		if len(cuts[i].main.ids) < len(seqs[i].ids) {
			enc.Truncated = true
		}
	}
	return enc, nil
}

// AppendIDs appends the ids of a text, special tokens included, to dst: at most
// maxLength of them, cut at the end of the text if need be (0: no limit). It is
// the fast way from text to ids: nothing is allocated but room in dst. A
// maxLength without room for the special tokens leaves no text between them;
// truncated is then true whatever the text.
func (t *Tokenizer) AppendIDs(dst []int32, text string, maxLength int) (ids []int32, truncated bool) {
	pieces := t.template.single
	room := 0
	if maxLength > 0 {
		room = max(maxLength-t.template.special(false), 0)
	}
	s := scratches.Get().(*scratch)
	for i := range pieces {
		p := &pieces[i]
		if p.sequence < 0 {
			dst = append(dst, p.ids...)
			continue
		}
		start := len(dst)
		s.seq = sequence{ids: dst}
		limit := 0
		if maxLength > 0 {
			limit = start + room
		}
		t.sequence(&s.seq, s, text, false, limit, false)
		dst = s.seq.ids
		if maxLength > 0 && len(dst) > limit {
			dst, truncated = dst[:limit], true
		}
		s.seq = sequence{}
	}
	if maxLength > 0 && maxLength < t.template.special(false) {
		truncated = true
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
// trace is set it leaves offsets, words and tokens alone. It may stop once out
// has more than limit ids (0: no limit).
func (t *Tokenizer) sequence(out *sequence, s *scratch, text string, trace bool, limit int, specialAsText bool) {
	w := &s.walker
	w.bertPath, w.out, w.trace = t.bert, out, trace
	for at := 0; at < len(text); {
		var token *addedToken
		start, end := len(text), len(text)
		if t.raw != nil {
			if found, from, to := t.raw.next(text, at, specialAsText); found != nil {
				token, start, end = found, from, to
			}
		}
		if start > at {
			w.walk(text, at, start, limit)
		}
		if token != nil {
			out.ids = append(out.ids, token.ID)
			if trace {
				out.offsets = append(out.offsets, [2]int{start, end})
				out.words = append(out.words, out.nextWord)
			}
			out.nextWord++
		}
		at = end
		if limit > 0 && len(out.ids) > limit {
			break
		}
	}
	w.out, w.bertPath = nil, nil
}

// Decode puts ids together to text again. Special tokens are left out; ids that
// are not in the vocabulary are passed over.
func (t *Tokenizer) Decode(ids []int32) string {
	var b strings.Builder
	for i, id := range ids {
		s, _ := t.Token(id)
		if rest, ok := strings.CutPrefix(s, "##"); ok {
			b.WriteString(rest)
			continue
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s)
	}
	return b.String()
}
