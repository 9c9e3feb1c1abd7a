package repair

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// slowDistance is optimal string alignment by recursion.
func slowDistance(a, b string) int {
	switch {
	case a == "":
		return len(b)
	case b == "":
		return len(a)
	}
	x, y := len(a)-1, len(b)-1
	d := slowDistance(a[:x], b[:y])
	if a[x] != b[y] {
		d++
	}
	d = min(d, slowDistance(a[:x], b)+1, slowDistance(a, b[:y])+1)
	if x > 0 && y > 0 && a[x] == b[y-1] && a[x-1] == b[y] {
		d = min(d, slowDistance(a[:x-1], b[:y-1])+1)
	}
	return d
}

func randomWord(rng *rand.Rand, most int) string {
	w := make([]byte, 1+rng.IntN(most))
	for i := range w {
		w[i] = "abc"[rng.IntN(3)]
	}
	return string(w)
}

func TestDistance(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		a, b := randomWord(rng, 6), randomWord(rng, 6)
		want := slowDistance(a, b)
		for most := range 3 {
			if got := distance(a, b, most); got != min(want, most+1) {
				t.Fatalf("%s, %s within %d: %d, want %d", a, b, most, got, want)
			}
		}
	}
}

// The index finds what comparing with every word finds.
func TestIndexIsComplete(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 2))
	seen := map[string]bool{}
	var words []string
	for len(words) < 1500 {
		if w := randomWord(rng, 14); !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	x := newIndex(words)
	for range 500 {
		w := randomWord(rng, 14)
		for edits := 1; edits <= mostEdits; edits++ {
			var want []near
			for id, other := range words {
				if d := distance(w, other, edits); d <= edits {
					want = append(want, near{int32(id), d})
				}
			}
			if got := x.near(nil, w, edits, math.MaxInt); !slices.Equal(got, want) {
				t.Fatalf("%s within %d: %d words, want %d", w, edits, len(got), len(want))
			}
		}
	}
}

// A likelier error is one of neighbours on the keyboard.
func TestChannel(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"this", "thia", "thip"}, {"word", "wrod", "wxyd"}, {"house", "housre", "houske"}, {"corn", "com", "czz"},
	} {
		if likely, other := channel(c[0], c[1], 0.1), channel(c[0], c[2], 0.1); likely <= other || likely >= 0 {
			t.Errorf("%s as %s: %v, as %s: %v", c[0], c[1], likely, c[2], other)
		}
	}
	if p, want := channel("same", "same", 0.1), 4*math.Log(0.9); math.Abs(p-want) > 1e-12 {
		t.Errorf("no error: %v, want %v", p, want)
	}
}
