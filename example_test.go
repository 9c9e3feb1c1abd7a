package cohort_test

import (
	"context"
	"fmt"
	"log"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
)

var reviews = []cohort.Text{
	{User: "ann", Text: "The camera takes sharp pictures, even at night."},
	{User: "ann", Text: "I love the lens and the zoom of this camera."},
	{User: "bob", Text: "The battery is empty after two hours."},
	{User: "bob", Text: "The battery has to be charged all the time."},
	{User: "cem", Text: "Great photos, the camera flash is bright."},
	{User: "dai", Text: "The charger broke and the battery died."},
}

func ExampleSegment() {
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	seg, err := cohort.Segment(context.Background(), cohort.Slice(reviews), cohort.Options{Model: model, K: 2})
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
