package visible

import (
	"strings"
	"unicode/utf8"
)

// Clip returns s with its white space made single spaces, shortened to most runes
// where it is longer: at a space, if there is one near. It holds on to no more of
// s than it returns.
func Clip(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= most {
		return strings.Clone(s) // of a single word Join makes no copy
	}
	end := 0
	for i := range s {
		if most == 0 {
			end = i
			break
		}
		most--
	}
	if sp := strings.LastIndexByte(s[:end], ' '); sp > end*3/4 {
		end = sp
	}
	return strings.TrimSpace(s[:end]) + "…"
}
