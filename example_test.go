package cohort_test

import (
	"context"
	"fmt"
	"iter"
	"log"
	"strings"

	"github.com/seed-56ee9438/cohort"
)

var reviews = []cohort.Text{
	{User: "ann", Text: "The camera takes sharp pictures, even at night."},
	{User: "ann", Text: "I love the lens and the zoom of this camera."},
	{User: "bob", Text: "The battery is empty after two hours."},
	{User: "bob", Text: "The battery has to be charged all the time."},
	{User: "cem", Text: "Great photos, the camera flash is bright."},
	{User: "dai", Text: "The charger broke and the battery died."},
}

// Any Embedder will do. Programs take one of package bert, such as the embedded
// model of bert/minilm; to run without one, this example counts two words.
func ExampleSegment() {
	seg, err := cohort.Segment(context.Background(), cohort.Slice(reviews), cohort.Options{Model: counter{"camera", "battery"}, K: 2})
	if err != nil {
		log.Fatal(err)
	}
	for _, u := range seg.Users {
		fmt.Printf("%s is in segment %d\n", u.ID, u.Segment)
	}
	// Output:
	// ann is in segment 1
	// bob is in segment 2
	// cem is in segment 1
	// dai is in segment 2
}

// counter is an Embedder whose features are how often words occur.
type counter []string

func (c counter) EmbedSeq(_ context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		for t := range texts {
			v := make([]float32, len(c))
			for i, word := range c {
				v[i] = float32(strings.Count(t, word))
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

func (c counter) Dim() int       { return len(c) }
func (c counter) Name() string   { return "counter" }
func (c counter) Digest() string { return strings.Join(c, " ") }
