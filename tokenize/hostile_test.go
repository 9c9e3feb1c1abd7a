package tokenize

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// No file, small or as large as is read at all, may take memory by what it says.
// Not parallel: it measures the memory of the whole process.
func TestHostileFilesTakeLittleMemory(t *testing.T) {
	const limit, size = 64 << 20, maxFileSize - 1<<10
	fillTo := func(size int, open, unit, end string) string {
		return open + strings.Repeat(unit, (size-len(open)-len(end))/len(unit)) + end
	}
	fill := func(open, unit, end string) string { return fillTo(size, open, unit, end) }
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
		"many objects":           {"tokenizer.json", fill(`{"x":[`, `{},`, `{}]}`)},
		"lists in lists":         {"tokenizer.json", fill(`{"model":{"type":"BPE","merges":[`, `["a","a"],`, `["a","a"]],"vocab":{"a":0}}}`)},
		"strings":                {"tokenizer.json", fill(`{"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0,"`+strings.Repeat("b", 1<<20)+`":1,"`, strings.Repeat("c", 1<<20)+`":1,"`, `d":2}}}`)},
		"white space":            {"tokenizer.json", fill(`{"model":`, ` `, `{"type":"WordPiece","unk_token":"a","vocab":{"a":0}}}`)},
		"a config of lists":      {"tokenizer_config.json", fill(`{"x":[`, `[],`, `[]]}`)},
		"merges":                 {"vocab.json", fill(`{`, `"a":1,`, `"a":1}`)},
		"nested sequences":       {"tokenizer.json", fill(`{"normalizer":`, `{"type":"Sequence","normalizers":[`, ``)},
		"many normalizers":       {"tokenizer.json", fill(`{"normalizer":{"type":"Sequence","normalizers":[`, `{"type":"NFC"},`, `{"type":"NFC"}]},"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0}}}`)},
		"one token, many times":  {"tokenizer.json", fill(`{"model":{"type":"WordPiece","unk_token":"a","vocab":{`, `"a":0,`, `"a":0}}}`)},
		"many added tokens":      {"tokenizer.json", fill(`{"added_tokens":[`, `{"id":1,"content":"x"},`, `{"id":1,"content":"x"}],"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0}}}`)},
		"a long token":           {"tokenizer.json", fill(`{"model":{"type":"WordPiece","unk_token":"a","vocab":{"a":0,"`, `b`, `":1}}}`)},
		"empty pieces":           {"tokenizer.json", fill(`{"model":{"type":"Unigram","unk_id":0,"vocab":[`, `["",0],`, `["",0]]}}`)},
		"empty lines":            {"vocab.txt", fillTo(maxLinesSize, "", "\n", "")},
		"too large":              {"vocab.txt", strings.Repeat("\n", maxLinesSize+1)},
		"one line":               {"vocab.txt", fillTo(maxLinesSize, "", "a", "")},
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

// A file that is a whole vocabulary of the largest size allowed is not hostile;
// what it takes is what such a model needs.
func TestLargestVocabulary(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds a vocabulary of half a million tokens")
	}
	var b strings.Builder
	b.WriteString(`{"model":{"type":"WordPiece","unk_token":"0","vocab":{"0":0`)
	for i := 1; i < maxMembers; i++ {
		fmt.Fprintf(&b, `,"%x":%d`, uint64(i)*0x9E3779B97F4A7C15>>20, i)
	}
	b.WriteString(`}}}`)
	data := []byte(b.String())
	var tok *Tokenizer
	got := testdir.Allocated(func() {
		var err error
		if tok, err = ParseJSON(data); err != nil {
			t.Fatal(err)
		}
	})
	if tok.VocabSize() != maxMembers {
		t.Errorf("%d tokens, want %d", tok.VocabSize(), maxMembers)
	}
	t.Logf("%d MB allocated altogether for %d tokens in a file of %d MB", got>>20, tok.VocabSize(), len(data)>>20)
}
