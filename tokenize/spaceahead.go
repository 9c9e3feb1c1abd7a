package tokenize

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"
)

// spaceAhead is how the expressions of GPT-2's successors leave the last of
// several spaces to the following word. Package regexp has no lookahead.
const spaceAhead = `\s+(?!\S)`

// spaceAheadPattern matches an expression whose alternatives end in spaceAhead
// and `\s+`. spaceAhead matches all spaces at the end of the text, otherwise
// all but the last one. For a single space that is nothing: the alternative
// after it then takes that space.
type spaceAheadPattern struct {
	*regexp.Regexp // with a group in place of spaceAhead
	group          int
}

// parseSpaceAhead returns the pattern for an expression that contains
// spaceAhead.
func parseSpaceAhead(expr string) (pattern, error) {
	head, tail, _ := strings.Cut(expr, spaceAhead)
	words := strings.TrimSuffix(head, "|")
	if words == head && head != "" || tail != `|\s+` && tail != `|\s` {
		return nil, errors.New(`(?!\S) elsewhere than in a last but one alternative \s+(?!\S)`)
	}
	for _, context := range []string{`\b`, `\B`, `\A`, `\G`, `(?<`, `(?=`, `(?!`} {
		if strings.Contains(words, context) {
			return nil, errors.New(context + ` beside (?!\S)`)
		}
	}
	expr, err := translate(head + `(?P<spaces>\s+)`)
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, err
	}
	return spaceAheadPattern{re, re.SubexpIndex("spaces")}, nil
}

func (p spaceAheadPattern) matches(s string) []span {
	var out []span
	last := 0
	for at := 0; at < len(s); {
		m := p.FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		from, to := at+m[0], at+m[1]
		if m[2*p.group] >= 0 && to < len(s) {
			if _, size := utf8.DecodeLastRuneInString(s[from:to]); to-size > from {
				to -= size
			}
		}
		if to == from { // an empty match
			_, size := utf8.DecodeRuneInString(s[from:])
			at = from + max(size, 1)
			continue
		}
		if last < from {
			out = append(out, span{last, from, false})
		}
		out = append(out, span{from, to, true})
		last, at = to, to
	}
	if last < len(s) {
		out = append(out, span{last, len(s), false})
	}
	return out
}
