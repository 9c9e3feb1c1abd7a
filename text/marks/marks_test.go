package marks

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRemove(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"", ""},
		{"nothing to see", "nothing to see"},
		{"[handle] my order is late", "my order is late"},
		{"[handle]: my order is late", "my order is late"},
		{"write to [email], thanks", "write to, thanks"},
		{"write to [email:abcdefghijklmnopabcd] or [phone]", "write to or"},
		{"([handle]) told me", "told me"},
		{"as she said [sic] and [update] so", "as she said [sic] and [update] so"},
		{"[doge][赞] 好用", "[doge][赞] 好用"},
		{"see https://a.b/c?d=e. Fine", "see. Fine"},
		{"see www.example.com/x", "see"},
		{"thanks @AmazonHelp for nothing", "thanks for nothing"},
		{"谢谢@小红 的推荐", "谢谢 的推荐"},
		{"mail bob@example.com", "mail bob@example.com"}, // nobody asked to mask it
		{"great phone #iphone #apple", "great phone"},
		{"great phone! #iphone", "great phone!"},
		{"great phone 😀 #iphone", "great phone 😀"},
		{"I love my new #iphone", "I love my new #iphone"},
		{"my #iphone broke #sad #angry 😡", "my #iphone broke 😡"},
		{"#iphone #apple", "#iphone #apple"}, // nothing else is said
		{"@bob #iphone #apple", "#iphone #apple"},
		{"good #1 and #2", "good #1 and #2"},
		{"质量很好。#双十一 好物分享#", "质量很好。"},
		{"质量很好 #差评# #618#", "质量很好"},
		{"#差评#质量很差", "#差评#质量很差"},
		{"@bob", ""},
		{"[handle] [handle]!", ""},
		{"[email] 👍", "👍"},
		{"C# and F# are languages", "C# and F# are languages"},
		{"a&#39;b", "a&#39;b"},
		{"at@home @ 5", "at@home @ 5"},
		{"ask[email]now", "ask now"},
		{"问[handle]吧", "问吧"},
		{"love this #a #b https://t.co/x", "love this"},
	} {
		if got := Remove(c[0]); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
	if got := Remove("shoe [size] fits", "size"); got != "shoe fits" {
		t.Errorf("a kind of the caller's: %q", got)
	}
}

func TestContains(t *testing.T) {
	t.Parallel()
	const s = "ask [email] or @bob"
	found := Find(s)
	for _, c := range []struct {
		word string
		want bool
	}{{"ask", false}, {"email", true}, {"or", false}, {"bob", true}} {
		i := strings.Index(s, c.word)
		if got := Contains(found, i, i+len(c.word)); got != c.want {
			t.Errorf("%s: %v in %v", c.word, got, found)
		}
	}
	if Contains(nil, 0, 1) {
		t.Error("in no mark")
	}
}

func FuzzRemove(f *testing.F) {
	for _, s := range []string{"[email] #a #b", "@小红 #话题 一# ", "\xff[#@www.x", "#a[handle]@b#c ＃d", "(@bob)“[email]”"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, m := range Find(s) {
			if m[0] < last || m[1] <= m[0] || m[1] > len(s) {
				t.Fatalf("places %v of %q", Find(s), s)
			}
			last = m[1]
		}
		out := Remove(s)
		if len(out) > len(s)+len(Find(s)) || utf8.ValidString(s) && !utf8.ValidString(out) {
			t.Fatalf("%q -> %q", s, out)
		}
	})
}

func BenchmarkRemove(b *testing.B) {
	for name, s := range map[string]string{
		"none": strings.Repeat("the battery died after two weeks and nobody answers. ", 20),
		"many": strings.Repeat("ask @bob about [email] and www.example.com, ", 20) + "#a #b #c",
		"tags": strings.Repeat("#a ", 300),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				Remove(s)
			}
		})
	}
}
