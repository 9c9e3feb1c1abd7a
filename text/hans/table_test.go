package hans

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestEntries looks up every entry of both tables, alone and in rows, those of
// characters beyond the flat table too.
func TestEntries(t *testing.T) {
	t.Parallel()
	chars, phrases := map[rune]rune{}, map[string]string{}
	for line := range strings.Lines(characterData) {
		from, n := utf8.DecodeRuneInString(line)
		chars[from], _ = utf8.DecodeRuneInString(line[n:])
	}
	for line := range strings.Lines(phraseData) {
		from, to, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		phrases[from] = to
	}
	far := 0
	for from, to := range chars {
		if got := Simplify(string(from)); got != string(to) && phrases[string(from)] == "" {
			t.Errorf("%c is simplified as %s, want %c", from, got, to)
		}
		if from > lastHan || to > lastHan {
			far++
		}
	}
	for from, to := range phrases {
		if got := Simplify("。" + from + "。"); got != "。"+to+"。" {
			t.Errorf("%s is simplified as %s, want %s", from, got, to)
		}
	}
	if far == 0 || len(phrases) == 0 {
		t.Errorf("%d characters beyond the flat table, %d phrases", far, len(phrases))
	}
	// what is looked up from the front, one after another, by maps alone
	plain := func(s string) string {
		var b strings.Builder
		for s != "" {
			longest := ""
			for end := range s + " " {
				if end <= 48 && phrases[s[:end]] != "" {
					longest = s[:end]
				}
			}
			if longest != "" {
				b.WriteString(phrases[longest])
				s = s[len(longest):]
				continue
			}
			r, n := utf8.DecodeRuneInString(s)
			if to, ok := chars[r]; ok {
				r = to
			}
			b.WriteRune(r)
			s = s[n:]
		}
		return b.String()
	}
	var all []string
	for line := range strings.Lines(phraseData) {
		from, _, _ := strings.Cut(line, "\t")
		all = append(all, from)
	}
	for line := range strings.Lines(characterData) {
		r, _ := utf8.DecodeRuneInString(line)
		all = append(all, string(r))
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 3000 {
		s := ""
		for range r.IntN(8) {
			piece := []rune(all[r.IntN(len(all))])
			s += string(piece[:1+r.IntN(len(piece))])
		}
		if got, want := Simplify(s), plain(s); got != want {
			t.Fatalf("%s is simplified as %s, want %s", s, got, want)
		}
	}
}
