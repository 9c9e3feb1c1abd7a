package langid

import (
	_ "embed"
	"errors"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/text"
)

//go:embed testdata/sentences.txt
var sentences string

func detector(tb testing.TB) *Detector {
	d, err := New(Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// TestAccuracy measures the languages of whole sentences.
func TestAccuracy(t *testing.T) {
	t.Parallel()
	d := detector(t)
	n, right := 0, 0
	for line := range strings.Lines(sentences) {
		lang, s, _ := strings.Cut(strings.TrimSpace(line), " ")
		if lang == "#" {
			continue
		}
		n++
		if got := d.Detect(s); got.Language == text.Language(lang) {
			right++
		} else {
			t.Logf("%s taken for %s (%.2f): %s", lang, got.Language, got.Confidence, s)
		}
	}
	t.Logf("%d of %d sentences right (%.3f)", right, n, float64(right)/float64(n))
	if float64(right) < 0.9*float64(n) {
		t.Errorf("%d of %d sentences right, floor 0.9", right, n)
	}
}

// TestEnglish counts how much of real English is taken for another language.
func TestEnglish(t *testing.T) {
	t.Parallel()
	d := detector(t)
	n, wrong := 0, 0
	for _, s := range testdir.Column(t, testdir.Shared(t, "data", "amazon_review_snippets.csv.gz"), "text", 3000) {
		n++
		if g := d.Detect(s); g.Language != text.English && g.Language != text.Unknown {
			wrong++
		}
	}
	t.Logf("%d of %d snippets of English reviews taken for another language (%.4f)", wrong, n, float64(wrong)/float64(n))
	if float64(wrong) > 0.02*float64(n) {
		t.Error("more than 0.02 of English is taken for another language")
	}
}

func TestDetect(t *testing.T) {
	t.Parallel()
	d := detector(t)
	for in, want := range map[string]text.Language{
		"": text.Unknown, "123 !!! 😀": text.Unknown, "ok": text.English, "good phone": text.English, "好": text.Chinese,
		"ᚠᚢᚦᚨᚱᚲ": text.Other, "これは": "ja", "\xff\xfe": text.Unknown,
	} {
		if got := d.Detect(in); got.Language != want {
			t.Errorf("Detect(%q) = %+v, want %q", in, got, want)
		}
	}
	if _, err := New(Options{Languages: []text.Language{"en", "xx"}}); !errors.Is(err, ErrLanguage) {
		t.Errorf("got %v, want ErrLanguage", err)
	}
	two, err := New(Options{Languages: []text.Language{"de", "fr"}, Fallback: "de"})
	if err != nil {
		t.Fatal(err)
	}
	if got := two.Detect("ok"); got.Language != "de" {
		t.Errorf("fallback %+v", got)
	}
}

// TestShortEnglish checks that short English whose trigrams are another
// language's is not told to be in that: who is told so without reason no longer
// believes it.
func TestShortEnglish(t *testing.T) {
	t.Parallel()
	d := detector(t)
	for _, s := range []string{
		"Clear all filters", "Change my password", "New password confirmation", "Password reset sent", "Great sound quality", "Easy setup", "Poor battery life",
		"Fast delivery, thanks", "No regrets", "Perfect gift idea", "Soft fabric", "Total waste", "Super comfy shoes", "Decent value overall",
	} {
		if g := d.Detect(s); g.Language != text.English {
			t.Errorf("%q is taken for %+v", s, g)
		}
	}
	if g := d.Detect("Ich bin sehr zufrieden"); g.Language != "de" {
		t.Errorf("four German words are taken for %+v", g)
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	const s = "!!! The battery died after two weeks of use. OK. 电池不耐用。客服态度很好！Leider kam das Paket beschädigt an, aber der Kundendienst war freundlich. 😀"
	got := detector(t).Parts(s)
	want := []struct {
		lang       text.Language
		begin, end string
	}{{"en", "!!!", "OK."}, {"zh", "电池", "很好！"}, {"de", "Leider", "😀"}}
	if len(got) != len(want) {
		t.Fatalf("parts %+v", got)
	}
	for i, p := range got {
		piece := s[p.Start:p.End]
		if p.Language != want[i].lang || !strings.HasPrefix(piece, want[i].begin) || !strings.HasSuffix(piece, want[i].end) {
			t.Errorf("part %d is %q in %s, want %+v", i, piece, p.Language, want[i])
		}
	}
	if p := detector(t).Parts(" "); len(p) != 0 {
		t.Errorf("parts of nothing: %v", p)
	}
}

// TestSame detects texts between languages again and again: the model goes
// through its languages in a random order.
func TestSame(t *testing.T) {
	t.Parallel()
	d := detector(t)
	for _, s := range []string{"hotel", "no", "a la de", "super", "hotel taxi pizza", "про", "да", "в", "не"} {
		first := d.Detect(s)
		for range 300 {
			if again := d.Detect(s); again != first {
				t.Fatalf("%q is %+v, then %+v", s, first, again)
			}
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add("Der Akku hält")
	f.Add("\xff好 ᚠ. ok")
	d := detector(f)
	f.Fuzz(func(t *testing.T, s string) {
		first := d.Detect(s)
		if again := d.Detect(s); again != first || first.Confidence < 0 || first.Confidence > 1 {
			t.Fatalf("%q is %+v, then %+v", s, first, again)
		}
		last := 0
		for _, p := range d.Parts(s) {
			if p.Start < last || p.End <= p.Start || p.End > len(s) {
				t.Fatalf("%q: part %+v after %d", s, p, last)
			}
			last = p.End
		}
	})
}

func BenchmarkDetect(b *testing.B) {
	const s = "Leider kam das Paket beschädigt an, aber der Kundendienst war freundlich."
	d := detector(b)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		d.Detect(s)
	}
}
