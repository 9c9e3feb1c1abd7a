package noise

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

const sentence = "The quick brown fox jumps over the lazy dog, 24 times a day"

// Noises spoil about the share that they say, and the same seed spoils the same.
func TestNoise(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(sentence+" ", 200)
	words := strings.Fields(long)
	for _, c := range []struct {
		name  string
		noise Noise
		share [2]float64 // of words that stay, least and most
	}{
		{"none", Typing(0), [2]float64{1, 1}}, {"typing", Typing(0.1), [2]float64{0.6, 0.75}}, {"OCR", OCR(0.1), [2]float64{0.6, 0.9}}, {"upper", Upper, [2]float64{0.05, 0.1}},
	} {
		got := strings.Fields(c.noise(long, rand.New(rand.NewPCG(1, 1))))
		if again := strings.Fields(c.noise(long, rand.New(rand.NewPCG(1, 1)))); !slices.Equal(got, again) {
			t.Errorf("%s: the same seed gives other texts", c.name)
		}
		same := 0.
		for i := range min(len(words), len(got)) {
			if words[i] == got[i] {
				same++
			}
		}
		if same /= float64(len(words)); len(got) == len(words) && (same < c.share[0] || same > c.share[1]) {
			t.Errorf("%s: %.2f of the words stay", c.name, same)
		}
	}
	if got := NoSpaces(1)("a b c", rand.New(rand.NewPCG(1, 1))); got != "abc" {
		t.Error(got)
	}
	if got := HalfKana("ガイド、ページ。漢字", nil); got != "ｶﾞｲﾄﾞ､ﾍﾟｰｼﾞ｡漢字" {
		t.Error(got)
	}
	if got := FullWidth("a 1", nil); got != "ａ １" {
		t.Error(got)
	}
}

// Characters are replaced by others of their group only, and those of no group stay.
func TestAlike(t *testing.T) {
	t.Parallel()
	got := Alike(NewGroups([]string{"ab", "xyz"}), 1)("abxc", rand.New(rand.NewPCG(1, 1)))
	if got != "bayc" && got != "bazc" {
		t.Error(got)
	}
	if got := Alike(NewGroups([]string{"ab", "x"}), 1)("xx", rand.New(rand.NewPCG(1, 1))); got != "xx" {
		t.Errorf("%s: a group of one has nothing else", got)
	}
}

// TestAlikeOfOne: a group that repeats one character has no other to take.
func TestAlikeOfOne(t *testing.T) {
	t.Parallel()
	n := Alike(NewGroups([]string{"商商", "日", "曰日曰"}), 1)
	if got := n("商日曰x", rand.New(rand.NewPCG(1, 1))); got != "商曰日x" {
		t.Errorf("got %s", got)
	}
}
