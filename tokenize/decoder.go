package tokenize

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// decoder turns tokens back into text. It may join tokens; its results are
// concatenated in the end.
type decoder interface {
	decode(tokens []string) []string
}

// decoderFunc is a decoder that takes all tokens.
type decoderFunc func(tokens []string) []string

func (f decoderFunc) decode(tokens []string) []string { return f(tokens) }

// each is a decoder that takes one token at a time.
type each func(i int, token string) string

func (f each) decode(tokens []string) []string {
	out := make([]string, len(tokens))
	for i, s := range tokens {
		out[i] = f(i, s)
	}
	return out
}

// decoders are applied one after another.
type decoders []decoder

func (d decoders) decode(tokens []string) []string {
	for _, x := range d {
		tokens = x.decode(tokens)
	}
	return tokens
}

// parseDecoder reads the decoder of tokenizer.json; nil if there is none.
func parseDecoder(raw json.RawMessage, depth int) (decoder, error) {
	const path = "decoder"
	kind, err := kindOf(raw, path)
	if err != nil || isNull(raw) {
		return nil, err
	}
	switch kind {
	case "Sequence":
		return parseDecoders(raw, path, depth)
	case "WordPiece":
		return parseWordPieceDecoder(raw, path)
	case "BPEDecoder":
		return parseBPEDecoder(raw, path)
	case "ByteLevel":
		return decoderFunc(byteLevelDecode), nil
	case "Metaspace":
		return parseMetaspaceDecoder(raw, path)
	case "ByteFallback":
		return decoderFunc(byteFallbackDecode), nil
	case "Fuse":
		return decoderFunc(func(tokens []string) []string { return []string{strings.Join(tokens, "")} }), nil
	case "Strip":
		return parseStripDecoder(raw, path)
	case "Replace":
		return parseReplaceDecoder(raw, path)
	}
	return nil, &UnsupportedError{Component: path, Type: kind}
}

func parseDecoders(raw json.RawMessage, path string, depth int) (decoder, error) {
	var p struct {
		Decoders []json.RawMessage `json:"decoders"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	all, err := parseSequence(p.Decoders, path, depth, parseDecoder, nil)
	if err != nil {
		return nil, err
	}
	return decoders(all), nil
}

func parseWordPieceDecoder(raw json.RawMessage, path string) (decoder, error) {
	var p struct {
		Prefix  *string `json:"prefix"`
		Cleanup *bool   `json:"cleanup"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	return wordPieceDecoder(orElse(p.Prefix, "##"), orElse(p.Cleanup, true)), nil
}

// parseBPEDecoder reads a decoder that replaces the suffix of words' last
// pieces by a space, and removes it at the end of the text.
func parseBPEDecoder(raw json.RawMessage, path string) (decoder, error) {
	var p struct {
		Suffix *string `json:"suffix"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	return bpeDecoder(orElse(p.Suffix, "</w>")), nil
}

func bpeDecoder(suffix string) decoder {
	return decoderFunc(func(tokens []string) []string {
		out := make([]string, len(tokens))
		for i, s := range tokens {
			space := " "
			if i == len(tokens)-1 {
				space = ""
			}
			out[i] = strings.ReplaceAll(s, suffix, space)
		}
		return out
	})
}

func parseMetaspaceDecoder(raw json.RawMessage, path string) (decoder, error) {
	m, err := parseMetaspace(raw, path)
	if err != nil {
		return nil, err
	}
	return each(func(i int, s string) string {
		if i == 0 && m.prepend != "never" {
			return strings.ReplaceAll(s, m.replacement, "")
		}
		return strings.ReplaceAll(s, m.replacement, " ")
	}), nil
}

// parseStripDecoder reads a decoder that removes a character from the beginning
// of every token up to start times and from the end up to stop times.
func parseStripDecoder(raw json.RawMessage, path string) (decoder, error) {
	var p struct {
		Content     string `json:"content"`
		Start, Stop int
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(p.Content) != 1 {
		return nil, &FormatError{Path: path + ".content", Got: strconv.Quote(p.Content), Want: "one character"}
	}
	return each(func(_ int, s string) string {
		for i := 0; i < p.Start && strings.HasPrefix(s, p.Content); i++ {
			s = s[len(p.Content):]
		}
		for i := 0; i < p.Stop && strings.HasSuffix(s, p.Content); i++ {
			s = s[:len(s)-len(p.Content)]
		}
		return s
	}), nil
}

func parseReplaceDecoder(raw json.RawMessage, path string) (decoder, error) {
	pat, content, err := parseReplace(raw, path)
	if err != nil {
		return nil, err
	}
	return each(func(_ int, s string) string {
		var b strings.Builder
		for _, m := range pat.matches(s) {
			if m.match {
				b.WriteString(content)
			} else {
				b.WriteString(s[m.from:m.to])
			}
		}
		return b.String()
	}), nil
}

// untokenized undoes the traces of splitting in English text. The rules are in
// the reference's order.
var untokenized = []string{
	" .", ".", " ?", "?", " !", "!", " ,", ",", " ' ", "'", " n't", "n't", " 'm", "'m",
	" do not", " don't", " 's", "'s", " 've", "'ve", " 're", "'re",
}

func wordPieceDecoder(prefix string, cleanup bool) decoder {
	return each(func(i int, s string) string {
		if i > 0 {
			if rest, ok := strings.CutPrefix(s, prefix); ok {
				s = rest
			} else {
				s = " " + s
			}
		}
		if cleanup {
			for i := 0; i < len(untokenized); i += 2 {
				s = strings.ReplaceAll(s, untokenized[i], untokenized[i+1])
			}
		}
		return s
	})
}

// byteLevelDecode turns characters back into the bytes they stand for; a token
// with a character that stands for no byte is kept as text.
func byteLevelDecode(tokens []string) []string {
	var out []byte
	for _, s := range tokens {
		start := len(out)
		for _, r := range s {
			b, ok := byteOf(r)
			if !ok {
				out = append(out[:start], s...)
				break
			}
			out = append(out, b)
		}
	}
	return []string{lossy(string(out))}
}

// lossy replaces invalid UTF-8, each maximal subpart by one U+FFFD.
func lossy(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return align(s, 0, len(s)).text
}

// byteFallbackDecode joins tokens such as <0xE4> into characters. In a run of
// them that is not UTF-8, each becomes U+FFFD.
func byteFallbackDecode(tokens []string) []string {
	var out []string
	var run []byte
	flush := func() {
		if len(run) == 0 {
			return
		}
		if utf8.Valid(run) {
			out = append(out, string(run))
		} else {
			for range run {
				out = append(out, "\uFFFD")
			}
		}
		run = run[:0]
	}
	for _, s := range tokens {
		if len(s) == 6 && strings.HasPrefix(s, "<0x") && s[5] == '>' {
			if b, err := strconv.ParseUint(s[3:5], 16, 8); err == nil {
				run = append(run, byte(b))
				continue
			}
		}
		flush()
		out = append(out, s)
	}
	flush()
	return out
}

// Decode returns the text of ids, without special tokens. Ids that are not in
// the vocabulary are skipped.
func (t *Tokenizer) Decode(ids []int32) string { return t.decode(ids, false) }

// DecodeSpecial is Decode including special tokens.
func (t *Tokenizer) DecodeSpecial(ids []int32) string { return t.decode(ids, true) }

func (t *Tokenizer) decode(ids []int32, special bool) string {
	tokens := make([]string, 0, len(ids))
	for _, id := range ids {
		s, ok := t.decoded[id]
		if !ok {
			s, ok = t.Token(id)
		}
		if ok && (special || !t.special[id]) {
			tokens = append(tokens, s)
		}
	}
	return t.DecodeTokens(tokens)
}

// DecodeTokens returns the text of tokens as they stand in the vocabulary. It
// is what Decode does with the tokens of ids; other strings may be among them.
func (t *Tokenizer) DecodeTokens(tokens []string) string {
	if t.decoder == nil {
		return strings.Join(tokens, " ")
	}
	return strings.Join(t.decoder.decode(tokens), "")
}
