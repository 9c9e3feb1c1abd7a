package tokenize

import (
	"strings"
	"testing"
)

// qwen is the expression of Qwen's tokenizers; others differ in the digits.
const qwen = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

// Splits that tokenizers' own engine gives.
func TestSpaceAhead(t *testing.T) {
	p, err := parseSpaceAhead(qwen)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"":                         "",
		"a":                        "a",
		"a b":                      "a| b",
		"a  b":                     "a| | b",
		"a   b":                    "a|  | b",
		"a 1":                      "a| |1",
		"a  1":                     "a| | |1",
		"a   ":                     "a|   ",
		"  ":                       "  ",
		" \n b":                    " \n| b",
		"\t\tx":                    "\t|\tx",
		"I'm  DON'T!!\n\nok 12":    "I|'m| | DON|'T|!!\n\n|ok| |1|2",
		"你好  世界":                   "你好| | 世界",
		"a\u00a0\u00a0b":           "a|\u00a0|\u00a0b",
		"x  \U0001f600 \xff\xff y": "x| | \U0001f600| \xff\xff| y",
	} {
		var parts []string
		for _, s := range p.matches(text) {
			parts = append(parts, text[s.from:s.to])
		}
		if got := strings.Join(parts, "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for _, expr := range []string{`a(\s+(?!\S)|b)`, `x\s+(?!\S)|\s+`, `a|\s+(?!\S)|b`, `\bx|\s+(?!\S)|\s+`, `x(?=y)|\s+(?!\S)|\s+`} {
		if _, err := parseSpaceAhead(expr); err == nil {
			t.Errorf("%s was accepted", expr)
		}
	}
}

// What is matched is the text, without gaps, whatever it is.
func FuzzSpaceAhead(f *testing.F) {
	f.Add("a  b\r\n 'll 12 \xff")
	p, err := parseSpaceAhead(qwen)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, s := range p.matches(text) {
			if s.from != at || s.to <= s.from {
				t.Fatalf("%q: span %v after %d", text, s, at)
			}
			at = s.to
		}
		if at != len(text) {
			t.Fatalf("%q: %d of %d bytes", text, at, len(text))
		}
	})
}
