package marks

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text"
)

// Find returns the marks of s as offsets [start, end), in order and without
// overlaps: placeholders, links, mentions, and trailing hashtags, if the text has
// other content. Placeholders are those of package pii's own types, such as
// [email], and of kinds: the types that recognisers of the caller's have, so that
// with the kind "order" [order] is one. Time is linear in len(s).
func Find(s string, kinds ...string) [][2]int {
	if !maybe(s) {
		return nil
	}
	var found [][2]int
	var tags []int // indices in found
	for i := 0; i < len(s); {
		end := i
		tag := false
		switch c := s[i]; {
		case c == '[':
			end = placeholderEnd(s, i, kinds)
		case c == '@':
			end = mentionEnd(s, i)
		case c == '#' || strings.HasPrefix(s[i:], "＃"):
			end = hashtagEnd(s, i)
			tag = end > i
		case c|0x20 == 'h' || c|0x20 == 'f' || c|0x20 == 'w':
			end = linkEnd(s, i)
		}
		if end == i {
			i++
			continue
		}
		if tag {
			tags = append(tags, len(found))
		}
		found = append(found, [2]int{i, end})
		i = end
	}
	return withoutInner(s, found, tags)
}

// Tags returns the start of the trailing hashtags of s that are marks (see
// Find), or len(s) if there are none.
func Tags(s string) int {
	for _, m := range Find(s) {
		if strings.HasPrefix(s[m[0]:], "#") || strings.HasPrefix(s[m[0]:], "＃") {
			return m[0]
		}
	}
	return len(s)
}

// maybe reports whether s has a character that may begin a mark.
func maybe(s string) bool {
	for _, sign := range [...]byte{'[', '@', '#'} {
		if strings.IndexByte(s, sign) >= 0 {
			return true
		}
	}
	for _, sign := range [...]string{"://", "www.", "WWW.", "Www.", "＃"} {
		if strings.Contains(s, sign) {
			return true
		}
	}
	return false
}

// withoutInner leaves out hashtags that are not marks: those before the
// trailing run, a single one that is the last word of a sentence, and all of
// them if the text has no other content. tags are the indices in found of the
// hashtags.
func withoutInner(s string, found [][2]int, tags []int) [][2]int {
	if len(tags) == 0 {
		return found
	}
	from := trailing(s, found, tags)
	drop := map[int]bool{}
	for _, t := range tags {
		drop[t] = found[t][0] < from
	}
	said := s
	if from < len(s) {
		said = cut(s, found)
	}
	if !strings.ContainsFunc(said, isSaid) {
		for _, t := range tags {
			drop[t] = true
		}
	}
	kept := found[:0]
	for n, m := range found {
		if !drop[n] {
			kept = append(kept, m)
		}
	}
	return kept
}

// trailing returns the start of the run of hashtags at the end of s, or len(s)
// if there is none. Only marks, punctuation and emoji may stand between and
// after them. A single hashtag counts only after the end of a sentence, a line
// or a mark, or after an emoji: in "I love my new #phone" it is a word.
func trailing(s string, found [][2]int, tags []int) int {
	from, run := len(s), 0
	end := len(s)
	t := len(tags) - 1
	for n := len(found) - 1; n >= 0; n-- {
		if strings.ContainsFunc(s[found[n][1]:end], isSaid) {
			break
		}
		end = found[n][0]
		if t >= 0 && tags[t] == n {
			from = end
			run++
			t--
		}
	}
	if run == 1 && !endsSentence(s[:from]) {
		return len(s)
	}
	return from
}

// endsSentence reports whether a hashtag after s is not a word of a sentence.
func endsSentence(s string) bool {
	before := strings.TrimRight(s, " \t\u00a0\u3000")
	if before == "" {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(before)
	return strings.ContainsRune(".!?…。！？~～)]）】\"”'\r\n", r) || unicode.Is(unicode.So, r) || r == 0xFE0F || r == 0x200D
}

// isSaid reports whether a character is part of a word or a number.
func isSaid(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// cut returns s without marks.
func cut(s string, marks [][2]int) string {
	var b strings.Builder
	b.Grow(len(s))
	at := 0
	for _, m := range marks {
		b.WriteString(s[at:m[0]])
		at = m[1]
	}
	b.WriteString(s[at:])
	return b.String()
}

// Remove returns s without its marks (see Find), and without the white space,
// brackets and commas that only served them. It is "" if there is no other
// content.
func Remove(s string, kinds ...string) string {
	found := Find(s, kinds...)
	if len(found) == 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	at := 0
	for _, m := range found {
		m = widen(s, m, at)
		b.WriteString(s[at:m[0]])
		if needsSpace(b.String(), s[m[1]:]) {
			b.WriteByte(' ')
		}
		at = m[1]
	}
	b.WriteString(s[at:])
	out := strings.TrimSpace(b.String())
	if !strings.ContainsFunc(out, func(r rune) bool { return isSaid(r) || unicode.Is(unicode.So, r) }) {
		return ""
	}
	return out
}

// widen extends a mark by the brackets or quotation marks around it, the space
// before it, and the colon or comma after a mark that begins a line; s[:from]
// is already written.
func widen(s string, m [2]int, from int) [2]int {
	for _, pair := range [...][2]string{{"(", ")"}, {"（", "）"}, {"\"", "\""}, {"“", "”"}, {"「", "」"}, {"<", ">"}} {
		if m[0]-len(pair[0]) >= from && strings.HasSuffix(s[:m[0]], pair[0]) && strings.HasPrefix(s[m[1]:], pair[1]) {
			m = [2]int{m[0] - len(pair[0]), m[1] + len(pair[1])}
			break
		}
	}
	if before := strings.TrimRight(s[from:m[0]], " \t"); (before == "" && from == 0) || strings.HasSuffix(before, "\n") {
		for _, sign := range [...]string{":", "：", ",", "，"} {
			if strings.HasPrefix(s[m[1]:], sign) {
				m[1] += len(sign)
				break
			}
		}
	}
	for m[0] > from && s[m[0]-1] == ' ' {
		m[0]--
	}
	return m
}

// needsSpace reports whether the words on both sides of a mark would run
// together.
func needsSpace(before, after string) bool {
	x, _ := utf8.DecodeLastRuneInString(before)
	y, _ := utf8.DecodeRuneInString(after)
	return isSaid(x) && isSaid(y) && (!text.IsHan(x) || !text.IsHan(y))
}

// Contains reports whether the bytes [start, end) of a text lie in one of its
// marks.
func Contains(marks [][2]int, start, end int) bool {
	n, _ := slices.BinarySearchFunc(marks, start, func(m [2]int, at int) int { return m[1] - at - 1 })
	return n < len(marks) && marks[n][0] <= start && end <= marks[n][1]
}
