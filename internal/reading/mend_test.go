package reading

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/result"
)

// vocabulary has the words of right, and many others.
func vocabulary() []string {
	out := strings.Fields(strings.Join(right, " "))
	for i := range leastVocabulary {
		out = append(out, "zz"+strings.NewReplacer("0", "a", "1", "b", "2", "c", "3", "d", "4", "e", "5", "f", "6", "g", "7", "h", "8", "i", "9", "j").Replace(fmt.Sprintf("%05d", i)))
	}
	return out
}

var right = []string{
	"the battery of this camera is great and lasts for the whole day",
	"my order was delivered late and the package was damaged",
	"please transfer the money from my account to the other account",
}

// written returns texts of eight users, of which every nth has a letter too many
// in three of its long words.
func written(nth int) []corpus.Text {
	rng := rand.New(rand.NewPCG(1, 2))
	var out []corpus.Text
	for i := range 360 {
		words := strings.Fields(right[i%3])
		for j, n := 0, 0; i%nth == 0 && j < len(words) && n < 3; j++ {
			if w := words[j]; len(w) > 5 {
				at := 1 + rng.IntN(len(w)-1)
				words[j] = w[:at] + string(rune('a'+rng.IntN(26))) + w[at:]
				n++
			}
		}
		out = append(out, corpus.Text{User: fmt.Sprint("u", i%8), Text: strings.Join(words, " ")})
	}
	return out
}

// Models read misspelt words put right if that is wanted, or if texts are noisy;
// they are shown as they are written, and counted.
func TestMend(t *testing.T) {
	t.Parallel()
	words := vocabulary()
	for _, c := range []struct {
		name  string
		texts []corpus.Text
		mend  *Mend
		want  *result.Repair // some of it
	}{
		{"off", written(2), nil, nil},
		{"noisy", written(2), &Mend{Vocabulary: words}, &result.Repair{Mode: "auto", On: true, By: "texts", Texts: 180}},
		{"hardly noisy", written(40), &Mend{Vocabulary: words}, &result.Repair{Mode: "auto", By: "texts"}},
		{"hardly noisy, on", written(40), &Mend{Mode: corpus.RepairOn, Vocabulary: words}, &result.Repair{Mode: "on", On: true, By: "texts", Texts: 9}},
		{"few words", written(2)[:20], &Mend{Vocabulary: words}, &result.Repair{Mode: "auto", By: "texts"}},
		{"no vocabulary", written(2), &Mend{}, nil},
		{"no vocabulary, on", written(4), &Mend{Mode: corpus.RepairOn}, &result.Repair{Mode: "on", On: true, By: "texts", Texts: 90}},
	} {
		for _, repeats := range []*corpus.Repeats{nil, {Of: corpus.RepeatsKept}} {
			r := open(t, c.texts, Config{Mend: c.mend, Repeats: repeats, FindBoilerplate: true})
			first := collect(t, r.First(t.Context()))
			if d := cmp.Diff(first, collect(t, r.Again(t.Context()))); d != "" {
				t.Errorf("%s: again: %s", c.name, d)
			}
			got := r.Survey().Cleaning.Repair
			if got != nil {
				if got.Counted == 0 || got.ErrorRate == 0 {
					t.Errorf("%s: %+v", c.name, got)
				}
				short := *got
				if got.On && (got.Words < 2*got.Texts || got.Words > 3*got.Texts) {
					t.Errorf("%s: %+v", c.name, got)
				}
				short.Counted, short.ErrorRate, short.Noise, short.Words = 0, 0, 0, 0
				got = &short
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s: %s", c.name, d)
			}
			for i, x := range first {
				mended := c.want != nil && c.want.On
				if x.Clean != c.texts[i].Text || r.Mend(x.Clean) != x.Mended || x.Plain != x.Mended || (x.Changes != nil) != (x.Clean != x.Mended) || !mended && x.Changes != nil {
					t.Fatalf("%s: %+v", c.name, x)
				}
				if mended && c.mend.Vocabulary != nil && x.Mended != right[indexOf(right, x.Mended)] {
					t.Errorf("%s: %q", c.name, x.Mended)
				}
			}
		}
	}
}

func indexOf(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return 0
}

// New texts are put right by the words of an earlier run: always if that run did,
// and else if they are noisy.
func TestMendByEarlierWords(t *testing.T) {
	t.Parallel()
	words := vocabulary()
	earlier := open(t, written(1000), Config{Mend: &Mend{Vocabulary: words}})
	known, on := earlier.Known()
	if known == nil || on || len(known.Words) == 0 {
		t.Fatalf("%+v, %v", known, on)
	}
	one := []corpus.Text{{User: "x", Text: "the batery"}}
	for _, c := range []struct {
		name  string
		texts []corpus.Text
		mend  Mend
		on    bool
	}{
		{"again", one, Mend{Again: true}, true},
		{"few", one, Mend{}, false},
		{"few, on", one, Mend{Mode: corpus.RepairOn}, true},
		{"noisy", written(2), Mend{}, true},
		{"clean", written(40), Mend{}, false},
	} {
		of := *known
		of.KeepWords = of.KeepWords && !c.mend.Again // as if that run had been noisy
		c.mend.Known, c.mend.Vocabulary = &of, words
		r := open(t, c.texts, Config{Mend: &c.mend, Repeats: &corpus.Repeats{}})
		got := r.Mend("the batery")
		if s := r.Survey().Cleaning.Repair; s.On != c.on || (got == "the battery") != c.on || (s.By == result.RepairOfSegmenter) != c.mend.Again {
			t.Errorf("%s: %q, %+v", c.name, got, s)
		}
		if own := collect(t, r.OfUser(t.Context(), "x")); len(c.texts) == 1 && (len(own) != 1 || own[0].Plain != got) {
			t.Errorf("%s: %+v", c.name, own)
		}
	}
}
