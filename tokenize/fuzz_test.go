package tokenize

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// kinds are small tokenizers of every model kind, with and without the path in
// one pass.
var fuzzKinds = []string{
	`{"added_tokens":[{"id":9,"content":"<x>","lstrip":true,"rstrip":true,"single_word":true},{"id":10,"content":"É","normalized":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Lowercase"},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]},"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"},"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["▁",-1],["a",-2],["ab",-2.5],["é",-3]]}}`,
	`{"normalizer":{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Strip","strip_left":true,"strip_right":true},{"type":"Prepend","prepend":"▁"},{"type":"Nmt"}]},"pre_tokenizer":{"type":"ByteLevel"},"post_processor":{"type":"RobertaProcessing","cls":["a",0],"sep":["b",1]},"model":{"type":"BPE","unk_token":"a","byte_fallback":true,"vocab":{"a":0,"b":1,"Ġ":2,"ab":3,"Ġab":4},"merges":["a b","Ġ ab"]}}`,
	`{"normalizer":{"type":"BertNormalizer"},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Whitespace"},{"type":"Digits","individual_digits":true},{"type":"Punctuation","behavior":"MergedWithNext"}]},"model":{"type":"WordLevel","unk_token":"u","vocab":{"u":0,"a":1}}}`,
}

func FuzzEncode(f *testing.F) {
	toks := []*Tokenizer{loadEmbedded(f, "all-MiniLM-L6-v2"), loadEmbedded(f, "bge-small-zh-v1.5")}
	for _, s := range fuzzKinds {
		tok, err := ParseJSON([]byte(s))
		if err != nil {
			f.Fatal(err)
		}
		toks = append(toks, tok)
	}
	for _, s := range []string{
		"", "Hello [SEP] world", "UNwant\u00E9d,running", "ah\u535A\u63A8zz", "\u0130stanbul", "a\u0085", "\xff\xe2\x82 \xf0\x9f", "\u302e\u0591\u0344",
		"\U0001D15E", "\uAC01 \u1100\u1161\u11A8", "<x> <x>\u00C9ab", "  a  ", strings.Repeat("ab", 60), "\u2126\u212B\uF900\u037E\u00AD\uFFFD",
	} {
		f.Add(s, uint8(8), uint8(1))
	}
	f.Fuzz(func(t *testing.T, text string, length, stride uint8) {
		for i, tok := range toks {
			enc, err := tok.Encode(text)
			if err != nil {
				t.Fatal(err)
			}
			top := tok.MaxID()
			for j, id := range enc.IDs {
				o := enc.Offsets[j]
				if id < 0 || id > top || o[0] < 0 || o[0] > o[1] || o[1] > len(text) {
					t.Fatalf("tokenizer %d: %q: token %d: id %d, offsets %v", i, text, j, id, o)
				}
				if _, ok := tok.Token(id); !ok {
					t.Fatalf("tokenizer %d: %q: id %d has no token", i, text, id)
				}
				// Marks that change places may step back; the rest may not.
				if i < 2 && j > 0 && enc.SequenceIDs[j] == 0 && enc.SequenceIDs[j-1] == 0 && utf8.ValidString(text) && !hasOdd(text) && o[0] < enc.Offsets[j-1][0] {
					t.Fatalf("%q: offsets %v go back", text, enc.Offsets)
				}
			}
			ids, _ := tok.AppendIDs(nil, text, 0)
			if !slices.Equal(ids, enc.IDs) {
				t.Fatalf("tokenizer %d: %q: AppendIDs %v, Encode %v", i, text, ids, enc.IDs)
			}
			if tok.bert != nil {
				slow := *tok
				slow.bert = nil
				b, err := slow.Encode(text)
				if err != nil || !slices.Equal(enc.IDs, b.IDs) || !slices.Equal(enc.Offsets, b.Offsets) || !slices.Equal(enc.WordIDs, b.WordIDs) {
					t.Fatalf("%q: in one pass %v %v, step by step %v %v", text, enc.IDs, enc.Offsets, b.IDs, b.Offsets)
				}
			}
			tok.Decode(ids)
			n := int(length)
			for _, opts := range []EncodeOptions{{MaxLength: n}, {MaxLength: n, Direction: Left, Stride: int(stride), Overflow: true}, {MaxLength: n, Strategy: OnlyFirst}} {
				enc, err := tok.EncodePair(text, "b", opts)
				if err == nil && n > 0 && len(enc.IDs) > n {
					t.Fatalf("%q: %d tokens, want at most %d", text, len(enc.IDs), n)
				}
			}
			if n >= tok.SpecialTokens(false) && n > 0 {
				if ids, _ := tok.AppendIDs(nil, text, n); len(ids) > n {
					t.Fatalf("%q: AppendIDs gives %d, want at most %d", text, len(ids), n)
				}
			}
		}
	})
}

// hasOdd reports whether the text has marks that only the general normaliser
// puts in order.
func hasOdd(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return normalForm{}.normalize(align(string(r), 0, len(string(r)))).text != string(r) || r == 0x302E || r == 0x302F
	})
}

func FuzzParseJSON(f *testing.F) {
	for _, s := range fuzzKinds {
		f.Add([]byte(s))
	}
	for _, s := range []string{
		`{}`, `null`, `{"model":{"type":"WordPiece","vocab":{"[UNK]":2147483647,"##a":1},"max_input_chars_per_word":268435455}}`,
		`{"model":{"vocab":{"[UNK]":0},"merges":[]},"added_tokens":[{"id":-1,"content":"a"}]}`,
		`{"model":{"type":"Unigram","vocab":[["a",1e308],["b",-1e308]]},"normalizer":{"type":"Precompiled","precompiled_charsmap":"BAAAAAAAAAA="}}`,
		doubling(30),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tok, err := ParseJSON(data)
		if err != nil {
			return
		}
		for _, s := range []string{"", "Hello a\u0301b <x> \uAC00 \xff", "aaaa"} {
			if enc, err := tok.Encode(s); err == nil {
				checkOffsets(t, enc, s)
			}
			ids, _ := tok.AppendIDs(nil, s, 8)
			tok.DecodeSpecial(ids)
			tok.WithLowercase().Encode(s)
		}
	})
}

// doubling is a file whose normaliser doubles the text n times.
func doubling(n int) string {
	one := `{"type":"Replace","pattern":{"String":"a"},"content":"aa"}`
	return `{"added_tokens":[{"content":"a","normalized":true}],"model":{"type":"WordLevel","vocab":{"<unk>":0}},"normalizer":{"type":"Sequence","normalizers":[` +
		strings.Repeat(one+",", n-1) + one + `]},"pre_tokenizer":{"type":"Sequence","pretokenizers":[` + strings.Repeat(`{"type":"ByteLevel"},`, n-1) + `{"type":"ByteLevel"}]}}`
}
