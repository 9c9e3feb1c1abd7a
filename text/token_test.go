package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"The camera's lens ISN'T great.", []string{"the", "camera", "lens", "isn't", "great"}},
		{"It’s a well-made T-shirt, $19.99!!!", []string{"it", "a", "well-made", "t-shirt"}},
		{"ad-2500 and 3D, 4k; 802.11ac", []string{"ad-2500", "and", "3d", "4k", "802.11ac"}},
		{"see https://x.org/a?b=c). mail me: a.b@c.de", []string{"see", "mail", "me"}},
		{"great.The end--really", []string{"great", "the", "end", "really"}},
		{"naïve CAFÉ Straße", []string{"naïve", "café", "straße"}},
		{"质量很好，喜欢", []string{"质量", "量很", "很好", "喜欢"}},
		{"买了iPhone手机", []string{"买了", "iphone", "手机"}},
		{"好", []string{"好"}},
		{"@john_doe thanks #winning", []string{"thanks", "winning"}},
		{"'quoted' words-", []string{"quoted", "words"}},
		{"R&D AT&T", []string{"r&d", "at&t"}},
	} {
		got := Words(c.in, English)
		if !slices.Equal(got, c.want) {
			t.Errorf("Words(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

type everyTwo struct{}

func (everyTwo) AppendCuts(dst []int, han string) []int {
	for i := 6; i < len(han); i += 6 {
		dst = append(dst, i)
	}
	return append(dst, len(han))
}

func TestSegmenter(t *testing.T) {
	t.Parallel()
	got := Splitter{Chinese: everyTwo{}}.Words("质量很好吗，very好")
	if want := []string{"质量", "很好", "吗", "very", "好"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTokenKindsAndOffsets(t *testing.T) {
	t.Parallel()
	const s = "Wow!!! 3.5 stars 😀 @bob_s www.a.com, 好"
	want := []Token{
		{"wow", 0, 3, Word}, {"!!!", 3, 6, Punct}, {"3.5", 7, 10, Number}, {"stars", 11, 16, Word},
		{"😀", 17, 21, Symbol}, {"@bob_s", 22, 28, Link}, {"www.a.com", 29, 38, Link}, {",", 38, 39, Punct}, {"好", 40, 43, Han},
	}
	if got := Tokens(s); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestDetect(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Language{
		"":                         Unknown,
		"123 !!! 😀":                Unknown,
		"good phone":               English,
		"手机很好":                     Chinese,
		"我买了 iPhone 13 Pro Max 手机": Chinese,
		"the word 好 means good":    English,
		"これはとても良い製品です":             Other,
		"отличный телефон":         Other,
		"좋은 제품":                    Other,
	} {
		if got := Detect(in); got != want {
			t.Errorf("Detect(%q) = %q, want %q", in, got, want)
		}
	}
	if got := DetectAll([]string{"好", "很好", "nice", "1"}); got != Chinese {
		t.Errorf("DetectAll = %q", got)
	}
	if got := DetectAll([]string{"nice", "да", "好"}); got != Chinese {
		t.Errorf("DetectAll of a tie = %q, want Chinese", got)
	}
}

func TestStopWords(t *testing.T) {
	t.Parallel()
	en, zh := StopWords(English), StopWords(Chinese)
	for _, w := range []string{"the", "isn't", "yourself", "gonna", "not", "no", "never", "don't"} {
		if !en.Has(w) {
			t.Errorf("%q is not an English stop word", w)
		}
	}
	for _, w := range []string{"problem", "good", "room", "battery", "#", ""} {
		if en.Has(w) {
			t.Errorf("%q is an English stop word", w)
		}
	}
	for _, w := range []string{"的", "因为", "没有", "不是", "左右", "一段时间", "the"} {
		if !zh.Has(w) {
			t.Errorf("%q is not a Chinese stop word", w)
		}
	}
	for _, w := range []string{"本书", "此书", "该店", "这款", "那台", "這本", "每个", "本書", "e.g.", "w/o"} {
		if !zh.Has(w) {
			t.Errorf("%q is not a Chinese stop word", w)
		}
	}
	for _, w := range []string{"本本", "书", "书店", "手机", "款式", "本子", "结果", "problem", "u.s.", "c++"} {
		if zh.Has(w) {
			t.Errorf("%q is a Chinese stop word", w)
		}
	}
	if StopWords(Other).Has("the") || StopWords(Other).Len() != 0 {
		t.Error("other languages have stop words")
	}
	if !en.Without("the").With("lens").Has("lens") || en.Without("the").Has("the") || !en.Has("the") {
		t.Error("With and Without are wrong, or changed their receiver")
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"It’s a t-shirt", "质量很好\xff", "a@b.c www.", "1,000.5-x", "@@@", "\u200b\u00ad"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, k := range Tokens(s) {
			if k.Start < last || k.End <= k.Start || k.End > len(s) {
				t.Fatalf("token %+v after start %d of %d bytes", k, last, len(s))
			}
			if k.Kind != Symbol && !utf8.ValidString(k.Text) {
				t.Fatalf("token %+v is not UTF-8", k)
			}
			last = k.Start
		}
		Detect(s)
	})
}

func BenchmarkTokens(b *testing.B) {
	s := strings.Repeat("It's a well-made camera, and I like its lens. 质量很好，喜欢。 ", 100)
	b.SetBytes(int64(len(s)))
	var dst []Token
	for b.Loop() {
		dst = Splitter{}.AppendTokens(dst[:0], s)
	}
}
