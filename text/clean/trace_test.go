package clean

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// checkTrace checks what Source says of got, the cleaned s: every range of
// characters comes from a range within s, no earlier than that of the
// characters before. exact is whether no step may have rewritten a character:
// then each is its source, byte for byte, but for white space.
func checkTrace(t *testing.T, s string, got *Cleaned, exact bool) {
	t.Helper()
	var starts []int
	for i := range got.Text {
		starts = append(starts, i)
	}
	lastFrom, lastTo := 0, 0
	for k, i := range starts {
		_, n := utf8.DecodeRuneInString(got.Text[i:])
		from, to := got.Source(i, i+n)
		if from < lastFrom || to < lastTo || from > to || to > len(s) {
			t.Fatalf("%q -> %q: the character at %d comes from [%d,%d) after [%d,%d)", s, got.Text, i, from, to, lastFrom, lastTo)
		}
		if c := got.Text[i : i+n]; exact && s[from:to] != c && c != " " && c != "\n" {
			t.Fatalf("%q -> %q: %q at %d comes from %q", s, got.Text, c, i, s[from:to])
		}
		lastFrom, lastTo = from, to
		// of a longer range the ends are those of its first and last character
		j := starts[(k+len(starts))/2]
		_, m := utf8.DecodeRuneInString(got.Text[j:])
		first, _ := got.Source(i, i+n)
		_, last := got.Source(j, j+m)
		if from, to := got.Source(i, j+m); from != first || to != last {
			t.Fatalf("%q -> %q: [%d,%d) comes from [%d,%d), its ends from %d and %d", s, got.Text, i, j+m, from, to, first, last)
		}
	}
	if got.Steps == 0 && got.Text != s {
		t.Fatalf("%q -> %q, and no step says so", s, got.Text)
	}
}

// TestTrace traces mixtures of hostile pieces and plain words, under options
// drawn at random.
func TestTrace(t *testing.T) {
	t.Parallel()
	pieces := append([]string{"Great phone ", "这款手机很好，", "<p>", "&nbsp;", "café ", "#BestPhone_ever ", "@bob ", "https://a.b/c ", "!!!!!! ", "sooooo ", "\n\n"}, hostile...)
	r := rand.New(rand.NewPCG(9, 9))
	exact := 0
	for range 20000 {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		o := Options{
			KeepHTML: r.IntN(2) == 0, Form: NormalForm(r.IntN(4)), Simplify: r.IntN(2) == 0, URLs: Treatment(r.IntN(4)), Mentions: Treatment(r.IntN(4)),
			Hashtags: Treatment(r.IntN(4)), Emoji: Treatment(r.IntN(4)), KeepLines: r.IntN(2) == 0, MaxRepeat: r.IntN(4) - 1,
		}
		got := New(o).String(b.String())
		rewrites := !o.KeepHTML || o.Form != KeepForm || o.Simplify || o.URLs == Replace || o.Mentions == Replace || o.Emoji == Replace || got.Steps.Has(Encoding)
		if !rewrites {
			exact++
		}
		checkTrace(t, b.String(), &got, !rewrites)
	}
	if exact < 100 {
		t.Errorf("only %d texts of which no character may be rewritten", exact)
	}
}
