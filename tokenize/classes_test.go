package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// jsonFile returns a file that holds v.
func jsonFile(t *testing.T, v any) *fstest.MapFile {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: data}
}

func idsOf(t *testing.T, fsys fs.FS, texts []string) []string {
	t.Helper()
	tok, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range texts {
		ids, _ := tok.AppendIDs(nil, s, 0)
		e, err := tok.Encode(s)
		if err != nil || fmt.Sprint(e.IDs) != fmt.Sprint(ids) {
			t.Errorf("%q: %v and %v, %v", s, ids, e.IDs, err)
		}
		for i, o := range e.Offsets {
			if o[0] < 0 || o[1] < o[0] || o[1] > len(s) {
				t.Errorf("%q: token %d at %v", s, i, o)
			}
		}
		out = append(out, fmt.Sprint(ids))
	}
	return out
}

// Ids of transformers 5.24's BertJapaneseTokenizer.
func TestJapanese(t *testing.T) {
	t.Parallel()
	vocab := &fstest.MapFile{Data: []byte(strings.Join(strings.Fields("[PAD] [UNK] [CLS] [SEP] [MASK] 東 京 東京 は です ##京 ##で ##す カ タ ガ ##タ カタ a b ##b ab 株 ( ) . é e が か < user > Ab"), "\n"))}
	texts := []string{"ab 東京です", "東京は ab.", "ｶﾀｶﾞ ㈱ カﾞ", "e\u0301 é É Ab AB が か\u3099", "東[MASK]京 [SEP] <user>", "x\u200b東\u3000京\u00b4", "한국 a", ""}
	type object = map[string]any
	for _, c := range []struct {
		settings object
		want     []string
	}{
		{object{}, []string{"[2 21 7 11 12 3]", "[2 1 21 25 3]", "[2 1 1 1 3]", "[2 26 26 1 33 1 28 28 3]", "[2 5 4 6 3 30 31 32 3]", "[2 1 1 3]", "[2 1 18 3]", "[2 3]"}},
		{object{"subword_tokenizer_type": "character", "word_tokenizer_type": "basic", "do_word_tokenize": true}, []string{"[2 18 19 5 6 1 1 3]", "[2 5 6 8 18 19 25 3]", "[2 13 14 15 23 22 24 15 3]", "[2 26 26 1 1 19 1 1 28 28 3]", "[2 5 4 6 3 30 1 1 27 1 32 3]", "[2 1 5 6 1 1 3]", "[2 1 1 18 3]", "[2 3]"}},
		{object{"subword_tokenizer_type": "character", "do_lower_case": true}, []string{"[2 18 19 5 6 1 1 3]", "[2 5 6 8 18 19 25 3]", "[2 13 14 15 23 22 24 15 3]", "[2 27 27 27 18 19 18 19 29 29 3]", "[2 5 4 6 3 30 1 1 27 1 32 3]", "[2 1 5 6 1 1 3]", "[2 1 1 18 3]", "[2 3]"}},
		{object{"do_lower_case": true}, []string{"[2 21 1 3]", "[2 1 21 25 3]", "[2 1 1 1 3]", "[2 27 27 27 21 21 29 29 3]", "[2 5 4 6 3 30 31 32 3]", "[2 1 1 3]", "[2 1 18 3]", "[2 3]"}},
		{object{"subword_tokenizer_type": "character", "additional_special_tokens": []string{"<user>"}}, []string{"[2 18 19 5 6 1 1 3]", "[2 5 6 8 18 19 25 3]", "[2 13 14 15 23 22 24 15 3]", "[2 26 26 1 1 19 1 1 28 28 3]", "[2 5 4 6 3 34 3]", "[2 1 5 6 1 1 3]", "[2 1 1 18 3]", "[2 3]"}},
	} {
		c.settings["tokenizer_class"] = "BertJapaneseTokenizer"
		fsys := fstest.MapFS{"vocab.txt": vocab, "tokenizer_config.json": jsonFile(t, c.settings)}
		for i, got := range idsOf(t, fsys, texts) {
			if got != c.want[i] {
				t.Errorf("%v: %q is %s, want %s", c.settings, texts[i], got, c.want[i])
			}
		}
		// transformers reads no tokenizer.json for this class.
		fsys["tokenizer.json"] = &fstest.MapFile{Data: []byte("{")}
		if _, err := Load(fsys); err != nil {
			t.Errorf("beside tokenizer.json: %v", err)
		}
	}
	for _, s := range []object{
		{"word_tokenizer_type": "mecab"}, {"word_tokenizer_type": "sudachi"}, {"word_tokenizer_type": "jumanpp"}, {"subword_tokenizer_type": "sentencepiece"},
		{"do_word_tokenize": false}, {"do_subword_tokenize": false},
	} {
		s["tokenizer_class"] = "BertJapaneseTokenizer"
		var unsupported *UnsupportedError
		_, err := Load(fstest.MapFS{"vocab.txt": vocab, "tokenizer_config.json": jsonFile(t, s)})
		if !errors.As(err, &unsupported) || !strings.Contains(err.Error(), "BertJapaneseTokenizer") {
			t.Errorf("%v: %v", s, err)
		}
	}
}

// Ids of transformers 5.24's HerbertTokenizer.
func TestHerbert(t *testing.T) {
	t.Parallel()
	ids := map[string]int32{}
	for i, s := range strings.Fields("<s> <unk> </s> <pad> <mask> a b c d e h l o r s t w , . a</w> b</w> c</w> d</w> e</w> h</w> l</w> o</w> r</w> s</w> t</w> w</w> ,</w> .</w> he ll hell hello</w> wo ld</w> wor world</w> ca cat</w>") {
		ids[s] = int32(i)
	}
	merges := "#version: 0.2\nh e\nl l\nhe ll\nhell o</w>\nw o\nl d</w>\nwo r\nwor ld</w>\nc a\nca t</w>\n"
	fsys := fstest.MapFS{"vocab.json": jsonFile(t, ids), "merges.txt": &fstest.MapFile{Data: []byte(merges)}, "tokenizer_config.json": jsonFile(t, map[string]any{"tokenizer_class": "HerbertTokenizer", "do_lower_case": false})}
	texts := []string{"hello world", "Hello, cat a.", "hello<mask>world 北 x", "world</s>hello", "", "he-llo"}
	want := []string{"[0 36 40 2]", "[0 1 9 34 26 31 42 19 32 2]", "[0 36 4 40 1 1 2]", "[0 40 2 36 2]", "[0 2]", "[0 10 23 1 34 26 2]"}
	for i, got := range idsOf(t, fsys, texts) {
		if got != want[i] {
			t.Errorf("%q is %s, want %s", texts[i], got, want[i])
		}
	}
	tok, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	e, err := tok.EncodePair("hello", "cat", EncodeOptions{})
	if err != nil || fmt.Sprint(e.IDs) != "[0 36 2 42 2]" {
		t.Errorf("a pair: %v, %v", e.IDs, err)
	}
	if got := tok.DecodeSpecial([]int32{0, 36, 4, 40, 1, 1, 2}); got != "<s>hello <mask>world <unk><unk></s>" {
		t.Errorf("decoded %q", got)
	}
}

// Added tokens beside a bare vocabulary are found like those beside
// tokenizer.json.
func TestAddedTokensBesideVocabulary(t *testing.T) {
	t.Parallel()
	vocab := &fstest.MapFile{Data: []byte("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nuser\n<\n>\n")}
	type object = map[string]any
	for name, files := range map[string]fstest.MapFS{
		"additional_special_tokens": {"tokenizer_config.json": jsonFile(t, object{"additional_special_tokens": []string{"<user>"}})},
		"extra_special_tokens":      {"tokenizer_config.json": jsonFile(t, object{"extra_special_tokens": object{"user_token": "<user>"}})},
		"special_tokens_map.json":   {"special_tokens_map.json": jsonFile(t, object{"additional_special_tokens": []string{"<user>"}})},
		"added_tokens.json":         {"added_tokens.json": jsonFile(t, object{"<user>": 9})},
		"added_tokens_decoder":      {"tokenizer_config.json": jsonFile(t, object{"added_tokens_decoder": object{"9": object{"content": "<user>", "special": true}}})},
	} {
		files["vocab.txt"] = vocab
		if got := idsOf(t, files, []string{"<user> hello <user>"})[0]; got != "[2 9 5 9 3]" {
			t.Errorf("%s: %s", name, got)
		}
	}
	ids := object{}
	for i, s := range []string{"<s>", "<pad>", "</s>", "<unk>", "<mask>", "h", "i", "Ġ"} {
		ids[s] = i
	}
	fsys := fstest.MapFS{"vocab.json": jsonFile(t, ids), "merges.txt": &fstest.MapFile{Data: []byte("h i\n")}, "tokenizer_config.json": jsonFile(t, object{"additional_special_tokens": []string{"<user>"}})}
	fsys["merges.txt"].Data = nil
	if got := idsOf(t, fsys, []string{"<user>hi"})[0]; got != "[0 8 5 6 2]" {
		t.Errorf("vocab.json: %s", got)
	}
	// A token for which the model has no row is not added.
	fsys["config.json"] = jsonFile(t, object{"vocab_size": 8})
	if got := idsOf(t, fsys, []string{"hi"})[0]; got != "[0 5 6 2]" {
		t.Errorf("vocab_size 8: %s", got)
	}
}

func TestUnknownID(t *testing.T) {
	t.Parallel()
	tok, err := FromVocab([]string{"[PAD]", "[CLS]", "[SEP]", "[UNK]", "a"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if id, ok := tok.UnknownID(); !ok || id != 3 {
		t.Errorf("id %d, %v", id, ok)
	}
}

// Settings as transformers 5.24 and 4.57.6 follow them.
func TestSideAndSpecialTokens(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	cut := func(side string) object {
		return object{"truncation": object{"direction": side, "max_length": 4, "strategy": "LongestFirst", "stride": 0}}
	}
	const text = "the cat [SEP] sat"
	for _, c := range []struct {
		name       string
		file       object // changes of tokenizer.json
		config     object
		whole, cut string
	}{
		{"nothing", nil, nil, "[2 5 6 3 7 3]", "[2 5 6 3]"},
		{"tokenizer.json left", cut("Left"), nil, "[2 5 6 3 7 3]", "[2 3 7 3]"},
		{"the other settings count", cut("Left"), object{"truncation_side": "right"}, "[2 5 6 3 7 3]", "[2 5 6 3]"},
		{"they count too", cut("Right"), object{"truncation_side": "left"}, "[2 5 6 3 7 3]", "[2 3 7 3]"},
		{"split_special_tokens", nil, object{"split_special_tokens": true}, "[2 5 6 8 9 10 7 3]", "[2 5 6 3]"},
		{"split from the left", cut("Left"), object{"split_special_tokens": true}, "[2 5 6 8 9 10 7 3]", "[2 10 7 3]"},
	} {
		file := object{
			"added_tokens":  []object{{"id": 2, "content": "[CLS]", "special": true}, {"id": 3, "content": "[SEP]", "special": true}},
			"normalizer":    object{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": nil, "lowercase": true},
			"pre_tokenizer": object{"type": "BertPreTokenizer"}, "post_processor": object{"type": "BertProcessing", "sep": []any{"[SEP]", 3}, "cls": []any{"[CLS]", 2}},
			"model": object{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
				"vocab": object{"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "the": 5, "cat": 6, "sat": 7, "[": 8, "sep": 9, "]": 10}},
		}
		for k, v := range c.file {
			file[k] = v
		}
		fsys := fstest.MapFS{"tokenizer.json": jsonFile(t, file)}
		if c.config != nil {
			fsys["tokenizer_config.json"] = jsonFile(t, c.config)
		}
		tok, err := Load(fsys)
		if err != nil {
			t.Fatal(err)
		}
		for length, want := range map[int]string{0: c.whole, 4: c.cut} {
			ids, _ := tok.AppendIDs(nil, text, length)
			e, err := tok.EncodeWith(text, EncodeOptions{MaxLength: length})
			if err != nil || fmt.Sprint(ids) != want || fmt.Sprint(e.IDs) != want {
				t.Errorf("%s, %d tokens: %v and %v, %v, want %s", c.name, length, ids, e.IDs, err, want)
			}
		}
	}
}

// A clone without its large files has text in their place, which is no
// vocabulary.
func TestGitPointers(t *testing.T) {
	t.Parallel()
	pointer := &fstest.MapFile{Data: []byte("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")}
	vocab := &fstest.MapFile{Data: []byte("[PAD]\n[UNK]\n[CLS]\n[SEP]\n")}
	for name, fsys := range map[string]fstest.MapFS{
		"tokenizer.json":        {"tokenizer.json": pointer, "vocab.txt": vocab},
		"vocab.txt":             {"vocab.txt": pointer},
		"vocab.json":            {"vocab.json": pointer, "merges.txt": vocab},
		"tokenizer_config.json": {"tokenizer_config.json": pointer, "vocab.txt": vocab},
	} {
		if _, err := Load(fsys); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "git lfs pull") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The words of every kind of tokenizer are joined with the spaces between them.
func TestDecodeTokens(t *testing.T) {
	t.Parallel()
	for decoder, tokens := range map[string][]string{
		`{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}`: {"▁New", "▁Yo", "rk"},
		`{"type":"WordPiece","prefix":"##","cleanup":true}`:                {"New", "Yo", "##rk"},
		`{"type":"BPEDecoder","suffix":"</w>"}`:                            {"New</w>", "Yo", "rk</w>"},
		`{"type":"ByteLevel"}`:                                             {"New", "ĠYo", "rk"},
		`null`:                                                             {"New", "York"},
	} {
		tok, err := ParseJSON([]byte(`{"decoder":` + decoder + `,"model":{"type":"WordLevel","vocab":{"<unk>":0},"unk_token":"<unk>"}}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := tok.DecodeTokens(tokens); got != "New York" {
			t.Errorf("%s: %q", decoder, got)
		}
	}
}
