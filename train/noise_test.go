package train

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text/repair"
)

func TestNoise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		noise Noise
		text  string
		apart func(got string) bool // whether this is what the noise may do
	}{
		{"spaces", Noise{Spaces: 1}, "the best hotel in paris", func(got string) bool { return strings.ReplaceAll(got, " ", "") == "thebesthotelinparis" }},
		{"typing", Noise{Typing: 1}, "the best hotel in paris", func(got string) bool { return got != "" }},
		{"letters alike", Noise{LookAlikes: 1}, "the best hotel in paris", func(got string) bool { return strings.Count(got, " ") == 4 }},
		{"characters alike", Noise{LookAlikes: 1}, "己经买了日用品", func(got string) bool { return utf8.RuneCountInString(got) == 7 }},
		{"homophones", Noise{Homophones: 1}, "质量很好, good", func(got string) bool {
			return strings.HasSuffix(got, ", good") && utf8.RuneCountInString(got) == 10
		}},
		{"any", Noise{}, "质量很好", func(got string) bool { return utf8.RuneCountInString(got) == 4 }},
	} {
		draw := func(seed uint64) (out []string) {
			r := rand.New(rand.NewPCG(seed, 1))
			for range 50 {
				s, err := c.noise.Apply(c.text, r)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, s)
			}
			return out
		}
		got, changed := draw(1), 0
		for _, s := range got {
			if s != c.text {
				changed++
			}
			if !c.apart(s) {
				t.Errorf("%s: %q becomes %q", c.name, c.text, s)
			}
		}
		if changed < 10 {
			t.Errorf("%s: %d of 50 texts have errors", c.name, changed)
		}
		if !slices.Equal(got, draw(1)) || slices.Equal(got, draw(2)) {
			t.Errorf("%s: the same seed has to give the same, another others", c.name)
		}
	}
}

// What there are no errors for stays, and no text is left empty.
func TestNoiseLeaves(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		for text, n := range map[string]Noise{"42": {}, "": {}, "とても": {Homophones: 1}, "a": {Typing: 1}, "质量": {Typing: 1, Spaces: 1}} {
			got, err := n.Apply(text, r)
			if err != nil || got != text && (text != "a" || got == "") {
				t.Errorf("%q becomes %q (%v)", text, got, err)
			}
		}
	}
}

// TestNoiseOfEveryCharacter: no character of the lists makes the noise search
// for ever, or is left out of the text.
func TestNoiseOfEveryCharacter(t *testing.T) {
	t.Parallel()
	for name, groups := range map[string][]string{"homophones": repair.Homophones(), "look-alikes": repair.LookAlikes()} {
		text := strings.Join(groups, "")
		n := Noise{LookAlikes: 1}
		if name == "homophones" {
			n = Noise{Homophones: 1}
		}
		got := n.apply(text, rand.New(rand.NewPCG(1, 1)))
		if want := utf8.RuneCountInString(text); got == text || utf8.RuneCountInString(got) != want {
			t.Errorf("%s: %d of %d characters, changed %v", name, utf8.RuneCountInString(got), want, got != text)
		}
	}
}
