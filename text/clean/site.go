package clean

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text/emoji"
)

// siteMarks removes what the author did not write: escapes left by an export,
// quoted texts of others, and what sites, apps and mail programs add. Emotes in
// brackets become emoji.
func siteMarks(e *editor) {
	changed := false
	for _, step := range [...]func(*editor){escapes, emotes, videoLinks, quotations, sitePhrases} {
		if step(e); e.changed {
			e.finish()
			changed = true
		}
	}
	e.changed = changed
}

//go:embed data/site_marks.txt
var siteMarksFile string

// phrase is a phrase that a site adds.
type phrase struct {
	text  string // in lower case, without trailing punctuation
	alone bool   // only as a whole line, or after a stop
	han   bool   // consists of Chinese characters, among which a space is a stop
}

// phraseTable holds the phrases of data/site_marks.txt.
type phraseTable struct {
	ends   map[byte][]phrase // by their last byte, the longest first
	begins map[byte][]string // by their first byte, lower case
	starts []string          // before what the author wrote
}

var phrases = sync.OnceValue(func() *phraseTable {
	t := &phraseTable{ends: map[byte][]phrase{}, begins: map[byte][]string{}}
	for line := range strings.Lines(siteMarksFile) {
		kind, text, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if !ok || strings.HasPrefix(line, "#") && kind != "begin" {
			continue
		}
		text = strings.ToLower(text)
		if kind == "begin" {
			t.begins[text[0]] = append(t.begins[text[0]], text)
			continue
		}
		if kind == "start" {
			t.starts = append(t.starts, text)
			continue
		}
		last := text[len(text)-1]
		t.ends[last] = append(t.ends[last], phrase{text, kind == "alone", strings.ContainsFunc(text, isHan)})
	}
	for _, list := range t.ends {
		slices.SortFunc(list, func(a, b phrase) int { return len(b.text) - len(a.text) })
	}
	return t
})

// lineEnd holds the characters that may follow a phrase on its line.
const lineEnd = " \t\r\n.!?。！？…~:：)）]】-"

// longestPhrase is the maximum length in bytes of a line that may be a phrase.
const longestPhrase = 96

// sitePhrases removes lines added by a site, and what it added at the end.
func sitePhrases(e *editor) {
	s := e.s
	t := phrases()
	end := len(s)
	for { // several in a row: 网页链接 收起全文d
		start := t.endsWith(s[:end])
		if start < 0 {
			break
		}
		end = start
	}
	begin := t.startsWith(s[:end])
	e.put(0, begin, "")
	for from := begin; from < end; {
		to := from + 1 + strings.IndexByte(s[from:end], '\n')
		if to == from {
			to = end
		}
		if line := s[from:to]; t.isLine(line) {
			e.put(from, to, "\n")
		}
		from = to
	}
	e.put(end, len(s), "")
}

// startsWith returns the end of the marks at the start of s: [转发], 转发理由：.
func (t *phraseTable) startsWith(s string) int {
	at := 0
	for again := true; again; {
		again = false
		rest := strings.TrimLeft(s[at:], " \t")
		for _, p := range t.starts {
			if after, ok := strings.CutPrefix(rest, p); ok {
				at, again = len(s)-len(after), true
				break
			}
		}
	}
	return at
}

// endsWith returns the start of the phrase at the end of s, with the white
// space before it; -1 if there is none.
func (t *phraseTable) endsWith(s string) int {
	body := strings.TrimRight(s, lineEnd)
	if body == "" {
		return -1
	}
	for _, p := range t.ends[body[len(body)-1]|lowerBit(body[len(body)-1])] {
		at := len(body) - len(p.text)
		if at < 0 || !strings.EqualFold(body[at:], p.text) {
			continue
		}
		before := strings.TrimRight(body[:at], " \t([（【")
		if before == "" || stopped(before) || !p.alone && (before != body[:at] || bounded(before)) || p.han && before != body[:at] {
			return len(before)
		}
	}
	return -1
}

// isLine reports whether a line is a phrase, or begins with one and has little
// after it.
func (t *phraseTable) isLine(line string) bool {
	body := strings.Trim(line, lineEnd+"([（【")
	if body == "" || len(body) > longestPhrase {
		return false
	}
	if t.endsWith(body) == 0 {
		return true
	}
	for _, b := range t.begins[body[0]|lowerBit(body[0])] {
		if len(body) >= len(b) && strings.EqualFold(body[:len(b)], b) && utf8.RuneCountInString(body[len(b):]) <= 32 {
			return true
		}
	}
	return false
}

// lowerBit converts an ASCII capital to lower case.
func lowerBit(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return 0x20
	}
	return 0
}

// bounded reports whether a phrase may follow s, that is, s does not end within
// a word.
func bounded(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r >= utf8.RuneSelf || !asciiAlnum(byte(r))
}

// stopped reports whether s ends a sentence or a line.
func stopped(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("\n.!?。！？…~:：)）]】", r)
}

//go:embed data/emotes.txt
var emotesFile string

var emoteTable = sync.OnceValue(func() map[string]string {
	t := map[string]string{}
	for line := range strings.Lines(emotesFile) {
		if name, emoji, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && !strings.HasPrefix(line, "#") {
			t[name] = emoji
		}
	}
	return t
})

// longestEmote is the length of the longest emote's name in bytes.
const longestEmote = 12

// emotes converts the bracketed emotes of Chinese sites to emoji: [赞] 👍.
func emotes(e *editor) {
	s := e.s
	for i := strings.IndexByte(s, '['); i >= 0 && i < len(s); {
		end := strings.IndexByte(s[i:min(len(s), i+longestEmote+2)], ']')
		if end > 1 {
			if emoji, ok := emoteTable()[s[i+1:i+end]]; ok {
				e.put(i, i+end+1, emoji)
				i += end
			}
		}
		next := strings.IndexByte(s[i+1:], '[')
		if next < 0 {
			return
		}
		i += 1 + next
	}
}

// videoLink is what Weibo writes for a link to a video, where L is its icon:
// L小红的微博视频.
var videoLink = regexp.MustCompile(`L[\p{L}\p{N}_\-\[\]:]{1,40}?的(?:微博视频|秒拍视频|微博直播|微博故事)`)

// videoLinks removes links to videos, which hold the names of others.
func videoLinks(e *editor) {
	s := e.s
	if !strings.Contains(s, "视频") && !strings.Contains(s, "直播") && !strings.Contains(s, "故事") {
		return
	}
	for _, m := range videoLink.FindAllStringIndex(s, -1) {
		if m[0] == 0 || !asciiAlnum(s[m[0]-1]) {
			e.put(m[0], m[1], "")
		}
	}
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// says reports whether s has any content.
func says(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || emoji.Is(r) })
}
