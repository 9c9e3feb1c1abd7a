package pii

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Action says what masking does with a span.
type Action uint8

// The values of Action: what takes a span's place.
const (
	Mask      Action = iota // the type in brackets: [email]
	Drop                    // nothing
	Hash                    // the type and a SHA-256 digest: [email:…]; anyone can test a guess against it
	Pseudonym               // the type and a keyed digest: equal values get equal tokens; only the key's holder can test a guess
	Keep                    // the text unchanged; the span is still reported
)

// ErrKey is returned for a Pseudonym policy whose key is too short.
var ErrKey = errors.New("pii: pseudonyms need a key of at least 16 bytes")

// ErrAction reports an action that is none of the constants.
var ErrAction = errors.New("pii: unknown action")

// Policy configures a Masker. The zero value replaces each span by its type.
type Policy struct {
	Action Action          // for types not in ByType
	ByType map[Type]Action // exceptions
	Key    []byte          // secret for Pseudonym, at least 16 bytes; the same key gives the same tokens
}

// A Masker replaces personal data. It is immutable and safe for concurrent use.
type Masker struct {
	unsavedState

	d      *Detector
	action Action
	byType map[Type]Action
	key    []byte
}

// NewMasker returns a Masker of what d finds. It returns ErrKey if p uses
// pseudonyms and has no valid key.
func NewMasker(d *Detector, p Policy) (*Masker, error) {
	m := &Masker{d: d, action: p.Action, byType: maps.Clone(p.ByType), key: slices.Clone(p.Key)}
	wants := p.Action == Pseudonym
	for t, a := range p.ByType {
		wants = wants || a == Pseudonym
		if a > Keep {
			return nil, fmt.Errorf("%w %d for %s", ErrAction, a, t)
		}
	}
	if p.Action > Keep {
		return nil, fmt.Errorf("%w %d", ErrAction, p.Action)
	}
	if wants && len(p.Key) < 16 {
		return nil, fmt.Errorf("%w, got %d", ErrKey, len(p.Key))
	}
	return m, nil
}

// Masked is a text without its personal data.
type Masked struct {
	Text  string
	Spans []Span // what was found, in the source text, in order; including Keep
}

// Mask is MaskAll for one text.
func (m *Masker) Mask(ctx context.Context, text string) (Masked, error) {
	return one(m.MaskAll(ctx, []string{text}))
}

// MaskField is MaskFields for one field.
func (m *Masker) MaskField(ctx context.Context, f Field) (Masked, error) {
	return one(m.MaskFields(ctx, []Field{f}))
}

// made refuses a Masker that would mask nothing.
func (m *Masker) made() error {
	if m == nil || m.d == nil {
		return errNotMade
	}
	return nil
}

var errNotMade = errors.New("pii: the Masker is not one of NewMasker")

func one(all []Masked, err error) (Masked, error) {
	if err != nil {
		return Masked{}, err
	}
	return all[0], nil
}

// MaskAll replaces the personal data in each text. Masking a result again
// changes nothing: if a replacement reveals further data (a number now next to
// the word that explains it), that is replaced, too. Errors are those of
// [Detector.FindAll].
func (m *Masker) MaskAll(ctx context.Context, texts []string) ([]Masked, error) {
	if err := m.made(); err != nil {
		return nil, err
	}
	found, err := m.d.FindAll(ctx, texts)
	if err != nil {
		return nil, err
	}
	return m.maskAll(ctx, texts, found)
}

// MaskFields is MaskAll for the values of named fields, with what
// [Detector.FindFields] finds.
func (m *Masker) MaskFields(ctx context.Context, fields []Field) ([]Masked, error) {
	if err := m.made(); err != nil {
		return nil, err
	}
	found, err := m.d.FindFields(ctx, fields)
	if err != nil {
		return nil, err
	}
	values := make([]string, len(fields))
	for i, f := range fields {
		values[i] = f.Value
	}
	return m.maskAll(ctx, values, found)
}

// maskAll masks what was found in texts, and what that reveals.
func (m *Masker) maskAll(ctx context.Context, texts []string, found [][]Span) ([]Masked, error) {
	out := make([]Masked, len(texts))
	pieces := make([][]piece, len(texts))
	var open []int // indices of the texts to look at again
	for i, spans := range found {
		out[i] = Masked{Text: texts[i], Spans: spans}
		if len(spans) > 0 {
			out[i].Text, pieces[i] = m.apply(texts[i], spans)
			open = append(open, i)
		}
	}
	// Each round replaces at least one more character of the source.
	for range maxRounds {
		masked := make([]string, len(open))
		for n, i := range open {
			masked[n] = out[i].Text
		}
		again, err := m.d.FindAll(ctx, masked)
		if err != nil {
			return nil, err
		}
		var changed []int
		for n, i := range open {
			more := m.fresh(again[n], pieces[i])
			if len(more) == 0 {
				continue
			}
			out[i].Spans = merge(out[i].Spans, more)
			out[i].Text, pieces[i] = m.apply(texts[i], out[i].Spans)
			changed = append(changed, i)
		}
		if open = changed; len(open) == 0 {
			break
		}
	}
	return out, nil
}

// maxRounds limits the rounds of maskAll, in case a custom recogniser matches
// the replacements themselves.
const maxRounds = 8

// piece is a stretch of the masked text and its origin.
type piece struct {
	out, outEnd int
	src, srcEnd int
	kept        bool // the source's own bytes
	span        bool // personal data
}

// apply returns text with its spans replaced, and the pieces of the result.
func (m *Masker) apply(text string, spans []Span) (string, []piece) {
	var b strings.Builder
	b.Grow(len(text))
	pieces := make([]piece, 0, 2*len(spans)+1)
	at := 0
	for _, s := range spans {
		if at < s.Start {
			o := b.Len()
			b.WriteString(text[at:s.Start])
			pieces = append(pieces, piece{o, b.Len(), at, s.Start, true, false})
		}
		o := b.Len()
		kept := m.write(&b, s, text[s.Start:s.End])
		pieces = append(pieces, piece{o, b.Len(), s.Start, s.End, kept, true})
		at = s.End
	}
	o := b.Len()
	b.WriteString(text[at:])
	return b.String(), append(pieces, piece{o, b.Len(), at, len(text), true, false})
}

// fresh returns those of the spans found in the masked text that are neither
// replacements nor kept, as offsets in the source.
func (m *Masker) fresh(found []Span, pieces []piece) []Span {
	var more []Span
	for _, s := range found {
		if m.actionFor(s.Type) == Keep {
			continue
		}
		start, end, news := -1, -1, false
		for _, p := range pieces {
			if p.outEnd <= s.Start || p.out >= s.End {
				continue
			}
			from, to := p.src, p.srcEnd
			if p.kept && !p.span {
				from, to = p.src+max(s.Start-p.out, 0), p.src+min(s.End, p.outEnd)-p.out
				news = true
			}
			if start < 0 {
				start = from
			}
			end = to
		}
		if news {
			s.Start, s.End = start, end
			more = append(more, s)
		}
	}
	return more
}

// merge joins two lists of spans. Spans that overlap become one, with the type
// of the wider one.
func merge(a, b []Span) []Span {
	all := slices.Concat(a, b)
	slices.SortStableFunc(all, func(x, y Span) int { return cmp.Compare(x.Start, y.Start) })
	out := all[:0]
	for _, s := range all {
		if n := len(out); n > 0 && s.Start < out[n-1].End {
			last := &out[n-1]
			if s.End-s.Start > last.End-last.Start {
				last.Type, last.Score, last.Reason = s.Type, s.Score, s.Reason
			}
			last.End = max(last.End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

func (m *Masker) actionFor(t Type) Action {
	if a, ok := m.byType[t]; ok {
		return a
	}
	return m.action
}

// write writes the replacement of value, and reports whether it is value
// itself.
func (m *Masker) write(b *strings.Builder, s Span, value string) (kept bool) {
	switch m.actionFor(s.Type) {
	case Keep:
		b.WriteString(value)
		return true
	case Drop:
		return false
	case Mask:
		b.WriteByte('[')
		b.WriteString(string(s.Type))
	case Hash:
		sum := sha256.Sum256([]byte(string(s.Type) + "\x00" + m.d.canonical(s.Type, value)))
		writeToken(b, s.Type, sum[:])
	case Pseudonym:
		h := hmac.New(sha256.New, m.key)
		h.Write([]byte(string(s.Type) + "\x00" + m.d.canonical(s.Type, value)))
		writeToken(b, s.Type, h.Sum(nil))
	}
	b.WriteByte(']')
	return false
}

// tokenLetters is the length of a token's digest.
const tokenLetters = 20

// writeToken writes "[type:" and the first 80 bits of sum as letters, two per
// byte, since digits could look like a number.
func writeToken(b *strings.Builder, t Type, sum []byte) {
	b.WriteByte('[')
	b.WriteString(string(t))
	b.WriteByte(':')
	for _, c := range sum[:tokenLetters/2] {
		b.WriteByte('a' + c>>4)
		b.WriteByte('a' + c&15)
	}
}
