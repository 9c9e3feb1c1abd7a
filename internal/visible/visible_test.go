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
