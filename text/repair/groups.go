package repair

import (
	"slices"
	"strings"
)

// Homophones returns groups of Chinese characters of the same syllable, tones aside: those
// of the first level of GB/T 2312 and other frequent readings of theirs. A
// character of several readings is in several groups.
func Homophones() []string {
	also := map[rune][]rune{} // after the first character of a syllable
	for _, g := range readings {
		c := []rune(g)
		also[c[0]] = c[1:]
	}
	var out []string
	next, group := []rune(syllables), []rune(nil)
	for _, r := range firstLevel() {
		if len(next) > 0 && r == next[0] {
			if len(group) > 0 {
				out = append(out, string(group))
			}
			next, group = next[1:], slices.Clone(also[r])
		}
		group = append(group, r)
	}
	return append(out, string(group))
}

// LookAlikes returns groups of Chinese characters that look alike. A character may be
// in several.
func LookAlikes() []string { return slices.Concat(lookAlikes, strings.Fields(shapes)) }
