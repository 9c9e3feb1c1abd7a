package text

import "unicode/utf8"

// Language is an ISO 639-1 code. The package knows English and Chinese; texts
// in any other language are split like English, without stop words.
type Language string

// The languages this package has rules for, and Unknown for a text without
// letters. Detected by script, a text is Other if neither Latin nor Han leads.
const (
	Unknown Language = ""
	English Language = "en"
	Chinese Language = "zh"
	Other   Language = "und"
)

// Detect returns the language of s by its script alone: Chinese if there are at
// least as many Han characters as words in Latin letters (a Han character
// carries about as much as a Latin word), English if Latin words lead, Other if
// another script does (kana and Hangul count against Chinese), and Unknown if
// there are no letters. It reads s once, up to the first 4096 bytes.
//
// Any text in Latin letters counts as English; package text/langid
// distinguishes such languages with a model.
func Detect(s string) Language {
	var n scriptCounts
	n.add(s)
	return n.language()
}

// DetectAll returns the language of most texts, by script, with one vote per
// text. Ties go to Chinese, whose stop words, segmenter and models also handle
// English, then to English. It returns Unknown if no text has letters.
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
