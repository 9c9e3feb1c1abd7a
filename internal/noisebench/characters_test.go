package noisebench

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/text/chinese"
	"github.com/seed-56ee9438/cohort/text/repair"
)

// TestCharacters prints which Chinese characters repair puts right, without an
// encoder, of the set in COHORT_NOISE_SETS: the share of the wrong ones, of those that
// become a third, and of the others that become wrong.
func TestCharacters(t *testing.T) {
	dir := os.Getenv("COHORT_NOISE_SETS")
	if dir == "" {
		t.Skip("COHORT_NOISE_SETS is not set")
	}
	_, texts, _ := read(t, dir, set{file: "chinese", own: 1})
	n := len(texts)
	more, err := os.ReadFile(filepath.Join(dir, "chinese.more"))
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(more)) {
		texts = append(texts, strings.TrimSpace(l))
	}
	for _, kind := range []string{"clean", "homophones 5 %", "homophones 10 %", "homophones 20 %", "look-alikes 10 %"} {
		if kinds := os.Getenv("COHORT_NOISE_KINDS"); kinds != "" && !strings.Contains(","+kinds+",", ","+kind+",") {
			continue
		}
		rng := rand.New(rand.NewPCG(1, 2))
		spoil := noises(t, dir, "chinese")[kind]
		words := repair.NewCounter()
		noisy := slices.Clone(texts)
		for i, s := range texts {
			noisy[i] = spoil(s, rng)
			words.Add(noisy[i])
		}
		r, err := words.Repairer(repair.Options{Dictionary: chinese.Lazy{}.Dictionary()})
		if err != nil {
			t.Fatal(err)
		}
		var wrong, right, third, good, spoilt float64
		for i, s := range texts[:n] {
			is, was, want := []rune(r.Repair(noisy[i]).Text), []rune(noisy[i]), []rune(s)
			if len(is) != len(want) || len(was) != len(want) { // words of letters were taken apart
				continue
			}
			for j, c := range want {
				switch was[j] {
				case c:
					good++
					spoilt += float64(btoi(is[j] != c))
				default:
					wrong++
					right += float64(btoi(is[j] == c))
					third += float64(btoi(is[j] != c && is[j] != was[j]))
				}
			}
		}
		t.Logf("%s: rate %.4f look %.2f | put right %.4f third %.4f spoilt %.5f", kind, r.CharacterRate(), r.LookShare(), right/max(wrong, 1), third/max(wrong, 1), spoilt/good)
	}
}
