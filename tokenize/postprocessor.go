package tokenize

import (
	"encoding/json"
	"fmt"
)

// parsePostProcessor reads the post_processor of tokenizer.json.
func parsePostProcessor(raw json.RawMessage) (*template, error) {
	const path = "post_processor"
	kind, err := kindOf(raw, path)
	if err != nil {
		return nil, err
	}
	switch {
	case isNull(raw):
		return noTemplate(), nil
	case kind == "TemplateProcessing":
		return parseTemplate(raw, path)
	case kind == "BertProcessing":
		var p struct {
			Sep, Cls namedID
		}
		if err := decode(raw, path, &p); err != nil {
			return nil, err
		}
		return bertTemplate(p.Cls, p.Sep), nil
	case kind == "RobertaProcessing":
		var p struct {
			Sep, Cls       namedID
			TrimOffsets    *bool `json:"trim_offsets"`
			AddPrefixSpace *bool `json:"add_prefix_space"`
		}
		if err := decode(raw, path, &p); err != nil {
			return nil, err
		}
		t := robertaTemplate(p.Cls, p.Sep)
		t.trim = p.TrimOffsets == nil || *p.TrimOffsets
		t.addPrefixSpace = p.AddPrefixSpace == nil || *p.AddPrefixSpace
		return t, nil
	case kind == "ByteLevel":
		var p struct {
			TrimOffsets    *bool `json:"trim_offsets"`
			AddPrefixSpace *bool `json:"add_prefix_space"`
		}
		if err := decode(raw, path, &p); err != nil {
			return nil, err
		}
		t := noTemplate()
		t.trim = p.TrimOffsets == nil || *p.TrimOffsets
		t.addPrefixSpace = p.AddPrefixSpace == nil || *p.AddPrefixSpace
		return t, nil
	case kind == "Sequence":
		return parseProcessors(raw, path)
	}
	return nil, &UnsupportedError{Component: path, Type: kind}
}

// parseProcessors reads a sequence of post-processors: byte-level ones, which
// trim offsets, and at most one that adds tokens.
func parseProcessors(raw json.RawMessage, path string) (*template, error) {
	var p struct {
		Processors []json.RawMessage `json:"processors"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	out, adds := noTemplate(), false
	for _, raw := range p.Processors {
		kind, err := kindOf(raw, path)
		if err != nil {
			return nil, err
		}
		if kind == "Sequence" {
			return nil, &UnsupportedError{Component: path, Type: kind, Reason: "a sequence inside a sequence"}
		}
		t, err := parsePostProcessor(raw)
		if err != nil {
			return nil, err
		}
		if kind != "ByteLevel" {
			if adds {
				return nil, &UnsupportedError{Component: path, Type: kind, Reason: "a second post-processor that adds tokens"}
			}
			adds = true
			out.single, out.pair, out.plain = t.single, t.pair, t.plain
		}
		if t.trim {
			out.trim, out.addPrefixSpace = true, t.addPrefixSpace
		}
	}
	return out, nil
}

// namedID is a token as written in post-processors: ["[SEP]", 102].
type namedID struct {
	token string
	id    int32
}

func (n *namedID) UnmarshalJSON(data []byte) error {
	var parts [2]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	if err := json.Unmarshal(parts[0], &n.token); err != nil {
		return err
	}
	return json.Unmarshal(parts[1], &n.id)
}

func (n namedID) piece(typeID int32) templatePiece {
	return templatePiece{sequence: -1, ids: []int32{n.id}, tokens: []string{n.token}, typeID: typeID}
}

// bertTemplate is [CLS] A [SEP] and [CLS] A [SEP] B [SEP].
func bertTemplate(cls, sep namedID) *template {
	return &template{
		single: []templatePiece{cls.piece(0), {sequence: 0}, sep.piece(0)},
		pair:   []templatePiece{cls.piece(0), {sequence: 0}, sep.piece(0), {sequence: 1, typeID: 1}, sep.piece(1)},
		plain:  &[2]int32{0, 1},
	}
}

// robertaTemplate is <s> A </s> and <s> A </s> </s> B </s>, all of type 0.
func robertaTemplate(cls, sep namedID) *template {
	return &template{
		single: []templatePiece{cls.piece(0), {sequence: 0}, sep.piece(0)},
		pair:   []templatePiece{cls.piece(0), {sequence: 0}, sep.piece(0), sep.piece(0), {sequence: 1}, sep.piece(0)},
		plain:  &[2]int32{0, 0},
	}
}

func parseTemplate(raw json.RawMessage, path string) (*template, error) {
	type piece struct {
		Sequence *struct {
			ID     string `json:"id"`
			TypeID int32  `json:"type_id"`
		}
		SpecialToken *struct {
			ID     string `json:"id"`
			TypeID int32  `json:"type_id"`
		}
	}
	var p struct {
		Single, Pair  []piece
		SpecialTokens map[string]struct {
			IDs    []int32  `json:"ids"`
			Tokens []string `json:"tokens"`
		} `json:"special_tokens"`
	}
	if err := decode(raw, path, &p); err != nil {
		return nil, err
	}
	convert := func(name string, in []piece, sequences int) ([]templatePiece, error) {
		path := path + "." + name
		var out []templatePiece
		var has [2]bool
		for _, x := range in {
			switch {
			case x.Sequence != nil && (x.Sequence.ID == "A" || x.Sequence.ID == "B"):
				i := int(x.Sequence.ID[0] - 'A')
				if i >= sequences || has[i] {
					return nil, &FormatError{Path: path, Got: fmt.Sprintf("sequence %s again or out of place", x.Sequence.ID), Want: "each sequence once"}
				}
				has[i] = true
				out = append(out, templatePiece{sequence: i, typeID: x.Sequence.TypeID})
			case x.SpecialToken != nil:
				s, ok := p.SpecialTokens[x.SpecialToken.ID]
				if !ok || len(s.IDs) == 0 || len(s.IDs) != len(s.Tokens) {
					return nil, &FormatError{Path: path, Got: fmt.Sprintf("special token %q", x.SpecialToken.ID), Want: "its ids and tokens in special_tokens"}
				}
				out = append(out, templatePiece{sequence: -1, ids: s.IDs, tokens: s.Tokens, typeID: x.SpecialToken.TypeID})
			default:
				return nil, &FormatError{Path: path, Got: "a piece of another kind", Want: "sequence A, sequence B or a special token"}
			}
		}
		for i := range sequences {
			if !has[i] {
				return nil, &FormatError{Path: path, Got: fmt.Sprintf("%d pieces", len(in)), Want: fmt.Sprintf("sequence %c among them", 'A'+i)}
			}
		}
		return out, nil
	}
	var t template
	var err error
	if t.single, err = convert("single", p.Single, 1); err != nil {
		return nil, err
	}
	if t.pair, err = convert("pair", p.Pair, 2); err != nil {
		return nil, err
	}
	return &t, nil
}
