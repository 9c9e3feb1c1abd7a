package emoji

import (
	"testing"

	"github.com/seed-56ee9438/cohort/text"
)

func TestName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ emoji, en, zh string }{
		{"👍", "thumbs up", "拇指向上"}, {"👍🏽", "thumbs up", "拇指向上"}, {"😡", "enraged face", "怒火中烧"}, {"❤️", "red heart", "红心"}, {"❤", "red heart", "红心"},
		{"👨‍👩‍👧", "man", "男人"}, {"1️⃣", "keycap 1", "按键 1"}, {"🇫🇷", "France", "法国"},
	} {
		en, ok := Name(c.emoji, text.English)
		zh, _ := Name(c.emoji, text.Chinese)
		if en != c.en || zh != c.zh || !ok {
			t.Errorf("%s: %q and %q, want %q and %q", c.emoji, en, zh, c.en, c.zh)
		}
	}
	if name, ok := Name("a", text.English); ok {
		t.Errorf("a is %q", name)
	}
	if len(names()) < 1500 {
		t.Errorf("%d names", len(names()))
	}
}

func TestValence(t *testing.T) {
	t.Parallel()
	for _, e := range []string{"👍", "👍🏿", "😍", "❤️", "🎉", "👏"} {
		if v, ok := Valence(e); !ok || v < 0.5 {
			t.Errorf("%s feels like %v, %v", e, v, ok)
		}
	}
	for _, e := range []string{"😡", "👎", "👎🏻", "💔", "🤬", "😭"} {
		if v, ok := Valence(e); !ok || v > -0.5 {
			t.Errorf("%s feels like %v, %v", e, v, ok)
		}
	}
	for e := range valences() {
		if _, ok := names()[e]; !ok {
			t.Errorf("%s has a valence and no name", e)
		}
	}
}

func TestSpell(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang     text.Language
		in, want string
	}{
		{text.English, "", ""}, {text.English, "good phone", "good phone"},
		{text.English, "👍", "thumbs up"}, {text.English, "good👍phone", "good thumbs up phone"}, {text.English, "good 👍.", "good thumbs up ."},
		{text.English, "bad 😡😡😡!", "bad enraged face !"}, {text.English, "😡 bad 😡", "enraged face bad enraged face"},
		{text.Chinese, "很好👍🏽", "很好 拇指向上"}, {text.English, "5 of 10, c# *", "5 of 10, c# *"}, {text.English, "3️⃣ times", "keycap 3 times"},
	} {
		if got := Spell(c.in, c.lang); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzNext(f *testing.F) {
	for _, s := range []string{"a👍🏽b", "1️⃣#", "👨‍👩‍👧x", "\xff🇫🇷🇩", "‼️⁉️"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for {
			start, end, ok := Next(s, at)
			if !ok {
				break
			}
			if start < at || end <= start || end > len(s) {
				t.Fatalf("[%d, %d) after %d of %q", start, end, at, s)
			}
			at = end
		}
		Spell(s, text.Chinese)
	})
}
