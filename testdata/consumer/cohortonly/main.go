// Command cohortonly shows what a program pays that segments users with a model
// of its own: here one that counts two words.
package main

import (
	"context"
	"fmt"
	"iter"
	"log"
	"strings"

	"github.com/seed-56ee9438/cohort"
)

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

func main() {
	texts := []cohort.Text{
		{User: "ann", Text: "a good camera"}, {User: "bob", Text: "the battery is dead"},
		{User: "cem", Text: "camera and flash"}, {User: "dai", Text: "no battery lasts"},
	}
	seg, err := cohort.Segment(context.Background(), cohort.Slice(texts), cohort.Options{Model: counter{"camera", "battery"}, K: 2})
	if err != nil {
		log.Fatal(err)
	}
	for _, u := range seg.Users {
		fmt.Println(u.ID, u.Segment)
	}
}
