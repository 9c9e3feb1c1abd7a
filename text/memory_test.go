package text

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestWordsMemory checks that the words of a long text take little more than the
// words: not their tokens, grown again and again.
func TestWordsMemory(t *testing.T) {
	s := strings.Repeat("the batteries were dead, the box was not! ", 20000)
	var words []string
	if n := testdir.Allocated(func() { words = Splitter{}.Words(s) }); float64(n) > 12*float64(len(s)) {
		t.Errorf("words of %d bytes take %d bytes of memory", len(s), n)
	}
	one := Splitter{}.Words("the batteries were dead, the box was not!")
	if len(words) != 20000*len(one) {
		t.Fatalf("%d words, want %d", len(words), 20000*len(one))
	}
	for i := 0; i < len(words); i += len(one) { // also where one piece ends and the next begins
		if !slices.Equal(words[i:i+len(one)], one) {
			t.Fatalf("words %d and on are %q", i, words[i:i+len(one)])
		}
	}
	// Chinese without a mark comes in runs of more than are held at once
	if got, want := len(Splitter{}.Words(strings.Repeat("好", 3000))), 2999; got != want {
		t.Errorf("%d pairs, want %d", got, want)
	}
}
