package clean

import (
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/emoji"
)

// pictures drops emoji or replaces them by their names. An emoji is a whole
// grapheme cluster, with its skin tone, its joined parts, or the two letters of
// a flag. Names are in the language of the text, detected by script.
func pictures(e *editor, t Treatment) {
	s := e.s
	var lang text.Language
	written := map[string]string{} // emoji -> replacement
	for start, end, ok := emoji.Next(s, 0); ok; start, end, ok = emoji.Next(s, end) {
		if t == Drop {
			e.put(start, end, "")
			continue
		}
		with, ok := written[s[start:end]]
		if !ok {
			if len(written) == 0 {
				lang = text.Detect(s)
			}
			name, known := emoji.Name(s[start:end], lang)
			if !known {
				name = "emoji"
			}
			with = " " + name + " "
			written[s[start:end]] = with
		}
		e.put(start, end, with)
	}
}
