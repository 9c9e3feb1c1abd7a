// Command explain says which words of a text put it in its segment, and whether
// the values of the words add up to what is explained.
package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"slices"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
)

var texts = []cohort.Text{
	{User: "ann", Text: "The camera takes sharp pictures, even at night."},
	{User: "ann", Text: "I love the camera's lens and the zoom."},
	{User: "bob", Text: "The battery is empty after two hours."},
	{User: "bob", Text: "The battery has to be charged all the time."},
	{User: "cem", Text: "My parcel came two weeks late."},
	{User: "dai", Text: "A great camera, the flash is bright."},
	{User: "eva", Text: "The charger broke and the battery died."},
	{User: "fay", Text: "The parcel was torn and shipping was slow."},
	{User: "gus", Text: "The camera is great for pictures of the children."},
	{User: "hal", Text: "Where is my parcel? It was shipped a month ago."},
	{User: "ida", Text: "The battery drains overnight."},
}

// New texts, not of the users above.
var asked = []cohort.Text{
	{User: "new", Text: "After one trip to the beach the battery was dead."},
	{User: "new", Text: "My sister got hers on Monday, my package is still on its way."},
}

func main() {
	ctx := context.Background()
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	found, err := explain(ctx, model)
	if err != nil {
		log.Fatal(err)
	}
	for _, x := range found {
		fmt.Println(asked[x.Text-1].Text)
		fmt.Printf("  is in segment %d (%s) and not in %d (%s) by a margin of %.2f, because of\n", x.Segment, x.Name, x.RunnerUp, x.RunnerUpName, x.Margin)
		for _, w := range strongest(x, 4) {
			fmt.Printf("  %+.3f  %s\n", w.Value, w.Word)
		}
		fmt.Printf("  all words together %+.3f, the margin without any words %+.3f, not explained %+.4f\n", sum(x), *x.Baseline, *x.Gap)
	}
}

// explain finds segments of texts and divides the margin of each text that is
// asked about among its words, by integrated gradients.
func explain(ctx context.Context, model *bert.Model) ([]*cohort.Explanation, error) {
	seg, err := cohort.Fit(ctx, cohort.Slice(texts), cohort.Options{Model: model, K: 3, MinUsers: 1, Bootstrap: -1})
	if err != nil {
		return nil, err
	}
	var found []*cohort.Explanation
	for x, err := range seg.Explain(ctx, cohort.Slice(asked), cohort.Options{Model: model}, cohort.ExplainOptions{}) {
		if err != nil {
			return nil, err
		}
		found = append(found, x)
	}
	return found, nil
}

// strongest returns the n words that speak most for the segment.
func strongest(x *cohort.Explanation, n int) []cohort.Attribution {
	words := slices.Clone(x.Words)
	slices.SortStableFunc(words, func(a, b cohort.Attribution) int { return cmp.Compare(b.Value, a.Value) })
	return words[:min(n, len(words))]
}

// sum adds up what the parts of the text contribute.
func sum(x *cohort.Explanation) float64 {
	total := x.Rest
	for _, w := range x.Words {
		total += w.Value
	}
	return total
}
