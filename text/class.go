package text

import "unicode"

// runeClass is the class of a character for the splitter.
type runeClass uint8

const (
	classSpace runeClass = iota
	classLetter
	classMark // combining marks and joiners: part of the letter before
	classDigit
	classHan
	classKana // hiragana and katakana: letters, and evidence against Chinese
	classPunct
	classSymbol // emoji, currency, mathematics, everything else
)

func isASCIILetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isASCIIDigit(c byte) bool  { return '0' <= c && c <= '9' }

// IsHan reports whether r is a Chinese character (Script=Han, with 々 and 〇).
func IsHan(r rune) bool {
	switch {
	case r < 0x2E80:
		return false
	case 0x4E00 <= r && r <= 0x9FFF, 0x3400 <= r && r <= 0x4DBF:
		return true
	}
	return unicode.Is(unicode.Han, r)
}

func isLatin(r rune) bool {
	if r < 0x80 {
		return isASCIILetter(byte(r))
	}
	if r < 0x250 {
		return unicode.IsLetter(r)
	}
	return unicode.Is(unicode.Latin, r)
}

// class returns the class of a rune; ASCII is looked up in a table.
func class(r rune) runeClass {
	if r < 0x80 {
		return asciiClass[r]
	}
	switch {
	case 0x4E00 <= r && r <= 0x9FFF, 0x3400 <= r && r <= 0x4DBF:
		return classHan
	case 0x3041 <= r && r <= 0x30FF && r != 0x30FB && r != 0x30FC || 0x31F0 <= r && r <= 0x31FF:
		return classKana
	case 0x3001 <= r && r <= 0x3020 && r != 0x3005 && r != 0x3007:
		return classPunct
	case r == 0x200B || r == 0x2060 || r == 0xFEFF || r == 0xAD:
		return classMark
	case unicode.IsSpace(r) || r == 0x3000:
		return classSpace
	case unicode.IsLetter(r):
		if IsHan(r) {
			return classHan
		}
		return classLetter
	case unicode.IsDigit(r):
		return classDigit
	case unicode.Is(unicode.M, r) || r == 0x200D || r == 0x200C:
		return classMark
	case IsHan(r):
		return classHan
	case unicode.IsNumber(r):
		return classDigit
	case unicode.IsPunct(r):
		return classPunct
	}
	return classSymbol
}

// asciiClass holds the classes of the ASCII characters; controls are spaces.
var asciiClass = func() (t [128]runeClass) {
	for c := range t {
		b := byte(c)
		switch {
		case isASCIILetter(b):
			t[c] = classLetter
		case isASCIIDigit(b):
			t[c] = classDigit
		case b <= ' ' || b == 0x7F:
			t[c] = classSpace
		case b == '$' || b == '+' || b == '<' || b == '=' || b == '>' || b == '^' || b == '`' || b == '|' || b == '~':
			t[c] = classSymbol
		default:
			t[c] = classPunct
		}
	}
	return t
}()
