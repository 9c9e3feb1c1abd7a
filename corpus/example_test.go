package corpus_test

import (
	"context"
	"fmt"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/pii"
)

func ExamplePrivacyPreparer() {
	detector, err := pii.New(pii.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	masker, err := pii.NewMasker(detector, pii.Policy{})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := corpus.PrivacyPreparer{Cleaner: clean.New(clean.Options{}), Mask: masker}
	got, err := p.Prepare(context.Background(), []string{"<b>Sooooo late!</b> Write to anna@example.com"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(got[0].Text, got[0].Masked)
	// Output: Sooo late! Write to [email] map[email:1]
}

func ExampleSlice() {
	texts := []corpus.Text{{User: "ann", Text: "The battery died."}, {User: "bob", Text: "A sharp lens."}}
	for t, err := range corpus.Slice(texts) {
		fmt.Println(t.User, t.Text, err)
	}
	// Output:
	// ann The battery died. <nil>
	// bob A sharp lens. <nil>
}
