package text

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

//go:embed testdata/sentences.txt
var sentenceList string

func sentences(s string) (out []string) {
	for _, r := range Sentences(s) {
		out = append(out, s[r[0]:r[1]])
	}
	return out
}

func TestSentences(t *testing.T) {
	t.Parallel()
	const s = "Dr. Lee said \"wow!\" It costs 3.50, e.g. today. 很好。喜欢！！真的？\nlast"
	want := []string{"Dr. Lee said \"wow!\"", "It costs 3.50, e.g. today.", "很好。", "喜欢！！", "真的？", "last"}
	if got := sentences(s); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSentencesWithEmoji checks that pictures end with the sentence before them, also
// where no space does.
func TestSentencesWithEmoji(t *testing.T) {
	t.Parallel()
	if got, want := sentences("Nice one.😀 But slow!👍Buy it :) Now"), []string{"Nice one.😀", "But slow!👍", "Buy it :) Now"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSentenceAccuracy measures Sentences against texts cut by hand: a
// sentence is right where both its ends are.
func TestSentenceAccuracy(t *testing.T) {
	t.Parallel()
	var right, found, wanted, whole, texts int
	for line := range strings.Lines(sentenceList) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "# ") {
			continue
		}
		text := strings.ReplaceAll(line, "↵", "\n")
		want := strings.FieldsFunc(strings.ReplaceAll(text, " | ", "‖"), func(r rune) bool { return r == '‖' || r == '\n' })
		got := sentences(strings.ReplaceAll(strings.ReplaceAll(text, " | ", " "), "‖", ""))
		texts++
		wanted += len(want)
		found += len(got)
		if slices.Equal(got, want) {
			whole++
		} else {
			t.Logf("%q, wanted %q", got, want)
		}
		for _, w := range want {
			if slices.Contains(got, w) {
				right++
			}
		}
	}
	p, r := float64(right)/float64(found), float64(right)/float64(wanted)
	f := 2 * p * r / (p + r)
	t.Logf("%d texts, %d sentences: precision %.3f, recall %.3f, F1 %.3f; texts cut right throughout %.3f", texts, wanted, p, r, f, float64(whole)/float64(texts))
	if f < 0.95 {
		t.Errorf("F1 %.3f, floor 0.95", f)
	}
}

// checkSentences checks that sentences ascend, have no white space at their
// ends, and leave out nothing but white space.
func checkSentences(t *testing.T, s string) {
	t.Helper()
	at := 0
	for _, r := range Sentences(s) {
		if r[0] < at || r[1] <= r[0] || r[1] > len(s) {
			t.Fatalf("%q: sentence %v after byte %d", s, r, at)
		}
		if strings.TrimFunc(s[at:r[0]], isSpace) != "" || strings.TrimFunc(s[r[0]:r[1]], isSpace) != s[r[0]:r[1]] {
			t.Fatalf("%q: sentence %v leaves something out, or has white space at its ends", s, r)
		}
		if !utf8.ValidString(s[r[0]:r[1]]) && utf8.ValidString(s) {
			t.Fatalf("%q: sentence %v cuts a character", s, r)
		}
		at = r[1]
	}
	if strings.TrimFunc(s[at:], isSpace) != "" {
		t.Fatalf("%q: nothing holds what comes after byte %d", s, at)
	}
}

func FuzzSentences(f *testing.F) {
	for line := range strings.Lines(sentenceList) {
		f.Add(line)
	}
	f.Add(" \u2028. \xff... “!\"?\ufe0f")
	f.Fuzz(checkSentences)
}
