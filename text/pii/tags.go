package pii

// tagAt returns the size of the HTML tag at s[i] if it changes the look of a
// word, such as <b>, and is within one: between two digits, two letters, or
// beside the @ or a dot of an address. Readers see 138<b>1234</b>5678 as one
// number. before is the folded byte before it.
func tagAt(s string, i int, before byte) int {
	if !alnum(before) && before != '@' && before != '.' {
		return 0
	}
	size := tagSize(s[i:])
	if size == 0 {
		return 0
	}
	at := i + size
	for range 3 { // <b><i>
		n := tagSize(s[at:])
		if n == 0 {
			break
		}
		at += n
	}
	switch next := plainAt(s, at); {
	case digit(before) && digit(next), letter(before) && letter(next), alnum(before) && next == '@', before == '@' && alnum(next),
		alnum(before) && next == '.' && alnum(plainAt(s, at+1)), before == '.' && letter(next):
		return size
	}
	return 0
}

// maxTag is the length of the longest tag considered.
const maxTag = 80

// tagSize returns the length of the tag at the start of s, or 0.
func tagSize(s string) int {
	if len(s) < 3 || s[0] != '<' {
		return 0
	}
	name := 1
	if s[1] == '/' {
		name++
	}
	end := name
	for end < len(s) && end-name < 8 && letter(s[end]) {
		end++
	}
	if end == len(s) || s[end] != '>' && s[end] != ' ' && s[end] != '/' || !lex().wordTags.Has(lower(s[name:end])) {
		return 0
	}
	for end < len(s) && end < maxTag {
		switch s[end] {
		case '<':
			return 0
		case '>':
			return end + 1
		}
		end++
	}
	return 0
}
