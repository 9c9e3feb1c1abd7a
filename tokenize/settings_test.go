package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// settingsModel is a directory of a small lower-casing BERT tokenizer.
func settingsModel(t *testing.T, files map[string]any) fstest.MapFS {
	t.Helper()
	vocab := map[string]int{}
	for i, s := range strings.Fields("[PAD] [UNK] [CLS] [SEP] [MASK] hello world cat sat on mat < > user Hello World caf\u00e9 cafe \u5feb \u9012 \u5feb\u9012") {
		vocab[s] = i
	}
	added := []map[string]any{}
	for i, s := range []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"} {
		added = append(added, map[string]any{"id": i, "content": s, "special": true})
	}
	all := map[string]any{"tokenizer.json": map[string]any{
		"added_tokens":   added,
		"normalizer":     map[string]any{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": nil, "lowercase": true},
		"pre_tokenizer":  map[string]any{"type": "BertPreTokenizer"},
		"post_processor": map[string]any{"type": "BertProcessing", "sep": []any{"[SEP]", 3}, "cls": []any{"[CLS]", 2}},
		"model":          map[string]any{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab},
	}}
	maps.Copy(all, files)
	fsys := fstest.MapFS{}
	for name, v := range all {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: data}
	}
	return fsys
}

// cased is the tokenizer.json of settingsModel with case.
func cased(t *testing.T) map[string]any {
	t.Helper()
	var f map[string]any
	if err := json.Unmarshal(settingsModel(t, nil)["tokenizer.json"].Data, &f); err != nil {
		t.Fatal(err)
	}
	f["normalizer"] = map[string]any{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": false, "lowercase": false}
	return f
}

// named is a special token written as an object.
func named(content string, more map[string]any) map[string]any {
	token := map[string]any{"__type": "AddedToken", "content": content, "lstrip": false, "rstrip": false, "single_word": false, "normalized": false}
	maps.Copy(token, more)
	return token
}

// Objects say how special tokens are found. The ids are those of transformers
// 5.24.
func TestSpecialTokenObjects(t *testing.T) {
	type object = map[string]any
	single, special := object{"single_word": true}, object{"special": true}
	for _, c := range []struct {
		name         string
		config       object
		file, beside string // another file
		text, want   string
	}{
		{"single word", object{"additional_special_tokens": []any{named("<user>", single)}}, "", "", "hello<user> <user>", "[2 5 11 13 12 21 3]"},
		{"not special", object{"split_special_tokens": true, "additional_special_tokens": []any{named("<user>", nil)}}, "", "", "<user> [MASK]", "[2 21 1 1 1 3]"},
		{"special", object{"split_special_tokens": true, "additional_special_tokens": []any{named("<user>", special)}}, "", "", "<user> cat", "[2 11 13 12 7 3]"},
		{"decoder over tokenizer.json", object{"tokenizer_class": "PreTrainedTokenizerFast", "added_tokens_decoder": object{"4": object{"content": "[MASK]", "single_word": true, "special": true}}}, "", "", "[MASK]cat [MASK]", "[2 1 1 1 7 4 3]"},
		{"decoder, normalized", object{"added_tokens_decoder": object{"4": object{"content": "[MASK]", "special": true, "normalized": true}}}, "", "", "[mask] cat", "[2 4 7 3]"},
		{"beside a decoder", object{"pad_token": named("[PAD]", single), "added_tokens_decoder": object{}}, "", "", "cat[PAD] [PAD]", "[2 7 1 1 1 0 3]"},
		{"beside a decoder, of a class that keeps tokenizer.json", object{"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": named("[PAD]", single), "added_tokens_decoder": object{}}, "", "", "cat[PAD] [PAD]", "[2 7 0 0 3]"},
		{"without a decoder", object{"pad_token": named("[PAD]", single)}, "", "", "cat[PAD] [PAD]", "[2 7 0 0 3]"},
		{"numbered and named", object{"additional_special_tokens": []any{"<user>"}}, "added_tokens.json", `{"<user>":21}`, "<User> <user>", "[2 11 13 12 21 3]"},
		{"numbered and named by an object", object{"additional_special_tokens": []any{named("<user>", nil)}}, "added_tokens.json", `{"<user>":21}`, "<User> <user>", "[2 21 21 3]"},
		{"special_tokens_map.json precedes", object{"mask_token": "<user>"}, "special_tokens_map.json", `{"mask_token":{"content":"cat","lstrip":true}}`, "hello <user>", "[2 5 11 13 12 3]"},
		{"named, but not special in the decoder", object{"tokenizer_class": "PreTrainedTokenizerFast", "split_special_tokens": true, "mask_token": "[MASK]", "added_tokens_decoder": object{"4": object{"content": "[MASK]", "special": false}}}, "", "", "[MASK]", "[2 1 1 1 3]"},
	} {
		if c.config["tokenizer_class"] == nil {
			c.config["tokenizer_class"] = "BertTokenizer"
		}
		files := map[string]any{"tokenizer_config.json": c.config}
		if c.file != "" {
			files[c.file] = json.RawMessage(c.beside)
		}
		tok, err := Load(settingsModel(t, files))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if e, err := tok.Encode(c.text); err != nil || fmt.Sprint(e.IDs) != c.want {
			t.Errorf("%s: %v, %v, want %s", c.name, e.IDs, err, c.want)
		}
	}
}

// Files beside tokenizer.json change what it says, as transformers has it.
func TestSettingsBesideTokenizer(t *testing.T) {
	type files = map[string]any
	type object = map[string]any
	for _, c := range []struct {
		name  string
		files files
		text  string
		want  string // ids
	}{
		{"as it is", nil, "Hello World", "[2 5 6 3]"},
		{"additional special tokens", files{"tokenizer_config.json": object{"additional_special_tokens": []string{"<user>"}}}, "<user> hello <user>", "[2 21 5 21 3]"},
		{"the same of version 5", files{"tokenizer_config.json": object{"extra_special_tokens": object{"speaker": "<user>"}}}, "<user> hello", "[2 21 5 3]"},
		{"special_tokens_map.json", files{"special_tokens_map.json": object{"additional_special_tokens": []any{object{"content": "<user>"}}}}, "<user> hello", "[2 21 5 3]"},
		{"added_tokens.json", files{"added_tokens.json": object{"hello world": 21}}, "Hello World cat", "[2 21 7 3]"},
		{"added_tokens_decoder", files{"tokenizer_config.json": object{"added_tokens_decoder": object{"21": object{"content": "<user>", "special": true}, "0": object{"content": "[PAD]", "special": true}}}}, "<user> hello", "[2 21 5 3]"},
		{"files beside added_tokens_decoder do not count", files{"tokenizer_config.json": object{"added_tokens_decoder": object{}}, "added_tokens.json": object{"hello world": 21}}, "hello world", "[2 5 6 3]"},
		{"no row for the token", files{"tokenizer_config.json": object{"additional_special_tokens": []string{"<user>"}}, "config.json": object{"vocab_size": 21}}, "<user>", "[2 11 13 12 3]"},
		{"a row for the token", files{"tokenizer_config.json": object{"additional_special_tokens": []string{"<user>"}}, "config.json": object{"vocab_size": 22}}, "<user>", "[2 21 3]"},
		{"do_lower_case false", files{"tokenizer_config.json": object{"tokenizer_class": "BertTokenizer", "do_lower_case": false}}, "Hello World", "[2 14 15 3]"},
		{"do_lower_case false without a class", files{"tokenizer_config.json": object{"do_lower_case": false}}, "Hello World", "[2 14 15 3]"},
		{"do_lower_case false of a class without it", files{"tokenizer_config.json": object{"tokenizer_class": "PreTrainedTokenizerFast", "do_lower_case": false}}, "Hello World", "[2 5 6 3]"},
		{"class in config.json", files{"tokenizer_config.json": object{"do_lower_case": false}, "config.json": object{"tokenizer_class": "PreTrainedTokenizerFast"}}, "Hello World", "[2 5 6 3]"},
		{"class by the model's type", files{"tokenizer_config.json": object{"strip_accents": false}, "config.json": object{"model_type": "bert"}}, "Caf\u00e9", "[2 16 3]"},
		{"settings of a class have defaults", files{"tokenizer.json": cased(t), "config.json": object{"model_type": "electra"}}, "Hello", "[2 5 3]"},
		{"tokenizer.json alone has none", files{"tokenizer.json": cased(t)}, "Hello", "[2 14 3]"},
		{"a class without them", files{"tokenizer.json": cased(t), "config.json": object{"model_type": "deberta-v2"}}, "Hello", "[2 14 3]"},
		{"do_lower_case of MPNet", files{"tokenizer_config.json": object{"tokenizer_class": "MPNetTokenizer", "do_lower_case": false}}, "Hello", "[2 14 3]"},
		{"extra_special_tokens in place of others", files{"tokenizer_config.json": object{"additional_special_tokens": []string{"<user>"}, "extra_special_tokens": []string{"< >"}}}, "<user> hello", "[2 11 13 12 5 3]"},
		{"extra_special_tokens by name, then others", files{"tokenizer_config.json": object{"additional_special_tokens": []string{"<user>"}, "extra_special_tokens": object{"image_token": "< >"}}}, "<user> < >", "[2 22 21 3]"},
		{"split_special_tokens and added_tokens.json", files{"tokenizer_config.json": object{"additional_special_tokens": []string{"<user>"}, "split_special_tokens": true}, "added_tokens.json": object{"<user>": 21}}, "<user> hello", "[2 11 13 12 5 3]"},
		{"strip_accents false", files{"tokenizer_config.json": object{"tokenizer_class": "BertTokenizer", "strip_accents": false}}, "caf\u00e9", "[2 16 3]"},
		{"strip_accents by case", files{"tokenizer_config.json": object{"tokenizer_class": "BertTokenizer"}}, "caf\u00e9", "[2 17 3]"},
		{"tokenize_chinese_chars false", files{"tokenizer_config.json": object{"tokenizer_class": "BertTokenizer", "tokenize_chinese_chars": false}}, "\u5feb\u9012", "[2 20 3]"},
		{"tokenize_chinese_chars", files{"tokenizer_config.json": object{"tokenizer_class": "BertTokenizer"}}, "\u5feb\u9012", "[2 18 19 3]"},
		{"truncation_side right", files{"tokenizer_config.json": object{"truncation_side": "right"}}, "cat sat on mat hello", "[2 7 8 3]"},
		{"truncation_side left", files{"tokenizer_config.json": object{"truncation_side": "left"}}, "cat sat on mat hello", "[2 10 5 3]"},
	} {
		tok, err := Load(settingsModel(t, c.files))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		length := 0
		if strings.HasPrefix(c.name, "truncation") {
			length = 4
		}
		ids, cut := tok.AppendIDs(nil, c.text, length)
		e, err := tok.EncodeWith(c.text, EncodeOptions{MaxLength: length})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(ids); got != c.want || cut != (length > 0) || fmt.Sprint(e.IDs) != c.want {
			t.Errorf("%s: ids %s and %v, want %s", c.name, got, e.IDs, c.want)
		}
	}
}

// What cannot be followed is refused by name.
func TestSettingsRefused(t *testing.T) {
	type object = map[string]any
	for name, files := range map[string]map[string]any{
		"BertJapaneseTokenizer": {"tokenizer_config.json": object{"tokenizer_class": "BertJapaneseTokenizer"}},
		"truncation_side":       {"tokenizer_config.json": object{"truncation_side": "both"}},
		"tokenizer_config.json": {"tokenizer_config.json": object{"additional_special_tokens": 3}},
	} {
		if _, err := Load(settingsModel(t, files)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	vocab := &fstest.MapFile{Data: []byte("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n<s>\n</s>\nab\n")}
	for _, class := range []string{"BertweetTokenizer", "MPNetTokenizer", "PreTrainedTokenizerFast", "FunnelTokenizer"} {
		config := &fstest.MapFile{Data: []byte(`{"tokenizer_class":"` + class + `"}`)}
		var unsupported *UnsupportedError
		if _, err := Load(fstest.MapFS{"vocab.txt": vocab, "tokenizer_config.json": config}); !errors.As(err, &unsupported) || !strings.Contains(err.Error(), class) {
			t.Errorf("vocab.txt of a %s: %v", class, err)
		}
		if _, err := Load(fstest.MapFS{"vocab.json": vocab, "merges.txt": vocab, "tokenizer_config.json": config}); !errors.As(err, &unsupported) || !strings.Contains(err.Error(), class) {
			t.Errorf("vocab.json of a %s: %v", class, err)
		}
	}
	if _, err := Load(fstest.MapFS{"vocab.txt": vocab}); err != nil {
		t.Errorf("vocab.txt alone: %v", err)
	}
}

// Directories that went wrong once.
func TestSettingsRepros(t *testing.T) {
	root := "../../shared/repro/encoder"
	if dir := os.Getenv("COHORT_SHARED"); dir != "" {
		root = dir + "/repro/encoder"
	}
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no shared material: %v", err)
	}
	for _, c := range []struct {
		name, text string
		length     int
		want       string
	}{
		{"tok-json-additional_special", "<user> hello <user>", 0, "[3 80 37 80 4]"},
		{"tok-json-lower-cfg-cased", "Hello World", 0, "[3 76 77 4]"},
		{"tok-truncside-left", "the cat sat on mat", 4, "[3 35 36 4]"},
		{"japanese-char", "ab 東京です", 0, "[2 17 18 5 6 1 1 3]"},
		{"herbert", "hello world", 0, "[0 36 40 2]"},
	} {
		tok, err := Load(os.DirFS(root + "/" + c.name))
		if err != nil {
			t.Fatal(err)
		}
		if ids, _ := tok.AppendIDs(nil, c.text, c.length); fmt.Sprint(ids) != c.want {
			t.Errorf("%s: ids %v, want %s", c.name, ids, c.want)
		}
	}
}
