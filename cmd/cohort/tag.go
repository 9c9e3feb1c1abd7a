package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/bert"
)

type tagFlags struct {
	headFlags
	aggregation string
	ignore      []string
	ignoreGiven func() bool
}

func (a *app) tag() *cobra.Command {
	var f tagFlags
	c := verb("tag", "Print the entities in each text as a line of JSON", func(ctx context.Context) error { return a.runTag(ctx, &f) })
	c.Long = "Print the entities in each text as a line of JSON: a list of objects with the keys of\ntransformers' pipeline token-classification, {\"entity_group\",\"score\",\"word\",\"start\",\"end\"}, or\n{\"entity\",\"score\",\"index\",\"word\",\"start\",\"end\"} for single tokens (--aggregation-strategy none).\nThe positions \"start\" and \"end\" count bytes of the text in UTF-8. \"word\" is what the tokens decode\nto, which may differ from the text in case and spaces. Texts of any length are read whole, in\nparts that overlap. A word is what the model's tokenizer splits into tokens."
	c.Example = "  cohort tag --model DIR --in texts.jsonl --aggregation-strategy first"
	s := c.Flags()
	f.add(s)
	s.StringVar(&f.aggregation, "aggregation-strategy", "simple", "how tokens become entities: none (each for itself), simple (neighbours of one kind), or first, average, max (words first, by their first token, the mean of their tokens, or the most certain one)")
	s.StringSliceVar(&f.ignore, "ignore-labels", nil, "`labels` and kinds of entities that are not printed, separated by commas (default: the label O)")
	f.ignoreGiven = func() bool { return s.Changed("ignore-labels") }
	groupFlags(c)
	return c
}

// aggregations are the values of --aggregation-strategy.
var aggregations = map[string]bert.Aggregation{
	"none": bert.AggregateNone, "simple": bert.AggregateSimple, "first": bert.AggregateFirst, "average": bert.AggregateAverage, "max": bert.AggregateMax,
}

// entityLine and tokenTagLine are entities and single tokens; keys as in
// transformers.
type entityLine struct {
	Group string  `json:"entity_group"`
	Score float64 `json:"score"`
	Word  string  `json:"word"`
	Start int     `json:"start"` // bytes, as End
	End   int     `json:"end"`
}

type tokenTagLine struct {
	Entity string  `json:"entity"`
	Score  float64 `json:"score"`
	Index  int     `json:"index"`
	Word   string  `json:"word"`
	Start  int     `json:"start"`
	End    int     `json:"end"`
}

func (a *app) runTag(ctx context.Context, f *tagFlags) error {
	how, ok := aggregations[f.aggregation]
	if !ok {
		return usagef("--aggregation-strategy is %s, want none, simple, first, average or max", shownValue(f.aggregation))
	}
	entities := map[string]int{"entities": 0}
	return a.runHead(ctx, &f.headFlags, &headVerb{
		name: "tag", task: bert.TaskTag, counts: entities,
		lines: func(ctx context.Context, m *bert.Model, block []numbered) ([]any, error) {
			o := bert.TagOptions{Aggregation: how}
			if f.ignoreGiven() {
				o.Ignore = append([]string{}, f.ignore...) // not nil, if it is empty
			}
			got, err := m.Tag(ctx, textsOf(block), o)
			if err != nil {
				return nil, err
			}
			lines := make([]any, len(got))
			for i, found := range got {
				entities["entities"] += len(found)
				lines[i] = tagLine(m, found, how)
			}
			return lines, nil
		},
	})
}

func tagLine(m *bert.Model, found []bert.Entity, how bert.Aggregation) any {
	if how == bert.AggregateNone {
		tokens := make([]tokenTagLine, len(found))
		for i, e := range found {
			tokens[i] = tokenTagLine{e.Label, e.Score, e.Index, strings.Join(e.Tokens, ""), e.Start, e.End}
		}
		return tokens
	}
	groups := make([]entityLine, len(found))
	for i, e := range found {
		groups[i] = entityLine{e.Label, e.Score, m.Tokenizer().DecodeTokens(slices.Clone(e.Tokens)), e.Start, e.End}
	}
	return groups
}
