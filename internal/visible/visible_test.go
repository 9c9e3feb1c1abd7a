package visible

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain, 中文, 👩\u200d💻\n": "plain, 中文, 👩\u200d💻\n",
		"\u202egnp.exe":         "⟨U+202E⟩gnp.exe",
		"a\u200bb\x00c\x1bd":    "a⟨U+200B⟩b⟨U+0000⟩c⟨U+001B⟩d",
		"\ufffe \U0001ffff":     "⟨U+FFFE⟩ ⟨U+1FFFF⟩",
	} {
		if got := Text(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestBrief(t *testing.T) {
	if got := Brief(strings.Repeat("长", 100)); utf8.RuneCountInString(got) != briefRunes || !strings.HasSuffix(got, "长…") {
		t.Errorf("%q", got)
	}
	if got := Brief("short"); got != "short" {
		t.Errorf("%q", got)
	}
}

// FuzzText: what comes out is shown as it is, and nothing of it acts.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", "\u202egnp.exe", "\x00\x1b[31m", "\xff\xfe", "👩\u200d💻"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		if again := Text(got); again != got {
			t.Errorf("%q is shown as %q, and that as %q", s, got, again)
		}
		for _, r := range got {
			if r < ' ' && r != '\n' && r != '\t' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				t.Errorf("%q is shown with %U", s, r)
			}
		}
		if n := utf8.RuneCountInString(Brief(s)); n > briefRunes {
			t.Errorf("%q is brief with %d characters", s, n)
		}
	})
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in   string
		most int
		want string
	}{
		{" a\n\tb ", 3, "a b"}, {"one two three", 13, "one two three"}, {"one two three", 9, "one two…"},
		{"one twothreefour", 9, "one twoth…"}, {"很长的一句话", 3, "很长的…"}, {"", 3, ""},
	} {
		if got := Clip(c.in, c.most); got != c.want {
			t.Errorf("%q to %d: %q, want %q", c.in, c.most, got, c.want)
		}
	}
}
