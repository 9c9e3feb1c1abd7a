package english

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
)

//go:embed testdata/lemminflect.txt
var lemminflectList string

//go:embed testdata/lemminflect2.txt
var lemminflectList2 string

//go:embed testdata/reviews.txt
var reviewList string

//go:embed testdata/reviews2.txt
var reviewList2 string

func TestLemma(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"": "", "a": "a", "running": "run", "ran": "run", "better": "good", "best": "good", "mice": "mouse", "bed": "bed", "seed": "seed", "beds": "bed",
		"was": "be", "is": "be", "has": "have", "does": "do", "children": "child", "feet": "foot", "batteries": "battery",
		"studies": "study", "making": "make", "hoping": "hope", "hopping": "hop", "stopped": "stop", "wolves": "wolf",
		"biggest": "big", "happier": "happy", "bus": "bus", "gas": "gas", "news": "news", "thing": "thing", "red": "red",
		"this": "this", "less": "less", "glass": "glass", "movies": "movie", "shoes": "shoe", "potatoes": "potato",
		"bought": "buy", "wore": "wear", "lenses": "lens", "worse": "bad", "lying": "lie", "travelling": "travel",
		"t-shirts": "t-shirt", "well-made": "well-made", "x-rays": "x-ray", "isn't": "isn't", "café": "café", "iphones": "iphone",
		// what would be left has no vowel: no verb, but it may be the name of a thing
		"shes": "shes", "hmmed": "hmmed", "fred": "fred", "tvs": "tv", "dslrs": "dslr", "lbs": "lb",
		// of words with hyphens only a plural is undone
		"as-is": "as-is", "well-liked": "well-liked", "all-knowing": "all-knowing", "has-beens": "has-been",
		"vlogging": "vlog", "googled": "google", "quickly": "quickly", "during": "during", "3ds": "3ds", "-": "-", "s-s": "s-s",
	} {
		if got := Lemma(word); got != want {
			t.Errorf("Lemma(%q) = %q, want %q", word, got, want)
		}
	}
}

// accuracy is the share of the words of a list for which f gives a lemma that
// the list has.
func accuracy(list string, f func(string) string) (share float64, n int, wrong []string) {
	right := 0
	for line := range strings.Lines(list) {
		form, lemmas, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || form == "#" {
			continue
		}
		n++
		if got := f(form); slices.Contains(strings.Split(lemmas, "|"), got) {
			right++
		} else {
			wrong = append(wrong, form+" -> "+got+", not "+lemmas)
		}
	}
	return float64(right) / float64(n), n, wrong
}

// TestAccuracy measures Lemma on lists that had no part in making its table:
// words of reviews that look inflected, with lemmas written by hand, and
// inflected words of another lexicon, rare and medical ones included. The first
// of each were read when the way of making it was settled, the second were not.
// Returning the word itself and stemming it stand beside.
func TestAccuracy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, list string
		floor      float64
	}{
		{"words of reviews", reviewList, 0.97}, {"words of reviews, held out", reviewList2, 0.97},
		{"lemminflect's inflected words", lemminflectList, 0.95}, {"lemminflect's inflected words, held out", lemminflectList2, 0.95},
	} {
		got, n, wrong := accuracy(c.list, Lemma)
		same, _, _ := accuracy(c.list, func(s string) string { return s })
		stem, _, _ := accuracy(c.list, Stem)
		t.Logf("%s: %.4f of %d right (the word itself: %.4f, its stem: %.4f)", c.name, got, n, same, stem)
		if testing.Verbose() {
			t.Logf("first of %d wrong: %q", len(wrong), wrong[:min(len(wrong), 60)])
		}
		if got < c.floor {
			t.Errorf("%s: accuracy %.4f, floor %.2f", c.name, got, c.floor)
		}
	}
}

func TestStem(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"running": "run", "batteries": "batteri", "generously": "generous", "having": "have", "the": "the", "": ""} {
		if got := Stem(word); got != want {
			t.Errorf("Stem(%q) = %q, want %q", word, got, want)
		}
	}
}

func FuzzLemma(f *testing.F) {
	for _, s := range []string{"running", "t-shirts", "ies", "-s", "ss", "\xff", "ing", "Café's"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Lemma(s)
		if got == "" && s != "" {
			t.Fatalf("Lemma(%q) is empty", s)
		}
		if len(got) > len(s)+4 {
			t.Fatalf("Lemma(%q) = %q is longer", s, got)
		}
		Stem(s)
	})
}

var benchmarkWords = strings.Fields("the batteries were running out and my better camera lenses looked surprisingly blurry without charging vlogging iphones")

func benchmark(b *testing.B, f func(string) string) {
	n := 0
	for _, w := range benchmarkWords {
		n += len(w) + 1
	}
	f("warm")
	b.SetBytes(int64(n))
	for b.Loop() {
		for _, w := range benchmarkWords {
			f(w)
		}
	}
	b.ReportMetric(float64(b.N*len(benchmarkWords))/b.Elapsed().Seconds(), "words/s")
}

func BenchmarkLemma(b *testing.B) { benchmark(b, Lemma) }
func BenchmarkStem(b *testing.B)  { benchmark(b, Stem) }
