package clean

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// mixture puts together some of pieces and, now and then, any character or byte.
func mixture(r *rand.Rand, pieces []string) string {
	var b strings.Builder
	for range r.IntN(10) {
		switch r.IntN(12) {
		case 0:
			b.WriteRune(r.Int32N(0x30000))
		case 1:
			b.WriteByte(byte(r.IntN(256)))
		default:
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
	}
	return b.String()
}

// TestStepsPassedOver cleans mixtures with and without passing over the steps
// for which a text has nothing: text, steps and offsets are the same.
func TestStepsPassedOver(t *testing.T) {
	t.Parallel()
	pieces := append([]string{
		"Great phone ", "很好，", "&lt;b&gt;", "&#64;bob", "&#35;tag ", "aa", "bbbb", "  ", "\t", "\v", "\x1f", "\x7f", "\u00a0", "\u2028", "www.x.y", "WWW.x",
		"http://a.b/c ", "＃tag", "＠bob", "：//", "1\u20e3", "\u200b", "@bob ", "#Best_one", "。。。。", "\xe3\x80", "<p>", "!", ".", "w", "/", ":",
	}, hostile...)
	r := rand.New(rand.NewPCG(5, 6))
	passed := 0
	for range 60000 {
		s := mixture(r, pieces)
		o := Options{
			KeepHTML: r.IntN(2) == 0, Form: NormalForm(r.IntN(4)), Simplify: r.IntN(2) == 0, URLs: Treatment(r.IntN(4)), Mentions: Treatment(r.IntN(4)),
			Hashtags: Treatment(r.IntN(4)), Emoji: Treatment(r.IntN(4)), KeepLines: r.IntN(2) == 0, MaxRepeat: r.IntN(6) - 1,
		}
		c := New(o)
		got := c.String(s)
		want := c.clean(s, func(string, int) traits { return ^traits(0) })
		if got.Text != want.Text || got.Steps != want.Steps || !slices.Equal(got.start, want.start) || !slices.Equal(got.end, want.end) {
			t.Fatalf("%+v: %q -> %q by steps %b, with all steps %q by %b", o, s, got.Text, got.Steps, want.Text, want.Steps)
		}
		if traitsOf(s, o.MaxRepeat) == anything {
			passed++
		}
	}
	if passed < 100 {
		t.Errorf("only %d texts have nothing that a step looks for", passed)
	}
}

// TestCompose compares the normal forms with those of the whole text at once.
func TestCompose(t *testing.T) {
	t.Parallel()
	pieces := []string{
		"plain ", "café", "e\u0301", "\u0301", "\u0323", "a\u0301\u0323", strings.Repeat("\u0301", 20), "\u1100", "\u1161", "\u11a8", "가", "か", "\u3099", "…", "½", "ﬁ", "ﷺ",
		"\u0344", "\u0f73", "\U0001d15e", "Å", "ǆ", "①", "！", "ｶ", "ﾞ", "電", "\u034f", "\u200d", "x", "\U0001f468",
	}
	r := rand.New(rand.NewPCG(7, 8))
	changed := 0
	for range 100000 {
		var b strings.Builder
		for range r.IntN(12) {
			if r.IntN(6) == 0 {
				b.WriteRune(0xA0 + r.Int32N(0x3000))
			} else {
				b.WriteString(pieces[r.IntN(len(pieces))])
			}
		}
		s := strings.ToValidUTF8(b.String(), "")
		for _, f := range []norm.Form{norm.NFC, norm.NFKC} {
			e := editor{s: s, track: true}
			if e.pass(func(e *editor) { compose(e, f) }) {
				changed++
			}
			if want := f.String(s); e.s != want {
				t.Fatalf("form %d of %q is %q, want %q", f, s, e.s, want)
			}
		}
	}
	if changed < 10000 {
		t.Errorf("only %d texts had to be changed", changed)
	}
}
