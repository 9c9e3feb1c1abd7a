package tokenize

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// What a small file says must not take memory out of proportion to it.
func TestHostileFilesTakeLittleMemory(t *testing.T) {
	const limit, size = 64 << 20, 256 << 10
	fill := func(open, unit, end string) string {
		return open + strings.Repeat(unit, (size-len(open)-len(end))/len(unit)) + end
	}
	for name, f := range map[string]struct{ file, data string }{
		"huge id":                {"tokenizer.json", `{"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":2147483647}}}`},
		"huge added id":          {"tokenizer.json", `{"added_tokens":[{"id":4294967295,"content":"x"}],"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0}}}`},
		"huge added id, int32":   {"tokenizer.json", `{"added_tokens":[{"id":2147483647,"content":"x"}],"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0}}}`},
		"doubling":               {"tokenizer.json", doubling(40)},
		"long token, long words": {"tokenizer.json", `{"model":{"type":"WordPiece","max_input_chars_per_word":100000,"vocab":{"[UNK]":0,"##a":1,"` + strings.Repeat("a", 20000) + `b":2}}}`},
		"nested, closed":         {"tokenizer.json", `{"model":{"type":"WordLevel","vocab":{"<unk>":0}},"normalizer":` + strings.Repeat(`{"type":"Sequence","normalizers":[`, 5000) + strings.Repeat(`]}`, 5000) + `}`},
		"huge length":            {"tokenizer.json", `{"truncation":{"max_length":9007199254740991,"stride":9007199254740990},"model":{"type":"WordPiece","unk_token":"a","max_input_chars_per_word":9007199254740991,"vocab":{"a":0}}}`},
		"huge id of BPE":         {"tokenizer.json", `{"model":{"type":"BPE","vocab":{"a":2147483647},"merges":[]}}`},
		"huge unknown id":        {"tokenizer.json", `{"model":{"type":"Unigram","unk_id":2147483647,"vocab":[["a",0]]}}`},
		"charsmap of a size":     {"tokenizer.json", `{"normalizer":{"type":"Precompiled","precompiled_charsmap":"/P///w=="},"model":{"type":"Unigram","unk_id":0,"vocab":[["a",0]]}}`},
		"nested sequences":       {"tokenizer.json", fill(`{"normalizer":`, `{"type":"Sequence","normalizers":[`, ``)},
		"many normalizers":       {"tokenizer.json", fill(`{"normalizer":{"type":"Sequence","normalizers":[`, `{"type":"NFC"},`, `{"type":"NFC"}]},"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0}}}`)},
		"one token, many times":  {"tokenizer.json", fill(`{"model":{"type":"WordPiece","unk_token":"a","vocab":{`, `"a":0,`, `"a":0}}}`)},
		"many added tokens":      {"tokenizer.json", fill(`{"added_tokens":[`, `{"id":1,"content":"x"},`, `{"id":1,"content":"x"}],"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0}}}`)},
		"a long token":           {"tokenizer.json", fill(`{"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0,"`, `b`, `":1}}}`)},
		"empty pieces":           {"tokenizer.json", fill(`{"model":{"type":"Unigram","unk_id":0,"vocab":[`, `["",0],`, `["",0]]}}`)},
		"empty lines":            {"vocab.txt", fill("", "\n", "")},
		"too many lines":         {"vocab.txt", strings.Repeat("\n", 16<<20)},
		"one line":               {"vocab.txt", fill("", "a", "")},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			got := testdir.Allocated(func() {
				var tok *Tokenizer
				if tok, err = Load(fstest.MapFS{f.file: {Data: []byte(f.data)}}); err == nil {
					_, err = tok.Encode("a b a c")
				}
			})
			if got > limit {
				t.Errorf("%d KiB allocated for a file of %d bytes, want at most %d", got>>10, len(f.data), limit>>10)
			} else {
				t.Logf("%d KiB allocated: %.100v", got>>10, err)
			}
		})
	}
}
