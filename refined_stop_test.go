package cohort

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/text"
)

// asked holds stop words that go with three kinds of questions.
var asked = [3]string{
	"who whom whose he him his himself she her hers herself they them their theirs themselves",
	"where there here above below under over through into up down out off from between to",
	"how many much more most few some any all each both other such only very too",
}

// Refinement reads stop words too: these users write nothing else.
func TestRefineReadsStopWords(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 8))
	var texts []Text
	of := map[string]int{}
	for u := range 400 {
		topic, id := r.IntN(3), "u"+strconv.Itoa(u)
		var words []string
		for range 7 {
			from := topic
			if r.IntN(3) == 0 {
				from = r.IntN(3)
			}
			list := strings.Fields(asked[from])
			word := list[r.IntN(len(list))]
			if !text.StopWords(text.English).Has(word) {
				t.Fatalf("%s is no stop word", word)
			}
			words = append(words, word)
		}
		texts, of[id] = append(texts, Text{User: id, Text: strings.Join(words, " ")}), topic
	}
	o := Options{Model: &bag.Model{Features: 12}, K: 3, Lang: "en", Bootstrap: -1}
	plain, err := Segment(t.Context(), Slice(texts), o)
	if err != nil {
		t.Fatal(err)
	}
	o.Refine = true
	s, err := Segment(t.Context(), Slice(texts), o)
	if err != nil {
		t.Fatal(err)
	}
	// By vectors and neighbours alone, it does not rise.
	if before, after := agreement(t, plain, of), agreement(t, s, of); !s.Run.Refine.Refined || after < before+0.1 {
		t.Errorf("agreement with the kinds %.3f, before %.3f; %s", after, before, s.Run.Refine.Reason)
	}
}
