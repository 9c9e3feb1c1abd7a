// Command zeroshot labels texts without any labelled examples: each text gets
// the label whose description is nearest in meaning. The distance to the
// second-nearest label shows how certain it is.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/search"
)

// Labels, each described by a sentence: sentence models handle sentences better
// than single words.
var labels = []struct{ name, about string }{
	{"delivery", "The parcel was late, lost or damaged on its way."},
	{"billing", "A question about a payment, an invoice or a refund."},
	{"defect", "The product is broken or does not work."},
	{"praise", "A happy customer who recommends the product."},
}

var texts = []string{
	"I was charged twice for the same order.",
	"It stopped turning on after a week.",
	"Still waiting for my package, it should have been here on Monday.",
	"Best purchase of the year, five stars!",
	"The money for the returned shoes has not come back yet.",
	"One of the two boxes arrived crushed.",
}

func main() {
	ctx := context.Background()
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	abouts := make([]string, len(labels))
	for i, l := range labels {
		abouts[i] = l.about
	}
	known, err := model.Embed(ctx, abouts)
	if err != nil {
		log.Fatal(err)
	}
	asked, err := model.Embed(ctx, texts)
	if err != nil {
		log.Fatal(err)
	}
	hits, err := search.TopK(ctx, known, asked, 2, search.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for i, text := range texts {
		best, second := hits[i][0], hits[i][1]
		fmt.Printf("%-9s %.2f (%s %.2f)  %s\n", labels[best.Index].name, best.Score, labels[second.Index].name, second.Score, text)
	}
}
