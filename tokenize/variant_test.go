package tokenize

import (
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"
)

// variantFS holds a small BERT tokenizer.json with changed fields.
func variantFS(t *testing.T, fields map[string]any) fstest.MapFS {
	t.Helper()
	vocab := map[string]int{"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "[unused0]": 3, "red": 4, "blue": 5, "[": 6, "]": 7, "un": 8, "##used": 9, "##0": 10}
	file := map[string]any{
		"version": "1.0", "added_tokens": []any{map[string]any{"id": 1, "content": "[CLS]", "special": true}, map[string]any{"id": 2, "content": "[SEP]", "special": true}},
		"normalizer": map[string]any{"type": "BertNormalizer", "lowercase": true}, "pre_tokenizer": map[string]any{"type": "BertPreTokenizer"},
		"post_processor": map[string]any{"type": "BertProcessing", "sep": []any{"[SEP]", 2}, "cls": []any{"[CLS]", 1}},
		"model":          map[string]any{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab},
	}
	for k, v := range fields {
		file[k] = v
	}
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"tokenizer.json": {Data: data}, "tokenizer_config.json": {Data: []byte(`{"do_lower_case":false,"model_max_length":3}`)}}
}

func TestVariants(t *testing.T) {
	t.Parallel()
	base, err := LoadJSON(variantFS(t, nil), "tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	if id, ok := base.UnknownID(); id != 0 || !ok || base.ModelMaxLength() != 0 {
		t.Errorf("unknown %d, length %d", id, base.ModelMaxLength())
	}
	text := "Red green blue [unused0] red"
	for _, c := range []struct {
		name string
		tok  *Tokenizer
		most int
		want []int32
	}{
		{"whole", base, 0, []int32{1, 4, 0, 5, 6, 8, 9, 10, 7, 4, 2}},
		{"no special tokens", base.WithoutSpecialTokens(), 0, []int32{4, 0, 5, 6, 8, 9, 10, 7, 4}},
		{"no special tokens, truncated", base.WithoutSpecialTokens(), 3, []int32{4, 0, 5}},
		{"no unknown ones", base.WithoutSpecialTokens().WithoutUnknown(), 0, []int32{4, 5, 6, 8, 9, 10, 7, 4}},
		{"left out after truncation", base.WithoutSpecialTokens().WithoutUnknown(), 3, []int32{4, 5}},
		{"a token of the vocabulary", base.WithSpecialToken("[unused0]"), 0, []int32{1, 4, 0, 5, 3, 4, 2}},
		{"none of the vocabulary", base.WithSpecialToken("[unused1]"), 0, []int32{1, 4, 0, 5, 6, 8, 9, 10, 7, 4, 2}},
	} {
		ids, cut := c.tok.AppendIDs(nil, text, c.most)
		e, err := c.tok.EncodeWith(text, EncodeOptions{MaxLength: c.most})
		if err != nil || !slices.Equal(ids, c.want) || !slices.Equal(e.IDs, c.want) || cut != (c.most > 0) || e.Truncated != cut {
			t.Errorf("%s: %v (%v) and %v (%v), want %v; %v", c.name, ids, cut, e.IDs, e.Truncated, c.want, err)
		}
		if len(e.Offsets) != len(e.IDs) || len(e.Tokens()) != len(e.IDs) || len(e.WordIDs) != len(e.IDs) {
			t.Errorf("%s: %d offsets, %d tokens of %d ids", c.name, len(e.Offsets), len(e.Tokens()), len(e.IDs))
		}
	}
}

// The file's truncation counts, and the files beside it do not.
func TestLoadJSONTruncation(t *testing.T) {
	t.Parallel()
	tok, err := LoadJSON(variantFS(t, map[string]any{"truncation": map[string]any{"direction": "Left", "max_length": 4, "strategy": "LongestFirst", "stride": 0}}), "tokenizer.json")
	if err != nil || tok.ModelMaxLength() != 4 {
		t.Fatalf("%d, %v", tok.ModelMaxLength(), err)
	}
	if ids, cut := tok.AppendIDs(nil, "Red red blue blue", 4); !cut || !slices.Equal(ids, []int32{1, 5, 5, 2}) {
		t.Errorf("%v, %v", ids, cut)
	}
	if ids, _ := tok.WithRightTruncation().AppendIDs(nil, "Red red blue blue", 4); !slices.Equal(ids, []int32{1, 4, 4, 2}) {
		t.Errorf("at the end: %v", ids)
	}
	for _, bad := range []map[string]any{{"max_length": 0}, {"max_length": 1 << 40}, {"max_length": 4, "direction": "Up"}, {"max_length": "4"}} {
		var wrong *FormatError
		if _, err := LoadJSON(variantFS(t, map[string]any{"truncation": bad}), "tokenizer.json"); !errors.As(err, &wrong) || wrong.File != "tokenizer.json" {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if _, err := LoadJSON(fstest.MapFS{}, "tokenizer.json"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
