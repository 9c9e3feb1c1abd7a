package pii

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text"
)

// Maximum lengths of names: 30 ASCII characters (X, Instagram and WeChat IDs
// are shorter) or 15 Chinese ones (Weibo's limit).
const (
	maxHandle    = 30
	maxHanHandle = 15
)

// handle reports the @name at i. A name of ASCII characters ends before the
// first Chinese one. A name with Chinese characters ends before white space or
// punctuation, as on the platforms. It ends earlier if two or more characters
// are followed by a word that continues the sentence (说, 你好, 谢谢, …). If it is
// still too long, the 15 characters that a name may have are taken, since
// leaving half a name is worse than masking a word too many.
func (z *scanner) handle(i int) int {
	s := z.s
	if i > 0 {
		c := s[i-1]
		if alnum(c) || c == '_' || c == '@' || c == '/' && !z.profile(i-1) && !z.reposted(i) && !z.handleEnds(i-1) || c == '.' && !z.openStop(i-1) || c == '-' && i > 1 && alnum(s[i-2]) {
			return i + 1
		}
	}
	end, letters, others := i+1, 0, 0
	runes, lastDot := 0, 0
	whole := false
	for end < len(s) && !whole {
		r, size := utf8.DecodeRuneInString(s[end:])
		switch {
		case r < utf8.RuneSelf && letter(byte(r)):
			letters++
		case r == '_' || r == '-' && runes > 0 || r < utf8.RuneSelf && digit(byte(r)):
		case r == '.' && runes > 1 && others == 0 && end+1 < len(s) && alnum(s[end+1]):
			lastDot = end
		case r >= utf8.RuneSelf && (text.IsHan(r) || unicode.IsLetter(r)):
			if others == 0 && runes >= 3 || runes >= 2 && runsOn(s[end:]) || others >= maxHanHandle {
				whole = true
				continue
			}
			letters++
			others++
		default:
			whole = true
			continue
		}
		if runes++; runes > maxHandle {
			return i + 1
		}
		end += size
	}
	for end > i+1 && s[end-1] == '-' {
		end--
	}
	name := s[i+1 : end]
	if timeOrPrice(name) {
		return end
	}
	if letters == 0 || runes < 2 || others == 0 && len(name) < 3 || digit(s[i+1]) && others == 0 && letters < 3 {
		return i + 1
	}
	if lastDot > 0 && lex().fileTypes.Has(strings.ToLower(s[lastDot+1:end])) || lex().notNames.Has(strings.ToLower(name)) || end < len(s) && s[end] == '(' ||
		end+1 < len(s) && s[end] == '/' && letter(s[end+1]) { // an npm scope
		return end
	}
	return z.add(kHandle, i, end, 0.7, "@ and a name")
}

// videoLinks follow the name in what Weibo writes for a link to a video.
var videoLinks = []string{"的微博视频", "的秒拍视频", "的微博直播", "的微博故事"}

// videoLink reports the name after the L at i in such a link, L小红的微博视频, and
// returns its end; 0 if there is none.
func (z *scanner) videoLink(i int) int {
	rest, runes := z.s[i+1:], 0
	for at, r := range rest {
		for _, v := range videoLinks {
			if at > 0 && strings.HasPrefix(rest[at:], v) {
				return z.add(kHandle, i+1, i+1+at, 0.7, "the name in a link to a video")
			}
		}
		if runes++; runes > maxHandle || r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return 0
		}
	}
	return 0
}

// handleEnds reports whether the @name found last ends at i, so that another may
// be joined to it: @one/@two.
func (z *scanner) handleEnds(i int) bool {
	n := len(z.spans)
	return n > 0 && z.spans[n-1].Type == Handle && z.spans[n-1].End == i
}

// timeOrPrice reports whether s begins with a number and a measure of it rather
// than a name: @9点开会, @3折.
func timeOrPrice(s string) bool {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	if n == 0 || n > 4 || n == len(s) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s[n:])
	return strings.ContainsRune("点點时時折元块塊楼樓月日年号號", r)
}

// profile reports whether the slash at i ends a host, so that an @name after it
// is a person's page: tiktok.com/@name.
func (z *scanner) profile(i int) bool {
	start := i
	for start > 0 && i-start < 12 && letter(z.s[start-1]) {
		start--
	}
	return i-start >= 2 && start > 1 && z.s[start-1] == '.' && alnum(z.s[start-2])
}

// reposted reports whether the @ at i follows two slashes that are not those of
// a URL. On Weibo they precede a reposted text: //@name:.
func (z *scanner) reposted(i int) bool {
	s := z.s
	return i > 1 && s[i-1] == '/' && s[i-2] == '/' && (i == 2 || s[i-3] != ':' && s[i-3] != '/')
}

// openStop reports whether the full stop at i is one put before an @name to
// make an answer public, or that of an abbreviation: .@name, cc.@name.
func (z *scanner) openStop(i int) bool {
	if i == 0 || !alnum(z.s[i-1]) {
		return i == 0 || z.s[i-1] != '.'
	}
	start := i
	for start > 0 && i-start < 4 && alnum(z.s[start-1]) {
		start--
	}
	return lex().beforeHandles.Has(lower(z.s[start:i]))
}

// runsOn reports whether s begins with a word that continues a sentence after a
// Chinese name.
func runsOn(s string) bool {
	for _, w := range lex().afterNames {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}
