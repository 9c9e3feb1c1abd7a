package pii_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// personsBy makes a NameTagger of a token-classification model: the entities
// with one of the labels are persons. Tag fails where the model has no such
// head, or ctx ends; failed is told, for a text whose names were not found must
// not pass for one without.
func personsBy(ctx context.Context, m *bert.Model, failed func(error), labels ...string) pii.NameTagger {
	return func(text string) []pii.Span {
		entities, err := m.Tag(ctx, []string{text}, bert.TagOptions{Aggregation: bert.AggregateFirst})
		if err != nil {
			failed(err)
			return nil
		}
		var spans []pii.Span
		for _, e := range entities[0] {
			for _, l := range labels {
				if e.Label == l {
					spans = append(spans, pii.Span{Start: e.Start, End: e.End, Score: e.Score, Reason: "model"})
				}
			}
		}
		return spans
	}
}

// Persons' names come from a token-classification model, such as one trained on
// CoNLL-2003, whose label for persons is PER. The model here is a tiny one with
// random weights, to which every word is LABEL_1.
func ExampleNameTagger() {
	m, err := bert.Load("../../bert/testdata/models/bert-token-classification", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	tagger := personsBy(context.Background(), m, func(err error) { log.Fatal(err) }, "LABEL_1")
	detector, err := pii.New(pii.Options{Names: tagger, MinScore: 0.1})
	if err != nil {
		log.Fatal(err)
	}
	masker, err := pii.NewMasker(detector, pii.Policy{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(masker.Mask("anna lives in paris").Text)
	// Output: [person]
}

// What the model names is masked beside what is recognised; where both claim a
// place the surer one has it.
func TestNamesOfAModel(t *testing.T) {
	m, err := bert.Load(testdir.Module(t, "bert", "testdata", "models", "bert-token-classification"), bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	const text = "please ask anna, or write to anna@example.com, thanks"
	for label, persons := range map[string]bool{"LABEL_1": true, "LABEL_0": false} {
		d, err := pii.New(pii.Options{Names: personsBy(context.Background(), m, func(err error) { t.Error(err) }, label), MinScore: 0.1})
		if err != nil {
			t.Fatal(err)
		}
		mails, names := 0, 0
		for _, s := range d.Find(text) {
			switch {
			case s.Type == pii.Email && text[s.Start:s.End] == "anna@example.com":
				mails++
			case s.Type == pii.Person:
				names++
			}
		}
		if mails != 1 && !persons || names > 0 != persons {
			t.Errorf("%s: %d addresses, %d persons", label, mails, names)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	var failure error
	tag := personsBy(cancelled, m, func(err error) { failure = err }, "LABEL_1")
	if spans := tag(strings.Repeat("anna ", 50)); failure == nil || spans != nil {
		t.Errorf("a cancelled model: %v, %v", spans, failure)
	}
}
