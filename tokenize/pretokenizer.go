package tokenize

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/tokenize/internal/ucd"
)

// preTokenizer splits a normalised text into the parts that the model is
// applied to. It may change them, as byte-level ones do.
type preTokenizer interface {
	split(dst []aligned, a aligned) []aligned
}

// splitter splits at a pattern.
type splitter struct {
	pattern  pattern
	behavior behavior
}

func (p splitter) split(dst []aligned, a aligned) []aligned {
	return a.split(dst, p.pattern, p.behavior)
}

// preTokenizers are applied one after another, each to every part that the one
// before produced.
type preTokenizers []preTokenizer

func (p preTokenizers) split(dst []aligned, a aligned) []aligned {
	parts, most := []aligned{a}, growth(len(a.text))
	for _, x := range p {
		var next []aligned
		for _, part := range parts {
			next = x.split(next, part)
		}
		total := 0
		for _, part := range next {
			total += len(part.text)
		}
		if total > most {
			break
		}
		parts = next
	}
	return append(dst, parts...)
}

func class(c ucd.Class) runePattern {
	return func(r rune) bool { return ucd.Is(r, c) }
}

// whitespace is Python's \w+|[^\w\s]+: words, and runs of other characters.
type whitespace struct{}

func (whitespace) split(dst []aligned, a aligned) []aligned {
	from, last := 0, ucd.Class(0)
	for i, r := range a.text {
		c := ucd.Of(r) & (ucd.Word | ucd.WordSpace)
		if i > 0 && c != last {
			if last != ucd.WordSpace {
				dst = append(dst, a.slice(from, i))
			}
			from = i
		}
		last = c
	}
	if from < len(a.text) && last != ucd.WordSpace {
		dst = append(dst, a.slice(from, len(a.text)))
	}
	return dst
}

// parsePreTokenizer reads the pre_tokenizer of tokenizer.json; nil if there is
// none.
func parsePreTokenizer(raw json.RawMessage, depth int) (preTokenizer, error) {
	const path = "pre_tokenizer"
	kind, err := kindOf(raw, path)
	if err != nil || isNull(raw) {
		return nil, err
	}
	switch kind {
	case "Sequence":
		return parsePreTokenizers(raw, path, depth)
	case "BertPreTokenizer":
		return bertSplitter{}, nil
	case "Whitespace":
		return whitespace{}, nil
	case "WhitespaceSplit":
		return splitter{class(ucd.White), removed}, nil
	case "Punctuation":
		p := struct{ Behavior behavior }{isolated}
		if err := decode(raw, path, &p); err != nil {
			return nil, err
		}
		return splitter{class(ucd.Punct), p.Behavior}, nil
	case "Digits":
		var p struct {
			Individual bool `json:"individual_digits"`
		}
		if err := decode(raw, path, &p); err != nil {
			return nil, err
		}
		if p.Individual {
			return splitter{class(ucd.Numeric), isolated}, nil
		}
		return splitter{class(ucd.Numeric), contiguous}, nil
	case "CharDelimiterSplit":
		return parseDelimiterSplit(raw, path)
	case "Split":
		return parseSplit(raw, path)
	case "ByteLevel":
		return parseByteLevel(raw, path)
	case "Metaspace":
		return parseMetaspace(raw, path)
	}
	return nil, &UnsupportedError{Component: path, Type: kind}
}

func parsePreTokenizers(raw json.RawMessage, path string, depth int) (preTokenizer, error) {
	var p struct {
		Pretokenizers []json.RawMessage `json:"pretokenizers"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	all, err := parseSequence(p.Pretokenizers, path, depth, parsePreTokenizer, func(x preTokenizer) ([]preTokenizer, bool) {
		inner, ok := x.(preTokenizers)
		return inner, ok
	})
	if err != nil {
		return nil, err
	}
	return preTokenizers(all), nil
}

func parseDelimiterSplit(raw json.RawMessage, path string) (preTokenizer, error) {
	var p struct{ Delimiter string }
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(p.Delimiter) != 1 {
		return nil, &FormatError{Path: path + ".delimiter", Got: p.Delimiter, Want: "one character"}
	}
	return splitter{stringPattern(p.Delimiter), removed}, nil
}

func parseSplit(raw json.RawMessage, path string) (preTokenizer, error) {
	var p struct {
		Pattern  json.RawMessage
		Behavior behavior
		Invert   bool
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	pat, err := parsePattern(p.Pattern, path, "Split")
	if err != nil {
		return nil, err
	}
	if p.Invert {
		pat = inverted{pat}
	}
	return splitter{pat, p.Behavior}, nil
}

func parseByteLevel(raw json.RawMessage, path string) (preTokenizer, error) {
	var p struct {
		AddPrefixSpace *bool `json:"add_prefix_space"`
		UseRegex       *bool `json:"use_regex"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	return byteLevel{prefixSpace: orElse(p.AddPrefixSpace, true), useRegex: orElse(p.UseRegex, true)}, nil
}

// bertSplitter splits at white space and separates punctuation.
type bertSplitter struct{}

func (bertSplitter) split(dst []aligned, a aligned) []aligned {
	from := 0
	for i, r := range a.text {
		c := ucd.Of(r)
		if c&(ucd.White|ucd.Punct) == 0 {
			continue
		}
		if from < i {
			dst = append(dst, a.slice(from, i))
		}
		from = i + utf8.RuneLen(r)
		if c&ucd.White == 0 {
			dst = append(dst, a.slice(i, from))
		}
	}
	if from < len(a.text) {
		dst = append(dst, a.slice(from, len(a.text)))
	}
	return dst
}
