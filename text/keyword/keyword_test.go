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
	t.Parallel()
	c := NewCounter(2, Options{MaxWords: 1, Stop: text.NewSet("a")})
	for user, s := range []string{"x1 x1 y1", "x1"} {
		c.Add(0, user, s)
	}
	c.Add(1, 0, "y1 z1")
	// sizes 3 and 2, mean 2.5; texts of all: x1 2, y1 2, z1 1
	for segment, want := range [][]Keyword{
		{{"x1", 2. / 3 * math.Log1p(2.5/2), 2, 0}, {"y1", 1. / 3 * math.Log1p(2.5/2), 1, 1}},
		{{"z1", 1. / 2 * math.Log1p(2.5/1), 1, 0}, {"y1", 1. / 2 * math.Log1p(2.5/2), 1, 1}},
	} {
		if got := c.Keywords(segment, Query{Diversity: -1}); !reflect.DeepEqual(got, want) {
			t.Errorf("segment %d: got  %v\nwant %v", segment, got, want)
		}
	}
}

// TestLogOdds checks the log-odds ratio against the formula worked out by hand.
func TestLogOdds(t *testing.T) {
	t.Parallel()
	c := NewCounter(3, Options{MaxWords: 1})
	for user, s := range []string{"lens zoom", "lens", "lens flash"} {
		c.Add(0, user, s)
	}
	c.Add(1, 0, "lens battery zoom")
	c.Add(2, 0, "lens zoom zoom")
	// sizes 5, 3, 2: the prior is a third of 10; lens is in 5 texts, 3 of them of
	// the segment, 1 of the one it is compared with
	prior, p := 10./3, 5./3
	lo := math.Log((3+p)/(5+prior-3-p)) - math.Log((1+p)/(3+prior-1-p))
	z := lo / math.Sqrt(1/(3+p)+1/(1+p))
	got := c.LogOdds(0, func(j int) bool { return j == 1 }, Query{MinTexts: 2})
	if len(got) != 1 || got[0].Text != "lens" || got[0].Count != 3 || got[0].Others != 1 || math.Abs(got[0].LogOdds-lo) > 1e-12 || math.Abs(got[0].Z-z) > 1e-12 {
		t.Errorf("got %v, want lens with %v and %v", got, lo, z)
	}
	if got := c.LogOdds(0, func(j int) bool { return j == 1 }, Query{MinTexts: 2, MinZ: z * 1.000001}); len(got) != 0 {
		t.Errorf("%v is above %v standard errors", got, z)
	}
	if got := NewCounter(1, Options{}).LogOdds(0, func(int) bool { return false }, Query{}); got != nil {
		t.Errorf("nothing counted: %v", got)
	}
}

func TestExtract(t *testing.T) {
	t.Parallel()
	got, err := Extract(context.Background(), sample, sampleLabels, Options{}, Query{Top: 3})
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
	again, err := Extract(context.Background(), texts, labels, Options{}, Query{Top: 3})
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
	t.Parallel()
	texts := []string{"My iPods died. Batteries too", "An iPod battery, an iPod battery!", "iPod batteries: the iPod batteries", "MY IPOD IS DEAD", "new iPod batteries"}
	for words, want := range map[int][]string{
		1: {"iPod", "batteries"},
		2: {"iPod", "iPod batteries"}, // most batteries are an iPod's
	} {
		got, err := Extract(context.Background(), texts, make([]int, len(texts)), Options{Lemma: english.Lemma, MaxWords: words}, Query{Diversity: -1})
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
	t.Parallel()
	if _, err := Extract(context.Background(), sample, []int{0}, Options{}, Query{}); !errors.Is(err, ErrShape) {
		t.Errorf("got %v, want ErrShape", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Extract(ctx, sample, sampleLabels, Options{}, Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if got, err := Extract(context.Background(), nil, nil, Options{}, Query{}); err != nil || len(got) != 0 {
		t.Errorf("no texts: %v, %v", got, err)
	}
	if got, err := Extract(context.Background(), []string{"the of", ""}, []int{1, 1}, Options{}, Query{}); err != nil || len(got) != 2 || len(got[0])+len(got[1]) != 0 {
		t.Errorf("stop words only: %v, %v", got, err)
	}
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
	got, err := Extract(context.Background(), []string{"sharp lens, dead battery", "blunt knife", "sharp lens"}, []int{0, 0, 0}, Options{}, Query{})
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
