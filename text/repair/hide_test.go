package repair

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// often is how many misspell a word of noisyCounter.
const often = "tra" + "snfer"

// noisyCounter returns the words of users of whom many misspell some words alike.
func noisyCounter() *Counter {
	rng := rand.New(rand.NewPCG(3, 4))
	c := NewCounter()
	for i := range 3000 {
		words := strings.Fields("please transfer the money from my account to the other account today")
		if i%60 == 0 {
			words[1] = often
		}
		at := rng.IntN(len(words))
		if w := []byte(words[at]); len(w) > 3 {
			w[1+rng.IntN(len(w)-1)] = byte('a' + rng.IntN(26))
			words[at] = string(w)
		}
		c.AddOf(fmt.Sprint(i%49), strings.Join(words, " "))
	}
	return c
}

// What is left of an index when frequent errors are hidden is the index that is
// made without them.
func TestHidden(t *testing.T) {
	t.Parallel()
	vocabulary := strings.Fields("the to from my please transfer money account other today")
	r, err := noisyCounter().Repairer(Options{Vocabulary: vocabulary, ErrorRate: 0.05})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := r.id[often]; ok || r.corpus.Hidden[hashed(often)] == 0 || r.Repair(often+" money").Text != "transfer money" {
		t.Fatalf("a frequent error is not hidden: %d words, rate %v", len(r.corpus.Words), r.rate)
	}
	again, err := New(r.Corpus(), r.o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"index", "prior", "count", "names", "known", "titles", "id", "pairs", "letters", "rate", "spaces"} {
		got, want := reflect.ValueOf(*r).FieldByName(f), reflect.ValueOf(*again).FieldByName(f)
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("%s differs from that of a Repairer made anew", f)
		}
	}
	if !reflect.DeepEqual(r.index, again.index) || !reflect.DeepEqual(r.pairs, again.pairs) {
		t.Error("the index or the pairs differ from those of a Repairer made anew")
	}
}

func TestWithout(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	var words []string
	for i := range 500 {
		words = append(words, fmt.Sprintf("%c%c%c%c%c", 'a'+rng.IntN(4), 'a'+rng.IntN(4), 'a'+i/26%26, 'a'+i%26, 'a'+rng.IntN(4)))
	}
	x := newIndex(words)
	for _, every := range []int{2, 9, 100, 1000} { // of which 2 makes fewer buckets
		gone := make([]bool, len(words))
		var kept []string
		for i, w := range words {
			if gone[i] = i%every == every-1; !gone[i] {
				kept = append(kept, w)
			}
		}
		if got, want := x.without(gone), newIndex(kept); !reflect.DeepEqual(got, want) {
			t.Errorf("without one of %d words: another index than one of the others", every)
		}
	}
}

// An adjusted Repairer is the one that would be made so, over the same index.
func TestAdjusted(t *testing.T) {
	t.Parallel()
	r := known(t, 0.05)
	for _, o := range []Options{{}, {KeepWords: true}, {KeepCharacters: true}, {ErrorRate: 0.001, SpaceRate: 0.2}, {CharacterRate: 0.1, LookShare: 0.3}} {
		a, err := r.Adjusted(o)
		if err != nil {
			t.Fatal(err)
		}
		made := o
		made.Vocabulary = vocabulary
		want, err := New(r.Corpus(), made)
		if err != nil {
			t.Fatal(err)
		}
		if a.index != r.index {
			t.Errorf("%+v: the index was made again", o)
		}
		if !reflect.DeepEqual(a.Corpus(), want.Corpus()) {
			t.Errorf("%+v: %+v, want %+v", o, a.Corpus(), want.Corpus())
		}
		for _, s := range []string{"the batery is great", "pleasetransfer the mony", "the cmaera lasts 质量很好"} {
			if got, w := a.Repair(s).Text, want.Repair(s).Text; got != w {
				t.Errorf("%+v: %q, want %q", o, got, w)
			}
		}
	}
	back, err := r.Adjusted(Options{KeepWords: true})
	if err == nil {
		back, err = back.Adjusted(Options{})
	}
	if err != nil || back.Repair("the batery").Text != "the battery" {
		t.Errorf("words are kept still: %v", err)
	}
	if _, err := r.Adjusted(Options{ErrorRate: 0.7}); !errors.Is(err, ErrOptions) {
		t.Errorf("a rate of 0.7: %v", err)
	}
}
