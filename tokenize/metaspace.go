package tokenize

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// metaspace is the pre-tokeniser of SentencePiece models (Kudo and Richardson,
// 2018): spaces become a visible character that begins each word.
type metaspace struct {
	replacement string // one character, "▁"
	prepend     string // "always", "first" or "never"
	cut         bool   // split into words
}

func parseMetaspace(raw json.RawMessage, path string) (metaspace, error) {
	var p struct {
		Replacement    string  `json:"replacement"`
		PrependScheme  *string `json:"prepend_scheme"`
		AddPrefixSpace *bool   `json:"add_prefix_space"`
		Split          *bool   `json:"split"`
	}
	if err := decode(raw, path, &p); err != nil {
		return metaspace{}, err
	}
	m := metaspace{replacement: p.Replacement, prepend: orElse(p.PrependScheme, "always"), cut: orElse(p.Split, true)}
	if utf8.RuneCountInString(m.replacement) != 1 {
		return m, &FormatError{Path: path + ".replacement", Got: fmt.Sprintf("%q", m.replacement), Want: "one character"}
	}
	if !orElse(p.AddPrefixSpace, true) {
		if p.PrependScheme != nil && m.prepend != "never" {
			return m, &FormatError{Path: path + ".prepend_scheme", Got: m.prepend, Want: "never, since add_prefix_space is false"}
		}
		m.prepend = "never"
	}
	switch m.prepend {
	case "always", "first", "never":
		return m, nil
	}
	return m, &FormatError{Path: path + ".prepend_scheme", Got: m.prepend, Want: "always, first or never"}
}

func (m metaspace) split(dst []aligned, a aligned) []aligned {
	a = a.replace(stringPattern(" "), m.replacement)
	if m.prepend == "always" || m.prepend == "first" && a.start == 0 {
		if !strings.HasPrefix(a.text, m.replacement) {
			a = a.prepend(m.replacement)
		}
	}
	if m.cut {
		return a.split(dst, stringPattern(m.replacement), mergedWithNext)
	}
	return append(dst, a)
}
