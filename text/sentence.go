package text

import (
	"strings"
	"unicode/utf8"
)

// Sentences splits s into sentences, as byte ranges [start, end) of s without
// the white space around them, in order.
//
// A sentence ends at a line break, at 。！？； and the like, at …… before a Chinese
// character, and at . ! ? before white space or Chinese. It does not end after
// an initial or an abbreviation (Dr., e.g.; after others, such as etc. or p.m.,
// it ends only before a word that begins a sentence), after the number of a
// list item (1.), inside numbers, versions, links and addresses, nor at … or a
// closing quotation mark or bracket followed by a lower-case letter. A missing
// space is assumed if there is a lower-case letter before the mark and a
// capital after it (It works.But slowly). Closing quotation marks and brackets
// belong to the sentence, and so do emoji and emoticons after its end.
//
// Of 339 difficult sentences written for this project, English, Chinese and
// mixed, it finds both ends of 98 % (TestSentenceAccuracy; the list was written
// before the rules, and examined when they were settled). Time is linear in
// len(s).
func Sentences(s string) [][2]int {
	c := sentenceCutter{s: s}
	c.add(0)
	for i := 0; i < len(s); {
		r, n := decode(s, i)
		switch {
		case isBreak(r):
			c.add(i + n)
			i += n
			continue
		case isStop(r):
			i = c.stop(i)
			continue
		case r == '"':
			c.quoted = !c.quoted
		case isASCIILetter(s[i]) && (i == 0 || !isASCIILetter(s[i-1]) && !isASCIIDigit(s[i-1])):
			if end := linkEnd(s, i); end > i {
				i = end
				continue
			}
		}
		i += n
	}
	c.add(len(s))
	return c.out
}

// sentenceCutter splits s from front to back.
type sentenceCutter struct {
	s      string
	out    [][2]int
	start  int  // start of the current sentence
	quoted bool // it contains an odd number of ", so the next one closes
}

// add ends the current sentence before end; the next one begins after the white
// space that follows.
func (c *sentenceCutter) add(end int) {
	if c.start < end {
		if n := len(strings.TrimRightFunc(c.s[c.start:end], isSpace)); n > 0 {
			c.out = append(c.out, [2]int{c.start, c.start + n})
		}
	}
	rest := c.s[max(c.start, end):]
	c.start, c.quoted = len(c.s)-len(strings.TrimLeftFunc(rest, isSpace)), false
}

// stop looks at the mark at i, ends the sentence if the mark does, and returns
// where to continue.
func (c *sentenceCutter) stop(i int) int {
	s := c.s
	end, marks, last := i, 0, rune(0)
	wide, dots := false, true
	for end < len(s) {
		r, n := decode(s, end)
		if !isStop(r) {
			break
		}
		wide = wide || isWideStop(r)
		dots = dots && isDots(r)
		last = r
		marks++
		end += n
	}
	end, closed := c.closers(end)
	if end == len(s) {
		return end
	}
	next, size := decode(s, end)
	spaced := isSpace(next)
	after := end // start of the next sentence, if this one ends
	for after < len(s) && isSpace(next) && !isBreak(next) {
		if after += size; after == len(s) {
			return end // end of s
		}
		next, size = decode(s, after)
	}
	small := 'a' <= next && next <= 'z' || next >= utf8.RuneSelf && isLower(next)
	switch {
	case wide && closed && reportsSpeech(s[after:]):
		return end
	case wide:
	case closed && small:
		return end // (really!) very well; "Wow!" he said
	case dots && (marks > 1 || last == '…'):
		if small || IsHan(next) && !spaced && marks == 1 || isDots(next) {
			return end
		}
		if !spaced && !IsHan(next) && !c.missingSpace(i, after) {
			return end
		}
	case spaced:
		if last == '.' && marks == 1 && !closed && c.abbreviated(i, after) {
			return end
		}
	case IsHan(next) || class(next) == classPunct && next >= utf8.RuneSelf:
		if last == '.' && (c.listed(i) || isASCIIDigit(before(s, i)) || initial(s[:i]) && !IsHan(next)) {
			return end
		}
	case last == '.' && (c.listed(i) || c.abbreviated(i, after)):
		return end
	case isEmoji(next):
	case !c.missingSpace(i, after):
		return end
	}
	end = c.tail(end)
	c.add(end)
	return end
}

// closers returns the end of closing quotation marks and brackets, and of
// further stops inside them.
func (c *sentenceCutter) closers(end int) (int, bool) {
	closed := false
	for end < len(c.s) {
		r, n := decode(c.s, end)
		switch {
		case r == '"':
			if !c.quoted {
				return end, closed
			}
			c.quoted = false
		case closed && isStop(r):
		case r == '\'' && end+1 < len(c.s) && isASCIILetter(c.s[end+1]):
			return end, closed
		case strings.ContainsRune("'”’」』）)】]》", r):
		default:
			return end, closed
		}
		closed = true
		end += n
	}
	return end, closed
}

// tail returns the end of what still belongs to a sentence that ended at end:
// emoji, emoticons and spaced marks.
func (c *sentenceCutter) tail(end int) int {
	for at := end; at < len(c.s); {
		r, n := decode(c.s, at)
		switch {
		case isSpace(r) && !isBreak(r):
			at += n
			continue
		case isEmoji(r) || isStop(r) && r != '.' && at > end || r >= utf8.RuneSelf && class(r) == classMark:
			at += n
		default:
			n := emoticon(c.s[at:])
			if n == 0 {
				return end
			}
			at += n
		}
		end = at
	}
	return end
}

// listed reports whether the current sentence, up to i, is the number or letter
// of a list item: 1. or a.
func (c *sentenceCutter) listed(i int) bool {
	item := c.s[c.start:i]
	if len(item) == 0 || len(item) > 3 {
		return false
	}
	for j := range len(item) {
		if !isASCIIDigit(item[j]) {
			return len(item) == 1 && isASCIILetter(item[0])
		}
	}
	return true
}

// missingSpace reports whether the mark at i ends a sentence although no space
// follows, with the next sentence at after: a lower-case letter before it, and
// then a capital and lower-case letters, or I.
func (c *sentenceCutter) missingSpace(i, after int) bool {
	b, rest := before(c.s, i), c.s[after:]
	if b < 'a' || b > 'z' || initial(c.s[:i]) || len(rest) == 0 || rest[0] < 'A' || rest[0] > 'Z' {
		return false
	}
	switch word := leadingWord(rest); word {
	case "Com", "Net", "Org", "Js":
		return false
	case "I", "A":
		return true
	default:
		return len(word) > 1 && 'a' <= word[1] && word[1] <= 'z'
	}
}

// reportsSpeech reports whether s, after a quotation, continues with its
// speaker: 他说, 我问客服.
func reportsSpeech(s string) bool {
	for n := 0; n < 4 && len(s) > 0; n++ {
		r, size := utf8.DecodeRuneInString(s)
		if !IsHan(r) {
			return false
		}
		if n > 0 && strings.ContainsRune("说說问問道喊答叫", r) {
			return true
		}
		s = s[size:]
	}
	return false
}

// before returns the byte before i, 0 at the beginning.
func before(s string, i int) byte {
	if i == 0 {
		return 0
	}
	return s[i-1]
}
