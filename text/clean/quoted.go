package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// quotations removes what others wrote: reposts (//@name:, RT @name:), quoted
// mail, and the name of the addressee. If the author added nothing, the quoted
// text stays, since it is what they chose to say.
func quotations(e *editor) {
	s := e.s
	start := addressee(s)
	cut, mark := len(s), 0 // s[cut:] was written by others, after a mark of this many bytes
	for _, find := range [...]func(string) (at, size int){repost, retweet, mailHeader, wroteLine} {
		if at, size := find(s); size > 0 && at >= start && at < cut {
			cut, mark = at, size
		}
	}
	own := cut < len(s) && says(stripQuoteLines(s[start:cut])) && !isPhrase(s[start:cut])
	e.put(0, start, "")
	if own {
		quoteLines(e, start, cut)
		e.put(cut, len(s), "")
		return
	}
	if cut < len(s) {
		quoteLines(e, start, cut)
		e.put(cut, cut+mark, "\n")
		dropMarks(e, cut+mark)
		return
	}
	quoteLines(e, start, len(s))
	if at := signature(s); at >= start && says(s[start:at]) {
		e.put(max(at, e.from), len(s), "")
	}
}

// isPhrase reports whether s consists only of what a site adds.
func isPhrase(s string) bool {
	return phrases().isLine(strings.TrimSpace(s))
}

// dropMarks removes the marks of further reposts from s[from:] and keeps their
// words.
func dropMarks(e *editor, from int) {
	for from < len(e.s) {
		at, size := repost(e.s[from:])
		if size == 0 {
			return
		}
		e.put(from+at, from+at+size, "\n")
		from += at + size
	}
}

// longestName is the maximum length of an @name in runes.
const longestName = 30

// nameEnd returns the end of the @name at i, with a colon if one follows, and
// whether it does; 0 if there is no name.
func nameEnd(s string, i int) (end int, colon bool) {
	if i >= len(s) || s[i] != '@' {
		return 0, false
	}
	end = i + 1
	for n := 0; end < len(s); n++ {
		r, size := utf8.DecodeRuneInString(s[end:])
		if r != '_' && r != '-' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		if n == longestName {
			return 0, false
		}
		end += size
	}
	if end == i+1 {
		return 0, false
	}
	after := strings.TrimLeft(s[end:], " ")
	for _, c := range [...]string{":", "："} {
		if strings.HasPrefix(after, c) {
			return len(s) - len(after) + len(c), true
		}
	}
	return end, false
}

// addressee returns the end of the start of an answer or a repost: 回复@name:, RT
// @name:, 转发自@name，.
func addressee(s string) int {
	i := len(s) - len(strings.TrimLeft(s, " \t\r\n"))
	for _, lead := range [...]string{"回复", "回覆", "Reply to", "RT", "转发自", "转自", "转发"} {
		rest := s[i:]
		if len(rest) < len(lead) || !strings.EqualFold(rest[:len(lead)], lead) {
			continue
		}
		at := i + len(lead)
		at += len(s[at:]) - len(strings.TrimLeft(s[at:], " "))
		end, colon := nameEnd(s, at)
		if end == 0 || !colon && strings.HasPrefix(lead, "回") {
			continue // 回复@小红的人
		}
		if !colon {
			end += len(s[end:]) - len(strings.TrimLeft(s[end:], " ,，"))
		}
		return end
	}
	return 0
}

// repost finds the first //@name:, which on Weibo precedes the reposted text.
func repost(s string) (at, size int) {
	for from := 0; ; {
		i := strings.Index(s[from:], "//")
		if i < 0 {
			return 0, 0
		}
		i += from
		name := i + 2
		if name < len(s) && s[name] == ' ' {
			name++
		}
		if end, colon := nameEnd(s, name); colon {
			return i, end - i
		}
		from = i + 2
	}
}

// retweet finds the first RT @name: inside a text.
func retweet(s string) (at, size int) {
	for from := 0; ; {
		i := strings.Index(s[from:], "RT @")
		if i < 0 {
			return 0, 0
		}
		i += from
		if i == 0 || !asciiAlnum(s[i-1]) {
			if end, _ := nameEnd(s, i+3); end > 0 {
				return i, end - i
			}
		}
		from = i + 4
	}
}

// mailHeader finds the line that mail programs put above the quoted mail.
func mailHeader(s string) (at, size int) {
	for _, words := range [...]string{"Original Message", "Original message", "Forwarded message", "原始邮件", "转发邮件"} {
		i := strings.Index(s, words)
		if i < 2 {
			continue
		}
		start := len(strings.TrimRight(s[:i], " "))
		for start > 0 && s[start-1] == '-' {
			start--
		}
		end := i + len(words)
		end += len(s[end:]) - len(strings.TrimLeft(s[end:], " -"))
		if i-start >= 2 { // preceded by dashes
			return start, end - start
		}
	}
	return 0, 0
}

// longestWrote is the maximum length in bytes of a line such as "On Mon, Jan 8,
// 2024 at 9:15 AM Grace <…> wrote:".
const longestWrote = 160

// wroteLine finds the line with the author and date of the quoted mail: On …
// wrote:, 在…写道：.
func wroteLine(s string) (at, size int) {
	for _, w := range [...][2]string{{"On ", " wrote:"}, {"在", "写道："}, {"在", "写道:"}, {"于", "写道："}} {
		end := strings.Index(s, w[1])
		if end < 0 {
			continue
		}
		low := max(0, end-longestWrote)
		start := strings.LastIndex(s[low:end], w[0])
		for start >= 0 {
			between := s[low+start+len(w[0]) : end]
			begins := low+start == 0 || !asciiAlnum(s[low+start-1])
			if begins && dated(between) {
				return low + start, end + len(w[1]) - low - start
			}
			start = strings.LastIndex(s[low:low+start], w[0])
		}
	}
	return 0, 0
}

// dated reports whether s has a year, a time, a month or a day of the week.
func dated(s string) bool {
	for i := 0; i+4 <= len(s); i++ {
		switch c := s[i]; {
		case (c == '1' && s[i+1] == '9' || c == '2' && s[i+1] == '0') && digits(s[i+2:i+4]):
			return true
		case c == ':' && i > 0 && digits(s[i-1:i]) && digits(s[i+1:i+3]):
			return true
		}
	}
	for _, name := range [...]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "月", "周", "星期"} {
		if strings.Contains(s, name) && strings.ContainsFunc(s, unicode.IsDigit) {
			return true
		}
	}
	return false
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// quoteLines removes the lines of s[from:to] that begin with >, unless all do.
func quoteLines(e *editor, from, to int) {
	s := e.s
	if !strings.Contains(s[from:to], ">") || !says(stripQuoteLines(s[from:to])) {
		return
	}
	for from < to {
		end := from + 1 + strings.IndexByte(s[from:to], '\n')
		if end == from {
			end = to
		}
		if quotedLine(s[from:end]) {
			e.put(from, end, "")
		}
		from = end
	}
}

// quotedLine reports whether a line is quoted mail: > and a word, not >_<.
func quotedLine(line string) bool {
	line = strings.TrimLeft(line, " \t")
	rest := strings.TrimLeft(line, "> ")
	if rest == line || line[0] != '>' {
		return false
	}
	return rest == "" || rest[0] == '\n' || line[1] == ' ' || line[1] == '>' || asciiAlnum(rest[0])
}

// stripQuoteLines returns s without the lines that begin with >.
func stripQuoteLines(s string) string {
	if !strings.Contains(s, ">") {
		return s
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		if !quotedLine(line) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// Limits of a signature, in bytes and lines.
const (
	mostSignature = 400
	mostSignLines = 8
)

// signature returns the start of the line "--", after which mail programs put
// the author's name and address; -1 if there is none.
func signature(s string) int {
	at := -1
	for _, line := range [...]string{"\n--\n", "\n-- \n", "\n--\r\n", "\n-- \r\n"} {
		at = max(at, strings.LastIndex(s, line))
	}
	if at < 0 || len(s)-at > mostSignature || strings.Count(s[at:], "\n") > mostSignLines+2 {
		return -1
	}
	return at
}
