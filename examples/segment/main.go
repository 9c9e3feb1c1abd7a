// Command segment groups the authors of a few texts and prints why: the library
// on one page.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/report"
)

var texts = []cohort.Text{
	{User: "ann", Text: "The camera takes sharp pictures, even at night."},
	{User: "ann", Text: "I love the lens and the zoom."},
	{User: "bob", Text: "The battery is empty after two hours."},
	{User: "bob", Text: "It has to be charged all the time."},
	{User: "cem", Text: "My parcel came two weeks late."},
	{User: "dai", Text: "Great photos, the flash is bright."},
	{User: "eva", Text: "The charger broke and the battery died."},
	{User: "fay", Text: "Shipping was slow and the box was torn."},
}

func main() {
	ctx := context.Background()
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	seg, err := cohort.Segment(ctx, cohort.Slice(texts), cohort.Options{Model: model, K: 3, MinUsers: 2})
	if err != nil {
		log.Fatal(err)
	}
	for _, u := range seg.Users {
		fmt.Printf("%s is in segment %d (margin %.2f)\n", u.ID, u.Segment, u.Margin)
	}
	f, err := os.Create("report.html")
	if err != nil {
		log.Fatal(err)
	}
	if err := report.WriteHTML(f, seg); err != nil {
		log.Fatal(err)
	}
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("report.html says more")
}
