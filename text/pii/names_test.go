package pii_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// personsBy makes a NameTagger of a token-classification model: the entities
// with one of the labels are persons. Tag fails where the model has no such head,
// or ctx ends.
func personsBy(m *bert.Model, labels ...string) pii.NameTagger {
	return func(ctx context.Context, texts []string) ([][]pii.Span, error) {
		entities, err := m.Tag(ctx, texts, bert.TagOptions{Aggregation: bert.AggregateFirst})
		if err != nil {
			return nil, err
		}
		spans := make([][]pii.Span, len(texts))
		for i := range entities {
			for _, e := range entities[i] {
				if slices.Contains(labels, e.Label) {
					spans[i] = append(spans[i], pii.Span{Start: e.Start, End: e.End, Score: e.Score, Reason: "model"})
				}
			}
		}
		return spans, nil
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
	detector, err := pii.New(pii.Options{Names: personsBy(m, "LABEL_1"), MinScore: 0.1})
	if err != nil {
		log.Fatal(err)
	}
	masker, err := pii.NewMasker(detector, pii.Policy{})
	if err != nil {
		log.Fatal(err)
	}
	masked, err := masker.Mask(context.Background(), "anna lives in paris")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(masked.Text)
	// Output: [person]
}

// What the model names is masked beside what is recognised; where both claim a
// place the surer one has it.
func TestNamesOfAModel(t *testing.T) {
	t.Parallel()
	m, err := bert.Load(testdir.Module(t, "bert", "testdata", "models", "bert-token-classification"), bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	const text = "please ask anna, or write to anna@example.com, thanks"
	for label, persons := range map[string]bool{"LABEL_1": true, "LABEL_0": false} {
		d, err := pii.New(pii.Options{Names: personsBy(m, label), MinScore: 0.1})
		if err != nil {
			t.Fatal(err)
		}
		mails, names := 0, 0
		spans, err := d.Find(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range spans {
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
}

// TestNamesFail: where the names' model fails, or does not answer for each text,
// nothing is said to be free of names.
func TestNamesFail(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		tag  pii.NameTagger
		want error
	}{
		"its error": {func(context.Context, []string) ([][]pii.Span, error) { return nil, broken }, broken},
		"too few": {func(_ context.Context, texts []string) ([][]pii.Span, error) {
			return make([][]pii.Span, len(texts)-1), nil
		}, pii.ErrNames},
		"cancelled": {func(ctx context.Context, _ []string) ([][]pii.Span, error) { return nil, ctx.Err() }, context.Canceled},
	} {
		d, err := pii.New(pii.Options{Names: c.tag})
		if err != nil {
			t.Fatal(err)
		}
		m, err := pii.NewMasker(d, pii.Policy{})
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		if name == "cancelled" {
			stopped, stop := context.WithCancel(ctx)
			stop()
			ctx = stopped
		}
		texts := []string{"anna", "bob"}
		for method, err := range map[string]error{
			"FindAll":    second(d.FindAll(ctx, texts)),
			"MaskAll":    second(m.MaskAll(ctx, texts)),
			"MaskFields": second(m.MaskFields(ctx, []pii.Field{{Name: "author", Value: "anna"}})),
			"Find":       second(d.Find(ctx, "anna")),
			"Mask":       second(m.Mask(ctx, "anna")),
		} {
			if !errors.Is(err, c.want) || !errors.Is(err, pii.ErrNames) {
				t.Errorf("%s, %s: %v", name, method, err)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestNamesInBatches: the model is asked about all texts at once, and again about
// those alone in which something was found.
func TestNamesInBatches(t *testing.T) {
	t.Parallel()
	var asked [][]string
	d, err := pii.New(pii.Options{Names: func(_ context.Context, texts []string) ([][]pii.Span, error) {
		asked = append(asked, slices.Clone(texts))
		spans := make([][]pii.Span, len(texts))
		for i, s := range texts {
			if at := strings.Index(s, "Ada"); at >= 0 {
				spans[i] = []pii.Span{{Start: at, End: at + 3, Score: 1}}
			}
		}
		return spans, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	m, err := pii.NewMasker(d, pii.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.MaskAll(t.Context(), []string{"ask Ada", "ask nobody", "Ada or Ada"})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"ask Ada", "ask nobody", "Ada or Ada"}, {"ask [person]", "[person] or Ada"}, {"[person] or [person]"}}
	if !slices.EqualFunc(asked, want, slices.Equal) {
		t.Errorf("asked about %q, want %q", asked, want)
	}
	if got[0].Text != "ask [person]" || got[1].Text != "ask nobody" || got[2].Text != "[person] or [person]" || len(got[2].Spans) != 2 {
		t.Errorf("%+v", got)
	}
}
