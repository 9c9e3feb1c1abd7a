// Package emoji finds emoji in a text, and has their names in English and
// Chinese (Unicode's CLDR) and their sentiment.
package emoji

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/seed-56ee9438/cohort/text"
)

//go:generate python3 gen/names.py data

var (
	//go:embed data/names.txt
	namesFile string
	//go:embed data/valence.txt
	valenceFile string
)

// known is the package's data about an emoji.
type known struct{ en, zh string }

var names = sync.OnceValue(func() map[string]known {
	m := map[string]known{}
	for line := range strings.Lines(namesFile) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 {
			m[f[0]] = known{f[1], f[2]}
		}
	}
	return m
})

var valences = sync.OnceValue(func() map[string]float64 {
	m := map[string]float64{}
	for line := range strings.Lines(valenceFile) {
		value, list, ok := strings.Cut(strings.TrimSpace(line), " ")
		v, err := strconv.ParseFloat(value, 64)
		if !ok || err != nil {
			continue // a comment
		}
		for _, e := range strings.Fields(list) {
			m[plain(e)] = v
		}
	}
	return m
})

const (
	presentation = '\uFE0F' // turns a sign into a picture
	joiner       = '\u200D'
	enclosing    = '\u20E3' // turns a digit into a key
)

// plain returns the first emoji of a cluster, without its skin tone and joined
// parts.
func plain(cluster string) string {
	at := 0
	for i, r := range cluster {
		if r == presentation || r == joiner || 0x1F3FB <= r && r <= 0x1F3FF {
			break
		}
		at = i + utf8.RuneLen(r)
	}
	if strings.ContainsRune(cluster, enclosing) {
		return cluster[:1] + string(enclosing)
	}
	return cluster[:at]
}

// Name returns an emoji's name in Chinese if lang is Chinese, otherwise in
// English (thumbs up, 拇指向上), and whether the package knows it. The emoji is a
// grapheme cluster, as returned by Next.
func Name(emoji string, lang text.Language) (string, bool) {
	k, ok := names()[plain(emoji)]
	if lang == text.Chinese {
		return k.zh, ok
	}
	return k.en, ok
}

// Valence returns the sentiment of an emoji, from -1 (😡) to 1 (😍), and whether
// the package knows it.
func Valence(emoji string) (float64, bool) {
	v, ok := valences()[plain(emoji)]
	return v, ok
}

// Next returns the offsets [start, end) in s of the first emoji in s[from:],
// with its skin tone, its joined parts or the two letters of a flag. ok reports
// whether there is one. from is a byte offset, 0 or more.
func Next(s string, from int) (start, end int, ok bool) {
	for i := from; i < len(s); {
		// Signs begin beyond U+2000, keys with a digit before such a sign.
		if s[i] < 0xE2 && (i+1 >= len(s) || s[i+1] < 0xE2) {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		isKey := keycap(r) && i+n < len(s) && s[i+n] >= 0xE2
		if !Is(r) && !isKey {
			i += n
			continue
		}
		cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(s[i:], -1)
		if isKey && !strings.ContainsRune(cluster, enclosing) {
			i += n
			continue
		}
		return i, i + len(cluster), true
	}
	return 0, 0, false
}

func keycap(r rune) bool { return '0' <= r && r <= '9' || r == '#' || r == '*' }

// Is reports whether a character is shown as a picture, or begins one.
func Is(r rune) bool {
	switch {
	case r < 0x203C:
		return false
	case 0x1F300 <= r && r <= 0x1FAFF, 0x1F000 <= r && r <= 0x1F0FF, 0x1F1E6 <= r && r <= 0x1F1FF, 0x1F18E <= r && r <= 0x1F19A, 0x1F200 <= r && r <= 0x1F265:
		return true
	case 0x2600 <= r && r <= 0x27BF, 0x2B05 <= r && r <= 0x2B07, 0x2B1B <= r && r <= 0x2B1C, r == 0x2B50, r == 0x2B55:
		return true
	case 0x231A <= r && r <= 0x231B, 0x23E9 <= r && r <= 0x23F3, r == 0x203C, r == 0x2049, r == 0x3030, r == 0x303D:
		return true
	}
	return false
}

// Spell returns s with known emoji replaced by their names in a language, for
// models whose vocabulary lacks emoji. Unknown emoji are dropped, and runs of
// white space become single spaces. It returns s if there are no emoji.
func Spell(s string, lang text.Language) string {
	start, end, ok := Next(s, 0)
	if !ok {
		return s
	}
	var b strings.Builder
	at, last := 0, ""
	for ; ok; start, end, ok = Next(s, at) {
		if strings.TrimSpace(s[at:start]) != "" {
			last = ""
		}
		b.WriteString(s[at:start])
		b.WriteByte(' ')
		if name, known := Name(s[start:end], lang); known && name != last { // 😡😡😡 is spelled once
			b.WriteString(name)
			last = name
		}
		b.WriteByte(' ')
		at = end
	}
	b.WriteString(s[at:])
	return strings.Join(strings.Fields(b.String()), " ")
}
