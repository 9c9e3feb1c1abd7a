package text

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is the kind of a Token.
type Kind uint8

// The kinds of token.
const (
	Word   Kind = iota // letters, with digits, inner apostrophes and hyphens: don't, t-shirt, ad-2500, usb2.0; also u.s., c++, w/o, t恤
	Number             // digits with inner separators: 3.5, 1,000, 10:30
	Han                // a Chinese word, or two characters if there is no dictionary
	Punct              // one punctuation mark, or a run of the same one: ... !!!
	Symbol             // an emoji, an emoticon, a currency sign, …, or a run of the same one
	Link               // a URL, an e-mail address or an @mention
)

// A Token is a piece of a text.
type Token struct {
	Text       string // in lower case, with ' for any apostrophe and without English possessive 's; 90's is 90s
	Start, End int    // bytes [Start, End) of the text it was read from
	Kind       Kind
}

// A Segmenter cuts runs of Chinese characters into words. Package chinese has
// one with a dictionary.
type Segmenter interface {
	// AppendCuts appends to dst the byte offset in han of the end of each word,
	// ascending, the last of them len(han). Han consists of Chinese characters.
	AppendCuts(dst []int, han string) []int
}

// A Splitter splits texts into tokens. The zero value is ready to use: it keeps
// hyphenated words whole and, having no dictionary, cuts runs of Chinese
// characters into overlapping pairs, as search engines do. Splitters are safe
// for concurrent use if their Segmenter is.
type Splitter struct {
	Chinese        Segmenter // cuts runs of Chinese characters; nil: overlapping pairs
	SplitHyphens   bool      // cut t-shirt into t and shirt
	KeepPossessive bool      // keep the 's of camera's in Token.Text
}

// Tokens splits s into words, numbers, punctuation and symbols, in order. It
// is Splitter{}.AppendTokens(nil, s).
func Tokens(s string) []Token { return Splitter{}.AppendTokens(nil, s) }

// Words returns the words of s in lower case, in order: letters and Chinese
// words, without numbers, links, punctuation and symbols. Chinese characters
// give overlapping pairs; for real words use Splitter.Words with a Segmenter,
// such as package chinese's. The language currently decides only whether
// possessive 's is removed, as in English, or kept.
func Words(s string, lang Language) []string {
	return Splitter{KeepPossessive: lang != English && lang != Unknown && lang != Chinese}.Words(s)
}

// Words returns the words of s in lower case, in order, without numbers,
// links, punctuation and symbols.
func (sp Splitter) Words(s string) []string {
	// Piece by piece, since a token takes many times the memory of its letters.
	var tokens []Token
	words := make([]string, 0, min(len(s)/4+1, wordsAtOnce))
	for i := 0; i < len(s); {
		tokens, i = sp.appendSome(tokens[:0], s, i, wordsAtOnce)
		words = makeRoom(words, len(tokens), len(words), i, len(s))
		for _, t := range tokens {
			if t.Kind == Word || t.Kind == Han {
				words = append(words, t.Text)
			}
		}
	}
	return words
}

// wordsAtOnce is the approximate number of tokens Splitter.Words holds at once.
const wordsAtOnce = 256

// makeRoom makes room in dst for n more. If it must grow, it makes as much room
// as a text of size bytes will need, judged by its first read bytes, which gave
// got, but at most three times as much as these. Growing step by step would
// copy and clear the memory of a long text's tokens several times.
func makeRoom[T any](dst []T, n, got, read, size int) []T {
	if cap(dst)-len(dst) >= n || got < 64 {
		return dst
	}
	rest := float64(got) * float64(size-read) / float64(read)
	return slices.Grow(dst, n+min(int(rest*17/16), 3*got))
}

// AppendTokens appends the tokens of s to dst. Tokens are sorted by Start and
// lie inside s; they overlap only where Chinese is cut into pairs. Time is
// linear in len(s). Invalid UTF-8 bytes are symbols.
func (sp Splitter) AppendTokens(dst []Token, s string) []Token {
	dst, _ = sp.appendSome(dst, s, 0, math.MaxInt)
	return dst
}

// appendSome appends the tokens of s from i on until dst holds at least most of
// them, and returns where to continue.
func (sp Splitter) appendSome(dst []Token, s string, i, most int) (_ []Token, next int) {
	from, begin := len(dst), i
	for i < len(s) && len(dst) < most {
		dst = makeRoom(dst, 1, len(dst)-from, i-begin, len(s)-begin)
		r, size := decode(s, i)
		switch c := class(r); c {
		case classSpace, classMark:
			i += size
		case classLetter, classKana:
			if end := linkEnd(s, i); end > i {
				dst = append(dst, Token{Text: strings.ToLower(s[i:end]), Start: i, End: end, Kind: Link})
				i = end
				continue
			}
			if end := special(s, i); end > i {
				dst = append(dst, Token{Text: strings.ToLower(s[i:end]), Start: i, End: end, Kind: Word})
				i = end
				continue
			}
			end := sp.wordEnd(s, i)
			dst = append(dst, Token{Text: sp.normal(s[i:end]), Start: i, End: end, Kind: Word})
			i = end
		case classDigit:
			end, word := sp.numberEnd(s, i)
			t := Token{Start: i, End: end, Kind: Number}
			if word {
				t.Kind, t.Text = Word, sp.normal(s[i:end])
			} else if decade := decadeEnd(s, end); decade > end {
				t.Kind, t.Text, t.End = Word, s[i:end]+"s", decade
				end = decade
			} else {
				t.Text = s[i:end]
			}
			dst = append(dst, t)
			i = end
		case classHan:
			end := i + size
			for end < len(s) {
				r, n := decode(s, end)
				if class(r) != classHan {
					break
				}
				end += n
			}
			dst = sp.appendHan(dst, s, i, end)
			i = end
		default:
			if r == '@' {
				if end := mentionEnd(s, i); end > i {
					dst = append(dst, Token{Text: strings.ToLower(s[i:end]), Start: i, End: end, Kind: Link})
					i = end
					continue
				}
			}
			if end := face(s, i); end > i {
				dst = append(dst, Token{Text: s[i:end], Start: i, End: end, Kind: Symbol})
				i = end
				continue
			}
			end := i + size
			if c == classSymbol && r >= utf8.RuneSelf {
				end = pictureEnd(s, i)
			}
			for one := s[i:end]; end < len(s) && strings.HasPrefix(s[end:], one); {
				end += len(one)
			}
			kind := Punct
			if c == classSymbol {
				kind = Symbol
			}
			dst = append(dst, Token{Text: s[i:end], Start: i, End: end, Kind: kind})
			i = end
		}
	}
	return dst, i
}

// decode is utf8.DecodeRuneInString at i with a fast path for ASCII.
func decode(s string, i int) (rune, int) {
	if c := s[i]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(s[i:])
}

// isApostrophe reports whether r is an apostrophe, or a quotation mark or
// accent that is typed in place of one: don’t, don‘t, don´t, don`t.
func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', '´', '`', '＇':
		return true
	}
	return false
}

// isHyphen reports whether r joins the parts of a word; dashes do not.
func isHyphen(r rune) bool { return r == '-' || r == '‐' || r == '\u2011' }

// wordEnd returns the end of the word that starts at i: letters, marks and
// digits, with single apostrophes or hyphens between letters or digits, and
// points between digits.
func (sp Splitter) wordEnd(s string, i int) int {
	for from := i; i < len(s); {
		r, size := decode(s, i)
		if r == '.' && i > from && isASCIIDigit(s[i-1]) && i+1 < len(s) && isASCIIDigit(s[i+1]) {
			i += size
			continue
		}
		switch class(r) {
		case classLetter, classMark, classDigit, classKana:
			i += size
			continue
		}
		joins := isApostrophe(r) || isHyphen(r) && !sp.SplitHyphens || r == '_' || r == '&'
		if !joins || i+size >= len(s) {
			return i
		}
		next, _ := decode(s, i+size)
		switch class(next) {
		case classLetter:
		case classDigit:
			if isApostrophe(r) {
				return i
			}
		default:
			return i
		}
		i += size
	}
	return i
}

// numberEnd returns the end of the number that starts at i, and whether it
// contains letters, which make it a word: 3d, 4k, 802.11ac.
func (sp Splitter) numberEnd(s string, i int) (end int, word bool) {
	for i < len(s) {
		r, size := decode(s, i)
		switch class(r) {
		case classDigit:
			i += size
			continue
		case classLetter:
			return sp.wordEnd(s, i), true
		}
		if r != '.' && r != ',' && r != ':' && r != '/' && r != '-' || i+size >= len(s) {
			return i, false
		}
		if next := s[i+size]; !isASCIIDigit(next) {
			if r == '-' && isASCIILetter(next) && !sp.SplitHyphens {
				return sp.wordEnd(s, i+size), true
			}
			return i, false
		}
		i += size
	}
	return i, false
}

// appendHan cuts the run s[start:end] of Chinese characters.
func (sp Splitter) appendHan(dst []Token, s string, start, end int) []Token {
	if sp.Chinese != nil {
		var buf [32]int
		from := start
		cuts := sp.Chinese.AppendCuts(buf[:0], s[start:end])
		if len(cuts) > len(buf) {
			dst = slices.Grow(dst, len(cuts))
		}
		for _, cut := range cuts {
			to := start + cut
			if to <= from || to > end {
				continue
			}
			dst = append(dst, Token{Text: s[from:to], Start: from, End: to, Kind: Han})
			from = to
		}
		if from < end {
			dst = append(dst, Token{Text: s[from:end], Start: from, End: end, Kind: Han})
		}
		return dst
	}
	_, size := utf8.DecodeRuneInString(s[start:])
	if start+size == end {
		return append(dst, Token{Text: s[start:end], Start: start, End: end, Kind: Han})
	}
	for i := start; i+size < end; {
		_, next := utf8.DecodeRuneInString(s[i+size:])
		dst = append(dst, Token{Text: s[i : i+size+next], Start: i, End: i + size + next, Kind: Han})
		i, size = i+size, next
	}
	return dst
}

// normal returns a word in lower case with ' for any apostrophe, without soft
// hyphens and zero-width characters, and without a possessive 's.
func (sp Splitter) normal(w string) string {
	plain := true
	for i := 0; i < len(w); i++ {
		if c := w[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || c == '`' {
			plain = false
			break
		}
	}
	if !plain {
		w = strings.Map(func(r rune) rune {
			switch {
			case isApostrophe(r):
				return '\''
			case isHyphen(r):
				return '-'
			}
			switch r {
			case 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF:
				return -1
			}
			return unicode.ToLower(r)
		}, w)
	}
	if !sp.KeepPossessive && len(w) > 2 && strings.HasSuffix(w, "'s") {
		w = w[:len(w)-2]
	}
	return w
}

// linkEnd returns the end of the URL or e-mail address that starts at i, or i.
// It reads the letters up to ':', '@' or '.' only once per word.
func linkEnd(s string, i int) int {
	rest := s[i:]
	if c := rest[0] | 0x20; c == 'h' || c == 'f' || c == 'w' {
		for _, p := range [...]string{"http://", "https://", "ftp://", "www."} {
			if len(rest) > len(p) && strings.EqualFold(rest[:len(p)], p) {
				return i + trimLink(rest, linkRun(rest))
			}
		}
	}
	// e-mail: local part of ASCII, an @, a domain with a dot
	j := i
	for j < len(s) && (isASCIILetter(s[j]) || isASCIIDigit(s[j]) || strings.IndexByte("._%+-", s[j]) >= 0) && j-i < 64 {
		j++
	}
	if j == i || j >= len(s) || s[j] != '@' {
		return i
	}
	k, dot := j+1, false
	for k < len(s) && (isASCIILetter(s[k]) || isASCIIDigit(s[k]) || s[k] == '-' || s[k] == '.') {
		if s[k] == '.' && k+1 < len(s) && isASCIILetter(s[k+1]) {
			dot = true
		}
		k++
	}
	if !dot {
		return i
	}
	return j + 1 + trimLink(s[j+1:], k-j-1)
}

// linkRun returns the length of the run of URL characters at the start of s.
func linkRun(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7F || c == '<' || c == '>' || c == '"' {
			return i
		}
	}
	return len(s)
}

// trimLink removes sentence punctuation from the end of s[:n].
func trimLink(s string, n int) int {
	for n > 0 && strings.IndexByte(".,;:!?)]}'*", s[n-1]) >= 0 {
		n--
	}
	return n
}

// mentionEnd returns the end of the @handle that starts at i, or i.
func mentionEnd(s string, i int) int {
	j := i + 1
	for j < len(s) && (isASCIILetter(s[j]) || isASCIIDigit(s[j]) || s[j] == '_') {
		j++
	}
	if j < i+3 {
		return i
	}
	return j
}
