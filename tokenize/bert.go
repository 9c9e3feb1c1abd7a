package tokenize

import (
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/tokenize/internal/ucd"
)

// bertNormalizer is BERT's normaliser: clean, put spaces around Chinese
// characters, strip accents, lower-case, in that order. Everything except the
// reordering of combining marks works on one character at a time.
type bertNormalizer struct {
	clean, chinese, strip, lower bool
	// lowerFirst lower-cases the text before everything else, as
	// sentence-transformers does for do_lower_case.
	lowerFirst bool
}

// bertPath converts text to word pieces in one pass: BERT's normaliser and
// pre-tokeniser followed by a WordPiece model. It gives the same result as the
// chain of general components, without their intermediate strings.
type bertPath struct {
	norm   bertNormalizer
	pieces *wordPiece
	ascii  [utf8.RuneSelf]asciiAction
	// letters[c] is the normalised form of an ASCII byte that is part of a word,
	// 0 for other bytes.
	letters [256]byte
	// mapped is the set of classes of characters that normalisation may change.
	mapped ucd.Class
}

// asciiAction says what to do with an ASCII byte.
type asciiAction struct {
	kind  actionKind
	lower byte
}

type actionKind uint8

const (
	wordByte actionKind = iota
	spaceByte
	punctByte
	dropByte
)

func newBertPath(norm bertNormalizer, pieces *wordPiece) *bertPath {
	p := &bertPath{norm: norm, pieces: pieces}
	for i := range p.ascii {
		r := rune(i)
		a := asciiAction{lower: byte(i)}
		class := ucd.Of(r)
		if s := ucd.Lower(r); s != "" && (norm.lower || norm.lowerFirst) {
			a.lower = s[0]
		}
		switch {
		case norm.clean && class&ucd.Control != 0:
			a.kind = dropByte
		case class&ucd.White != 0:
			a.kind = spaceByte
		case class&ucd.Punct != 0:
			a.kind = punctByte
		}
		p.ascii[i] = a
		if a.kind == wordByte {
			p.letters[i] = a.lower
		}
	}
	if norm.strip {
		p.mapped |= ucd.HasNFD
	}
	if norm.lower || norm.lowerFirst {
		p.mapped |= ucd.HasLower
	}
	return p
}

// walker is the state of one pass over a text.
type walker struct {
	*bertPath
	out *sequence
	// trace says that offsets and word numbers are needed.
	trace bool
	// word holds the normalised bytes of the word so far, from and to the bytes
	// of the input that each of them stands for.
	word     []byte
	from, to []int
	chars    int // characters in word
	pieces   []piece
	// odd is set by a character whose marks may be reordered, which only the
	// general normaliser does.
	odd bool
}

// walk appends the tokens of text[from:to]; offsets count from the start of
// text. It stops once out has more than limit tokens (0: no limit). It returns
// false if the text needs the general components; out is then unchanged.
func (w *walker) walk(text string, from, to, limit int) bool {
	before, words := len(w.out.ids), w.out.nextWord
	w.odd = false
	direct := !w.trace && w.bertPath.pieces.links != nil
	for i := from; i < to; {
		c := text[i]
		if direct && w.letters[c] != 0 && len(w.word) == 0 {
			// A word of ASCII up to a space or punctuation needs no copy.
			end := i + 1
			for end < to && w.letters[text[end]] != 0 {
				end++
			}
			if end-i <= w.bertPath.pieces.maxChars && (end == to || text[end] < utf8.RuneSelf && w.ascii[text[end]].kind != dropByte) {
				w.out.ids = w.bertPath.pieces.appendWord(w.out.ids, text[i:end], &w.letters)
				w.out.nextWord++
				i = end
				if limit > 0 && len(w.out.ids) > limit {
					break
				}
				continue
			}
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:to])
			w.character(r, i, i+size)
			i += size
			if limit > 0 && len(w.out.ids) > limit {
				break
			}
			continue
		}
		a := w.ascii[c]
		switch a.kind {
		case wordByte:
			w.word = append(w.word, a.lower)
			if w.trace {
				w.from, w.to = append(w.from, i), append(w.to, i+1)
			}
			w.chars++
		case spaceByte:
			w.flush()
			if limit > 0 && len(w.out.ids) > limit {
				i = to
			}
		case punctByte:
			w.flush()
			w.word = append(w.word, a.lower)
			if w.trace {
				w.from, w.to = append(w.from, i), append(w.to, i+1)
			}
			w.chars++
			w.flush()
		}
		i++
	}
	w.flush()
	if w.odd {
		s := w.out
		s.ids, s.nextWord = s.ids[:before], words
		if w.trace {
			s.offsets, s.words = s.offsets[:before], s.words[:before]
		}
		return false
	}
	return true
}

// character handles one non-ASCII character of the input, at [from, to).
func (w *walker) character(r rune, from, to int) {
	class := ucd.Of(r)
	if class&w.mapped == 0 {
		w.classified(r, class, from, to, w.norm.clean, w.norm.chinese)
		return
	}
	if w.norm.lowerFirst {
		if s := ucd.Lower(r); s != "" {
			for _, r := range s {
				w.normalize(r, from, to)
			}
			return
		}
	}
	w.normalize(r, from, to)
}

// normalize applies the whole normaliser to one character.
func (w *walker) normalize(r rune, from, to int) {
	n := &w.norm
	class := ucd.Of(r)
	if n.clean && class&(ucd.Control|ucd.White) != 0 {
		w.classified(r, class, from, to, true, false)
		return
	}
	chinese := n.chinese && class&ucd.CJK != 0
	if chinese {
		w.flush()
	}
	if !n.strip || class&ucd.HasNFD == 0 {
		w.lowered(r, from, to)
	} else if l, v, t := ucd.Hangul(r); l != 0 {
		w.lowered(l, from, to)
		w.lowered(v, from, to)
		if t != 0 {
			w.lowered(t, from, to)
		}
	} else {
		for _, r := range ucd.NFD(r) {
			w.lowered(r, from, to)
		}
	}
	if chinese {
		w.flush()
	}
}

// lowered handles a character after decomposition: strip and lower-case.
func (w *walker) lowered(r rune, from, to int) {
	if w.norm.strip && ucd.Is(r, ucd.Mark) {
		return
	}
	if w.norm.lower {
		if s := ucd.Lower(r); s != "" {
			for _, r := range s {
				w.classified(r, ucd.Of(r)&^ucd.Mark, from, to, false, false)
			}
			return
		}
	}
	w.classified(r, ucd.Of(r), from, to, false, false)
}

// classified handles a character that normalisation no longer changes, except
// to remove it if clean is set or to separate it if chinese is set.
func (w *walker) classified(r rune, class ucd.Class, from, to int, clean, chinese bool) {
	switch {
	case clean && class&ucd.Control != 0:
		return
	case class&ucd.White != 0:
		w.flush()
		return
	case w.norm.strip && class&ucd.Mark != 0:
		return
	case class&ucd.Punct != 0, chinese && class&ucd.CJK != 0:
		w.flush()
		w.add(r, from, to)
		w.flush()
		return
	}
	if w.norm.strip && class&ucd.HasCCC != 0 {
		w.odd = true
	}
	w.add(r, from, to)
}

func (w *walker) add(r rune, from, to int) {
	before := len(w.word)
	w.word = utf8.AppendRune(w.word, r)
	if w.trace {
		for range len(w.word) - before {
			w.from, w.to = append(w.from, from), append(w.to, to)
		}
	}
	w.chars++
}

// flush splits the word so far into pieces.
func (w *walker) flush() {
	if len(w.word) == 0 {
		return
	}
	w.pieces = w.pieces[:0]
	if w.chars > w.bertPath.pieces.maxChars {
		w.pieces = append(w.pieces, piece{w.bertPath.pieces.unknown, int32(len(w.word))})
	} else {
		w.pieces = w.bertPath.pieces.appendPieces(w.pieces, w.word)
	}
	s, at := w.out, 0
	for _, p := range w.pieces {
		s.ids = append(s.ids, p.id)
		if w.trace {
			end := at + int(p.bytes)
			s.offsets = append(s.offsets, [2]int{w.from[at], w.to[end-1]})
			s.words = append(s.words, s.nextWord)
			at = end
		}
	}
	s.nextWord++
	w.word, w.from, w.to, w.chars = w.word[:0], w.from[:0], w.to[:0], 0
}
