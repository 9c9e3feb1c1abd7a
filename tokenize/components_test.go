package tokenize

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// componentsLine is a line of components.jsonl.gz: a combination of components
// and what the reference gives for it. See testdata/README.md.
type componentsLine struct {
	Tokenizer json.RawMessage `json:"tokenizer"`
	Cases     []struct {
		Text    string    `json:"text"`
		IDs     []int32   `json:"ids"`
		Tokens  []string  `json:"tokens"`
		Offsets []*[2]int `json:"offsets"`
		Words   []*int    `json:"words"`
		PairIDs []int32   `json:"pair_ids"`
		Types   []int32   `json:"pair_types"`
		Decoded *string   `json:"decoded"`
	} `json:"cases"`
}

// Every combination of components gives what the reference gives. A larger run:
// make a file with testdata/components.py and name it in $COHORT_COMPONENTS.
func TestComponents(t *testing.T) {
	t.Parallel()
	path := "testdata/components.jsonl.gz"
	if s := os.Getenv("COHORT_COMPONENTS"); s != "" {
		path = s
	}
	failed, cases := 0, 0
	for n, line := range readLines[componentsLine](t, path) {
		tok, err := ParseJSON(line.Tokenizer)
		if err != nil {
			t.Errorf("line %d: %v", n, err)
			continue
		}
		var spec map[string]json.RawMessage
		if err := json.Unmarshal(line.Tokenizer, &spec); err != nil {
			t.Fatal(err)
		}
		var model map[string]any
		if err := json.Unmarshal(spec["model"], &model); err != nil {
			t.Fatal(err)
		}
		delete(model, "vocab")
		delete(model, "merges")
		for _, c := range line.Cases {
			ok := true
			cases++
			check := func(what string, equal bool, got, want any) {
				if ok && !equal {
					ok = false
					t.Errorf("line %d: %q: %s\n got %q\nwant %q\nnormalizer %s\npre_tokenizer %s\npost_processor %s\ndecoder %s\nadded %s\nmodel %v", n, c.Text, what, got, want,
						spec["normalizer"], spec["pre_tokenizer"], spec["post_processor"], spec["decoder"], spec["added_tokens"], model)
				}
			}
			enc, err := tok.Encode(c.Text)
			if err != nil {
				t.Fatal(err)
			}
			check("ids", slices.Equal(enc.IDs, c.IDs), enc.IDs, c.IDs)
			check("tokens", slices.Equal(enc.Tokens(), c.Tokens), enc.Tokens(), c.Tokens)
			var words []int
			for _, w := range c.Words {
				words = append(words, orElse(w, -1))
			}
			check("words", slices.Equal(enc.WordIDs, words), enc.WordIDs, words)
			if ok {
				for i, o := range c.Offsets {
					check("offsets", o == nil || *o == enc.Offsets[i], enc.Offsets, c.Offsets)
				}
			}
			pair, err := tok.EncodePair(c.Text, "second Text", EncodeOptions{})
			if err != nil {
				t.Fatal(err)
			}
			check("pair", slices.Equal(pair.IDs, c.PairIDs), pair.IDs, c.PairIDs)
			check("pair types", slices.Equal(pair.TypeIDs, c.Types), pair.TypeIDs, c.Types)
			if c.Decoded != nil {
				decoded := tok.Decode(enc.IDs)
				check("decoded", decoded == *c.Decoded, decoded, *c.Decoded)
			}
			ids, _ := tok.AppendIDs(nil, c.Text, 0)
			check("AppendIDs", slices.Equal(ids, c.IDs), ids, c.IDs)
			if !ok {
				if failed++; failed > 8 {
					t.Fatal("too many failures")
				}
				break // of this combination
			}
		}
	}
	if cases < 1000 {
		t.Fatalf("only %d cases", cases)
	}
}
