package tokenize

import (
	"encoding/json"

	"github.com/seed-56ee9438/cohort/tokenize/internal/ucd"
)

// normalizer changes a text before it is split.
type normalizer interface {
	normalize(a aligned) aligned
}

// normalizerFunc is a normaliser without settings.
type normalizerFunc func(a aligned) aligned

func (f normalizerFunc) normalize(a aligned) aligned { return f(a) }

// normalizers are applied one after another.
type normalizers []normalizer

func (n normalizers) normalize(a aligned) aligned {
	most := growth(len(a.text))
	for _, x := range n {
		next := x.normalize(a)
		if len(next.text) > most {
			return a
		}
		a = next
	}
	return a
}

// growth bounds the length to which components may expand a text of n bytes. No
// real file comes near; a malicious one could double a text with each
// component.
func growth(n int) int { return 16*n + 1<<12 }

// maxNesting bounds the nesting of components.
const maxNesting = 16

// parseSequence reads the members of a Sequence with parse, leaving out null
// ones. inner, if not nil, reports whether a member is itself a list, whose
// members then replace it.
func parseSequence[T any](raws []json.RawMessage, path string, depth int, parse func(json.RawMessage, int) (T, error), inner func(T) ([]T, bool)) ([]T, error) {
	if depth > maxNesting {
		return nil, &UnsupportedError{Component: path, Type: "Sequence", Reason: "sequences nested too deep"}
	}
	var all []T
	for _, raw := range raws {
		x, err := parse(raw, depth+1)
		if err != nil {
			return nil, err
		}
		if inner != nil {
			if list, ok := inner(x); ok {
				all = append(all, list...)
				continue
			}
		}
		if any(x) != nil {
			all = append(all, x)
		}
	}
	return all, nil
}

// parseNormalizer reads the normalizer of tokenizer.json; nil if there is none.
func parseNormalizer(raw json.RawMessage, depth int) (normalizer, error) {
	const path = "normalizer"
	kind, err := kindOf(raw, path)
	if err != nil || isNull(raw) {
		return nil, err
	}
	switch kind {
	case "Sequence":
		return parseNormalizers(raw, path, depth)
	case "BertNormalizer":
		return parseBertNormalizer(raw, path)
	case "NFC":
		return normalForm{composed: true}, nil
	case "NFD":
		return normalForm{}, nil
	case "NFKC":
		return normalForm{compatible: true, composed: true}, nil
	case "NFKD":
		return normalForm{compatible: true}, nil
	case "Lowercase":
		return normalizerFunc(aligned.lower), nil
	case "StripAccents":
		return normalizerFunc(func(a aligned) aligned {
			return a.filter(func(r rune) bool { return !ucd.Is(r, ucd.Combining) })
		}), nil
	case "Nmt":
		return normalizerFunc(nmt), nil
	case "Strip":
		return parseStrip(raw, path)
	case "Replace":
		pat, content, err := parseReplace(raw, path)
		if err != nil {
			return nil, err
		}
		return normalizerFunc(func(a aligned) aligned { return a.replace(pat, content) }), nil
	case "Prepend":
		return parsePrepend(raw, path)
	case "ByteLevel":
		return normalizerFunc(byteLevelText), nil
	case "Precompiled":
		return parsePrecompiled(raw, path)
	}
	return nil, &UnsupportedError{Component: path, Type: kind}
}

func parseNormalizers(raw json.RawMessage, path string, depth int) (normalizer, error) {
	var p struct {
		Normalizers []json.RawMessage `json:"normalizers"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	all, err := parseSequence(p.Normalizers, path, depth, parseNormalizer, func(n normalizer) ([]normalizer, bool) {
		inner, ok := n.(normalizers) // a flat list, so that growth is bounded over the whole
		return inner, ok
	})
	if err != nil {
		return nil, err
	}
	return normalizers(all), nil
}

func parseStrip(raw json.RawMessage, path string) (normalizer, error) {
	var p struct {
		Left  bool `json:"strip_left"`
		Right bool `json:"strip_right"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	return normalizerFunc(func(a aligned) aligned { return a.strip(p.Left, p.Right) }), nil
}

// parseReplace reads a pattern and its replacement, which a normaliser and a
// decoder write in the same way.
func parseReplace(raw json.RawMessage, path string) (pattern, string, error) {
	var p struct {
		Pattern json.RawMessage `json:"pattern"`
		Content string          `json:"content"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, "", err
	}
	pat, err := parsePattern(p.Pattern, path, "Replace")
	return pat, p.Content, err
}

func parsePrepend(raw json.RawMessage, path string) (normalizer, error) {
	var p struct {
		Prepend string `json:"prepend"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	return normalizerFunc(func(a aligned) aligned { return a.prepend(p.Prepend) }), nil
}

func parsePrecompiled(raw json.RawMessage, path string) (normalizer, error) {
	var p struct {
		Charsmap []byte `json:"precompiled_charsmap"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	return parseCharsmap(p.Charsmap)
}

func parseBertNormalizer(raw json.RawMessage, path string) (bertNormalizer, error) {
	var p struct {
		Clean   *bool `json:"clean_text"`
		Chinese *bool `json:"handle_chinese_chars"`
		Strip   *bool `json:"strip_accents"`
		Lower   *bool `json:"lowercase"`
	}
	if err := decode(raw, path, &p); err != nil {
		return bertNormalizer{}, err
	}
	n := bertNormalizer{clean: orElse(p.Clean, true), chinese: orElse(p.Chinese, true), lower: orElse(p.Lower, true)}
	n.strip = orElse(p.Strip, n.lower)
	return n, nil
}

func orElse[T any](p *T, otherwise T) T {
	if p != nil {
		return *p
	}
	return otherwise
}

// nmt implements the cleaning of SentencePiece's "nmt" rules: control
// characters are removed, unusual spaces become spaces.
func nmt(a aligned) aligned {
	a = a.filter(func(r rune) bool {
		control := r >= 0x01 && r <= 0x08 || r == 0x0B || r >= 0x0E && r <= 0x1F || r == 0x7F || r == 0x8F || r == 0x9F
		return !control
	})
	return a.expand(func(r rune) string {
		switch {
		case r == 0x09, r == 0x0A, r == 0x0C, r == 0x0D, r == 0x1680, r >= 0x200B && r <= 0x200F,
			r == 0x2028, r == 0x2029, r == 0x2581, r == 0xFEFF, r == 0xFFFD:
			return " "
		}
		return ""
	})
}
