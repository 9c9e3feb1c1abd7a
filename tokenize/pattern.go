package tokenize

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"
)

// span is a part of a text that a pattern matched, or one between matches.
type span struct {
	from, to int
	match    bool
}

// pattern divides a text into matches and the parts between them.
type pattern interface {
	matches(s string) []span
}

// behavior says what happens to the matches when a text is split at them.
type behavior uint8

const (
	removed behavior = iota
	isolated
	mergedWithPrevious
	mergedWithNext
	contiguous
)

func (b *behavior) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	for i, name := range []string{"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"} {
		if s == name {
			*b = behavior(i)
			return nil
		}
	}
	return &UnsupportedError{Component: "pre_tokenizer", Type: "behavior " + s}
}

// split splits a text at the matches of p; empty parts are left out.
func (a aligned) split(dst []aligned, p pattern, b behavior) []aligned {
	spans := p.matches(a.text)
	switch b {
	case contiguous:
		spans = mergeSpans(spans, func(prev, next bool) bool { return prev == next })
	case mergedWithPrevious:
		spans = mergeSpans(spans, func(prev, next bool) bool { return !prev && next })
	case mergedWithNext:
		spans = mergeNext(spans)
	}
	for _, s := range spans {
		if s.from == s.to || b == removed && s.match {
			continue
		}
		dst = append(dst, a.slice(s.from, s.to))
	}
	return dst
}

// mergeSpans joins a span to the one before if join returns true for the two.
// Its arguments say whether the spans were matches before they were joined.
func mergeSpans(spans []span, join func(prev, next bool) bool) []span {
	out := spans[:0:0]
	previous := false
	for _, s := range spans {
		if join(previous, s.match) && len(out) > 0 {
			out[len(out)-1].to = s.to
		} else {
			out = append(out, s)
		}
		previous = s.match
	}
	return out
}

// mergeNext joins a match to the span after it, unless that is also a match.
func mergeNext(spans []span) []span {
	out := spans[:0:0]
	for i := 0; i < len(spans); i++ {
		s := spans[i]
		if s.match && i+1 < len(spans) && !spans[i+1].match {
			s.to = spans[i+1].to
			i++
		}
		out = append(out, s)
	}
	return out
}

// runePattern matches single characters.
type runePattern func(rune) bool

func (p runePattern) matches(s string) []span {
	var out []span
	last := 0
	for i, r := range s {
		if !p(r) {
			continue
		}
		if last < i {
			out = append(out, span{last, i, false})
		}
		last = i + utf8.RuneLen(r)
		out = append(out, span{i, last, true})
	}
	if last < len(s) {
		out = append(out, span{last, len(s), false})
	}
	return out
}

// stringPattern matches a string.
type stringPattern string

func (p stringPattern) matches(s string) []span {
	if p == "" {
		return []span{{0, len(s), false}}
	}
	var out []span
	last := 0
	for {
		i := strings.Index(s[last:], string(p))
		if i < 0 {
			break
		}
		if i > 0 {
			out = append(out, span{last, last + i, false})
		}
		out = append(out, span{last + i, last + i + len(p), true})
		last += i + len(p)
	}
	if last < len(s) {
		out = append(out, span{last, len(s), false})
	}
	return out
}

// regexPattern matches a regular expression.
type regexPattern struct{ *regexp.Regexp }

func (p regexPattern) matches(s string) []span {
	var out []span
	last := 0
	for _, m := range p.FindAllStringIndex(s, -1) {
		if last < m[0] {
			out = append(out, span{last, m[0], false})
		}
		out = append(out, span{m[0], m[1], true})
		last = m[1]
	}
	if last < len(s) {
		out = append(out, span{last, len(s), false})
	}
	return out
}

// inverted swaps matches and the parts between them.
type inverted struct{ pattern }

func (p inverted) matches(s string) []span {
	spans := p.pattern.matches(s)
	for i := range spans {
		spans[i].match = !spans[i].match
	}
	return spans
}

// parsePattern reads {"String": "..."} or {"Regex": "..."}.
func parsePattern(raw json.RawMessage, component, kind string) (pattern, error) {
	var p struct{ String, Regex *string }
	if err := decode(raw, component+".pattern", &p); err != nil {
		return nil, err
	}
	switch {
	case p.String != nil:
		return stringPattern(*p.String), nil
	case p.Regex != nil:
		if *p.Regex == gpt2Expression {
			return gpt2Pattern{}, nil
		}
		if strings.Contains(*p.Regex, spaceAhead) {
			ahead, err := parseSpaceAhead(*p.Regex)
			if err != nil {
				return nil, &UnsupportedError{Component: component, Type: kind, Reason: "pattern " + *p.Regex + ": " + err.Error()}
			}
			return ahead, nil
		}
		expr, err := translate(*p.Regex)
		if err == nil {
			var re *regexp.Regexp
			if re, err = regexp.Compile(expr); err == nil {
				return regexPattern{re}, nil
			}
		}
		return nil, &UnsupportedError{Component: component, Type: kind, Reason: "pattern " + *p.Regex + ": " + err.Error()}
	}
	return nil, &FormatError{Path: component + ".pattern", Got: string(raw), Want: `{"String": …} or {"Regex": …}`}
}

// Classes that are Unicode in the reference and ASCII in package regexp.
var unicodeClasses = map[byte]string{
	's': `\t\n\v\f\r\x{85}\p{Z}`,
	'w': `\p{L}\p{M}\p{Nl}\p{Nd}\p{Pc}\x{24B6}-\x{24E9}`,
	'd': `\p{Nd}`,
}

// translate rewrites an Oniguruma regular expression in the syntax of package
// regexp, which refuses to compile unsupported features such as lookahead.
func translate(expr string) (string, error) {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(expr); i++ {
		c := expr[i]
		switch {
		case c == '\\' && i+1 < len(expr):
			i++
			c = expr[i]
			if class, ok := unicodeClasses[c|0x20]; ok {
				negated := c&0x20 == 0
				switch {
				case inClass && negated:
					return "", &UnsupportedError{Component: "pattern", Type: expr, Reason: `a negated class such as \S inside brackets`}
				case inClass:
					b.WriteString(class)
				case negated:
					b.WriteString("[^" + class + "]")
				default:
					b.WriteString("[" + class + "]")
				}
				continue
			}
			b.WriteByte('\\')
			b.WriteByte(c)
			continue
		case c == '[' && !inClass:
			inClass = true
			b.WriteByte(c)
			if i+1 < len(expr) && expr[i+1] == '^' {
				i++
				b.WriteByte('^')
			}
			if i+1 < len(expr) && expr[i+1] == ']' {
				i++
				b.WriteByte(']')
			}
			continue
		case c == ']' && inClass:
			inClass = false
		}
		b.WriteByte(c)
	}
	return b.String(), nil
}
