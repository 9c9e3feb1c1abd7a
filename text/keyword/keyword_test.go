package keyword

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/english"
)

var sample = []string{
	"The battery life is great, battery life matters.",
	"Battery-life was awful and the battery died.",
	"I love the battery life of this phone",
	"Lens quality is superb; sharp lens.",
	"The lens takes sharp pictures",
	"sharp picture, good lens",
}
var sampleLabels = []int{0, 0, 0, 1, 1, 1}

// TestCTFIDF checks the weights against the formula worked out term by term.
func TestCTFIDF(t *testing.T) {
	c := NewCounter(Options{MaxWords: 1, Diversity: -1, Stop: text.NewSet("a")})
	c.Add(0, "x1 x1 y1")
	c.Add(1, "y1 z1")
	c.Add(-1, "y1 y1 y1")
	got := c.Keywords()
	// sizes 3 and 2, mean 2.5; totals x 2, y 2, z 1
	want := [][]Keyword{
		{{"x1", 2. / 3 * math.Log(1+2.5/2), 2, 1, 0}, {"y1", 1. / 3 * math.Log(1+2.5/2), 1, 1, 1}},
		{{"z1", 1. / 2 * math.Log(1+2.5/1), 1, 1, 0}, {"y1", 1. / 2 * math.Log(1+2.5/2), 1, 1, 1}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestExtract(t *testing.T) {
	got, err := Extract(context.Background(), sample, sampleLabels, Options{Top: 3})
	if err != nil {
		t.Fatal(err)
	}
	first := []string{got[0][0].Text, got[1][0].Text}
	if !strings.Contains(first[0], "battery") || first[1] != "lens" && first[1] != "sharp" {
		t.Errorf("best keywords %q", first)
	}
	// the order of the texts does not matter
	texts, labels := slices.Clone(sample), slices.Clone(sampleLabels)
	slices.Reverse(texts)
	slices.Reverse(labels)
	again, err := Extract(context.Background(), texts, labels, Options{Top: 3})
	if err != nil || !reflect.DeepEqual(got, again) {
		t.Errorf("reversed input: %v, %v; want %v", again, err, got)
	}
	for s, ks := range got {
		for i, k := range ks {
			for _, l := range ks[:i] {
				if squeeze(k.Text) == squeeze(l.Text) {
					t.Errorf("segment %d repeats %q as %q", s, l.Text, k.Text)
				}
			}
		}
	}
}

// TestSurface checks that keywords stand as they are most often written, their
// inflections and capitals counted together.
func TestSurface(t *testing.T) {
	texts := []string{"My iPods died. Batteries too", "An iPod battery, an iPod battery!", "iPod batteries: the iPod batteries", "MY IPOD IS DEAD"}
	for words, want := range map[int][]string{
		1: {"iPod", "batteries"},
		2: {"iPod", "iPod batteries"}, // most batteries are an iPod's
	} {
		got, err := Extract(context.Background(), texts, make([]int, len(texts)), Options{Lemma: english.Lemma, Diversity: -1, MaxWords: words})
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, k := range got[0] {
			all = append(all, k.Text)
		}
		if len(all) < 2 || !slices.Equal(all[:2], want) {
			t.Errorf("keywords of up to %d words: %q, want %q first", words, all, want)
		}
	}
}

func TestExtractErrors(t *testing.T) {
	if _, err := Extract(context.Background(), sample, []int{0}, Options{}); !errors.Is(err, ErrShape) {
		t.Errorf("got %v, want ErrShape", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Extract(ctx, sample, sampleLabels, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if got, err := Extract(context.Background(), nil, nil, Options{}); err != nil || len(got) != 0 {
		t.Errorf("no texts: %v, %v", got, err)
	}
	if got, err := Extract(context.Background(), []string{"the of", ""}, []int{1, 1}, Options{}); err != nil || len(got) != 2 || len(got[0])+len(got[1]) != 0 {
		t.Errorf("stop words only: %v, %v", got, err)
	}
}

func TestDuplicates(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"wi-fi", "wi fi", true}, {"wi-fi", "wifi", true}, {"camera", "cameras", true},
		{"resolution", "resoluton", true}, {"house", "mouse", false}, {"bright", "fright", false},
		{"receive it", "recieve it", true}, {"lens", "flash", false},
		{"love", "loved", true}, {"return", "returning", true}, {"car", "card", false}, {"is", "ising", false},
		{"art", "party", false}, // as many, but not a word of it
	} {
		a := Candidate{Key: c.a, Count: 5}
		b := Candidate{Key: c.b, Count: 5}
		if got := duplicate(&a, &b); got != c.want {
			t.Errorf("duplicate(%q, %q) = %v", c.a, c.b, got)
		}
	}
}

// TestPhrasesSaidOnce checks that a phrase said once is no keyword, be the segment
// of ever so few texts, and that one said twice is.
func TestPhrasesSaidOnce(t *testing.T) {
	got, err := Extract(context.Background(), []string{"sharp lens, dead battery", "blunt knife", "sharp lens"}, []int{0, 0, 0}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var phrases []string
	for _, k := range got[0] {
		if strings.Contains(k.Text, " ") {
			phrases = append(phrases, k.Text)
		}
	}
	if len(phrases) != 1 || phrases[0] != "sharp lens" {
		t.Errorf("phrases %q, want sharp lens alone", phrases)
	}
}
