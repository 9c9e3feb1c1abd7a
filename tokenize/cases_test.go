package tokenize

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// smallVocab covers the well-known cases of BERT's own tests.
var smallVocab = []string{
	"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "want", "##want", "##ed", "wa", "un", "runn", "##ing", ",", "low", "lowest",
	"ah", "博", "推", "zz", "hallo", "hällo", "HäLLo", "a", "'", "ll", "!", "to", "?", "d", "of", "can", "t", ".", "running", "x",
}

func TestWellKnownCases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		opts Options
		want string
	}{
		{"UNwant\u00E9d,running", Options{}, "un ##want ##ed , runn ##ing"},
		{"ah\u535A\u63A8zz", Options{}, "ah 博 推 zz"},
		{"H\u00E4LLo", Options{StripAccents: No}, "hällo"},
		{"H\u00E4LLo", Options{}, "hallo"},
		{"H\u00E4LLo", Options{Cased: true}, "HäLLo"},
		{"a\n'll !!to?'d of, can't.", Options{}, "a ' ll ! ! to ? ' d of , can ' t ."},
		{"\u00AD", Options{}, ""},
		{"unwantedX running", Options{}, "[UNK] runn ##ing"},
		{"unwanted", Options{}, "un ##want ##ed"},
		{strings.Repeat("a", 101), Options{}, "[UNK]"},
		{"  \t\u3000 ", Options{}, ""},
		{"want [SEP] x", Options{}, "want [SEP] x"},
	} {
		vocab := slices.DeleteFunc(slices.Clone(smallVocab), func(s string) bool { return s == "running" })
		tok, err := FromVocab(vocab, c.opts)
		if err != nil {
			t.Fatal(err)
		}
		enc, err := tok.EncodeWith(c.text, EncodeOptions{NoSpecialTokens: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(enc.Tokens(), " "); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSpecialTokensAsText(t *testing.T) {
	t.Parallel()
	tok := loadEmbedded(t, "all-MiniLM-L6-v2")
	enc, err := tok.EncodeWith("a [SEP] b", EncodeOptions{SpecialTokensAsText: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(enc.Tokens(), " "), "[CLS] a [ sep ] b [SEP]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWithLowercase(t *testing.T) {
	t.Parallel()
	tok := loadEmbedded(t, "bge-small-zh-v1.5")
	for _, c := range []struct {
		tok  *Tokenizer
		want string
	}{{tok, "[CLS] [UNK] [SEP] 好 [SEP]"}, {tok.WithLowercase(), "[CLS] hello [SEP] 好 [SEP]"}} {
		enc, err := c.tok.Encode("HELLO [SEP] 好")
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(enc.Tokens(), " "); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	tok := loadEmbedded(t, "all-MiniLM-L6-v2")
	for _, n := range []int{1, -1} {
		if _, err := tok.EncodeWith("x", EncodeOptions{MaxLength: n}); !errors.Is(err, ErrMaxLength) {
			t.Errorf("maximum length %d: got %v, want ErrMaxLength", n, err)
		}
	}
	if ids, truncated := tok.AppendIDs(nil, "x", 1); !truncated || len(ids) != 2 {
		t.Errorf("AppendIDs with maximum length 1: %v, %v", ids, truncated)
	}
	if _, err := Load(fstest.MapFS{}); !errors.Is(err, ErrNoTokenizer) {
		t.Errorf("empty directory: got %v, want ErrNoTokenizer", err)
	}
	if _, err := Load(fstest.MapFS{"spiece.model": {Data: []byte("x")}}); !errors.Is(err, ErrNoTokenizer) || !strings.Contains(err.Error(), "spiece.model") {
		t.Errorf("SentencePiece directory: got %v", err)
	}
	for _, c := range []struct{ json, want string }{
		{`{"model":{"type":"WordLevel","vocab":{"<unk>":0}},"normalizer":{"type":"Foo"}}`, `unsupported normalizer "Foo"`},
		{`{"model":{"type":"WordLevel","vocab":{"<unk>":0}},"pre_tokenizer":{"type":"Foo"}}`, `unsupported pre_tokenizer "Foo"`},
		{`{"model":{"type":"WordLevel","vocab":{"<unk>":0}},"post_processor":{"type":"Foo"}}`, `unsupported post_processor "Foo"`},
		{`{"model":{"type":"WordLevel","vocab":{"<unk>":0}},"decoder":{"type":"Foo"}}`, `unsupported decoder "Foo"`},
		{`{"model":{"type":"Foo"}}`, `unsupported model "Foo"`},
		{`{"model":{"type":"BPE","vocab":{},"merges":[],"dropout":0.1}}`, `dropout`},
		{`{"model":{"type":"WordLevel","vocab":{"<unk>":0}},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"a(?=b)"},"behavior":"Isolated","invert":false}}`, `a(?=b)`},
	} {
		var unsupported *UnsupportedError
		if _, err := ParseJSON([]byte(c.json)); !errors.As(err, &unsupported) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an UnsupportedError with %q", c.json, err, c.want)
		}
	}
	for _, s := range []string{
		``, `{}`, `[]`, `{"model":null}`, `{"model":{"type":"WordPiece","vocab":{"a":0}}}`, `{"model":{"type":"WordPiece","vocab":{"[UNK]":-1}}}`,
		`{"model":{"type":"WordPiece","vocab":{"[UNK]":99999999999}}}`, `{"model":{"type":"Unigram","unk_id":7,"vocab":[["a",0]]}}`,
		`{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}`,
	} {
		var format *FormatError
		if _, err := ParseJSON([]byte(s)); !errors.As(err, &format) {
			t.Errorf("%s: got %v, want a FormatError", s, err)
		}
	}
}

// Directories without tokenizer.json.
func TestLoadOldDirectories(t *testing.T) {
	t.Parallel()
	bert := fstest.MapFS{
		"vocab.txt":             {Data: []byte(strings.Join(smallVocab, "\r\n") + "\r\n")},
		"tokenizer_config.json": {Data: []byte(`{"do_lower_case":false,"model_max_length":512,"unk_token":{"content":"[UNK]"},"mask_token":null}`)},
	}
	tok, err := Load(bert)
	if err != nil {
		t.Fatal(err)
	}
	enc, err := tok.Encode("HäLLo running")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(enc.Tokens(), " "), "[CLS] HäLLo running [SEP]"; got != want || tok.ModelMaxLength() != 512 {
		t.Errorf("got %s of %d, want %s of 512", got, tok.ModelMaxLength(), want)
	}
	roberta := fstest.MapFS{
		"vocab.json": {Data: []byte(`{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"h":4,"i":5,"Ġ":6,"hi":7,"Ġhi":8,"<mask>":9}`)},
		"merges.txt": {Data: []byte("#version: 0.2\nh i\nĠ hi\n")},
	}
	if tok, err = Load(roberta); err != nil {
		t.Fatal(err)
	}
	if enc, err = tok.EncodePair("hi hi <mask>", "hi", EncodeOptions{}); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(enc.Tokens(), "|"), "<s>|hi|Ġhi| <mask>|</s>|</s>|hi|</s>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := tok.Decode(enc.IDs), "hi hihi"; got != want {
		t.Errorf("decoded %q, want %q", got, want)
	}
}

// The linear matching gives what the definition gives.
func TestLinearMatching(t *testing.T) {
	t.Parallel()
	vocab := map[string]int32{}
	for i, s := range []string{"[UNK]", "a", "abc", "abcdx", "##b", "##c", "##cdy", "##dz", "##a", "##ab", "##abcd", "##d", "##", "#", "##e"} {
		vocab[s] = int32(i)
	}
	w := newWordPiece(vocab, 0, "##", 100)
	if w.links == nil {
		t.Fatal("no failure links")
	}
	var try func(word []byte)
	try = func(word []byte) {
		if len(word) > 0 {
			if a, b := w.appendPieces(nil, word), w.appendGreedy(nil, word); !slices.Equal(a, b) {
				t.Fatalf("%s: linear %v, greedy %v", word, a, b)
			}
		}
		if len(word) < 6 {
			for _, c := range "abcdexyz#"[:9] {
				try(append(slices.Clone(word), byte(c)))
			}
		}
	}
	try(nil)
}

func TestManyGoroutines(t *testing.T) {
	t.Parallel()
	tok := loadEmbedded(t, "all-MiniLM-L6-v2")
	texts := []string{"Hello world", "naïve café [MASK]", "价格很高", "\u302e\u0591x"}
	var want [][]int32
	for _, s := range texts {
		ids, _ := tok.AppendIDs(nil, s, 0)
		want = append(want, ids)
	}
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			for i := range 200 {
				n := (i + g) % len(texts)
				enc, err := tok.Encode(texts[n])
				ids, _ := tok.AppendIDs(nil, texts[n], 0)
				if err != nil || !slices.Equal(ids, want[n]) || !slices.Equal(enc.IDs, want[n]) {
					t.Errorf("%q: %v %v", texts[n], ids, err)
				}
			}
		})
	}
	wait.Wait()
}
