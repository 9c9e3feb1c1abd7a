package text

import "unicode/utf8"

// Language is an ISO 639-1 code. The package knows English and Chinese; any
// other value is split like English, without stop words.
type Language string

// The languages this package has rules for, and Unknown for a text without
// letters. By script alone a text is Other when neither Latin nor Han leads.
const (
	Unknown Language = ""
	English Language = "en"
	Chinese Language = "zh"
	Other   Language = "und"
)

// Detect tells the language of s by its script alone: Chinese where Han
// characters are at least as many as words in Latin letters (a Han character
// and a Latin word carry about as much), English where Latin words lead, Other
// where another script does (kana and Hangul count against Chinese), Unknown
// where there are no letters. It reads s once, up to the first 4096 bytes.
//
// Any text in Latin letters counts as English here; package text/langid tells such
// languages apart with a model.
func Detect(s string) Language {
	var n scriptCounts
	n.add(s)
	return n.language()
}

// DetectAll tells the language most of texts are in, by script, each text with
// one vote. Ties go to Chinese, whose stop words, segmenter and models do for
// English beside it, then English. Unknown if no text has letters.
func DetectAll(texts []string) Language {
	votes := map[Language]int{}
	for _, s := range texts {
		votes[Detect(s)]++
	}
	best := Unknown
	for _, l := range []Language{Chinese, English, Other} {
		if votes[l] > 0 && (best == Unknown || votes[l] > votes[best]) {
			best = l
		}
	}
	return best
}

// scriptCounts counts Han characters, words in Latin letters, and letters or
// words of other scripts.
type scriptCounts struct{ han, latin, kana, other int }

func (n *scriptCounts) add(s string) {
	if len(s) > 4096 {
		s = s[:4096]
	}
	inLatin, inOther := false, false
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if isASCIILetter(c) {
				if !inLatin {
					n.latin++
				}
				inLatin, inOther = true, false
			} else if c != '\'' {
				inLatin, inOther = false, false
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch class(r) {
		case classHan:
			n.han++
			inLatin, inOther = false, false
		case classKana:
			n.kana++
			inLatin, inOther = false, false
		case classLetter:
			if isLatin(r) {
				if !inLatin {
					n.latin++
				}
				inLatin, inOther = true, false
			} else {
				if !inOther {
					n.other++
				}
				inLatin, inOther = false, true
			}
		case classMark:
		default:
			inLatin, inOther = false, false
		}
	}
}

func (n *scriptCounts) language() Language {
	switch {
	case n.han+n.latin+n.kana+n.other == 0:
		return Unknown
	case n.kana > 0 && 4*n.kana >= n.han && n.kana+n.han >= n.latin:
		return Other
	case n.other > n.latin && n.other > n.han:
		return Other
	case n.han >= n.latin:
		return Chinese
	default:
		return English
	}
}
