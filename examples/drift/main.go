// Command drift segments the users of two months and reports the changes:
// segments that appeared, disappeared, grew or shrank, and users who moved.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/drift"
)

// The topics that users write about in these months, one topic each.
var topics = map[string][]string{
	"battery":  {"The battery is empty by noon.", "It has to be charged twice a day.", "The battery drains overnight."},
	"camera":   {"The camera takes sharp pictures.", "Great photos, even at night.", "I love the lens and the zoom."},
	"delivery": {"The parcel came a week late.", "The box was torn when it arrived.", "Shipping took forever."},
	"update":   {"Since the update the app crashes.", "The new version keeps freezing.", "After the update nothing opens any more."},
}

var (
	march = map[string]string{"ann": "battery", "bob": "battery", "cem": "battery", "dai": "camera", "eva": "camera", "fay": "delivery", "gus": "delivery", "hal": "delivery"}
	april = map[string]string{"ann": "battery", "bob": "update", "cem": "update", "dai": "camera", "eva": "camera", "fay": "delivery", "gus": "update", "hal": "delivery", "ida": "update"}
)

func main() {
	ctx := context.Background()
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	before, err := month(ctx, model, march, 3)
	if err != nil {
		log.Fatal(err)
	}
	after, err := month(ctx, model, april, 4)
	if err != nil {
		log.Fatal(err)
	}
	c, err := drift.Compare(before.Segmentation(), after.Segmentation(), drift.Options{
		By: drift.ByCentres, Before: before.Centres(), After: after.Centres(),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range c.Segments {
		name := s.NameAfter
		if name == "" {
			name = s.NameBefore
		}
		fmt.Printf("%-7s %d -> %d users  %s\n", s.Status, s.UsersBefore, s.UsersAfter, name)
	}
	fmt.Printf("%d of %d users moved, %d are new\n", c.Moved, c.Shared, c.Joined)
}

// month segments the users of a month into k segments.
func month(ctx context.Context, model *bert.Model, users map[string]string, k int) (*cohort.Segmenter, error) {
	var texts []cohort.Text
	for _, user := range []string{"ann", "bob", "cem", "dai", "eva", "fay", "gus", "hal", "ida"} {
		for _, text := range topics[users[user]] {
			texts = append(texts, cohort.Text{User: user, Text: text})
		}
	}
	return cohort.Fit(ctx, cohort.Slice(texts), cohort.Options{Model: model, K: k, MinUsers: 1, Bootstrap: -1})
}
