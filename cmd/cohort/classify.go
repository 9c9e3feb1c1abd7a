package main

import (
	"cmp"
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/bert"
)

type classifyFlags struct {
	headFlags
	topK      int
	topKGiven bool
}

func (a *app) classify() *cobra.Command {
	var f classifyFlags
	c := verb("classify", "Print the class of each text as a line of JSON", nil)
	c.RunE = func(c *cobra.Command, _ []string) error {
		f.topKGiven = c.Flags().Changed("top-k")
		return a.runClassify(c.Context(), &f)
	}
	c.Long = "Print the class of each text as a line of JSON with the keys of transformers' pipeline\ntext-classification: {\"label\",\"score\"}, or with --top-k a list of these, best first. Scores are\nthe softmax of the model's outputs; with one label, or where the model was trained for several\nlabels at once, their sigmoids; in a regression the outputs themselves. Longer texts than the\nmodel reads are truncated and counted in --stats."
	c.Example = "  cohort classify --model DIR --in texts.csv --text-column review\n  cohort classify --model DIR --in texts.txt --top-k 0"
	s := c.Flags()
	f.add(s)
	s.StringVar(&f.pair, "pair-column", "", "`column` with the second text of pairs, which the model then classifies together with the first (of inferences, duplicates or answers)")
	s.IntVar(&f.topK, "top-k", 1, "print this many labels of each text as a list (0 means all)")
	groupFlags(c)
	return c
}

// classLine is a class; keys as in transformers.
type classLine struct {
	Label string  `json:"label"`
	Score float64 `json:"score"`
}

func (a *app) runClassify(ctx context.Context, f *classifyFlags) error {
	if f.topK < 0 {
		return usagef("--top-k is %d, want 0 or more", f.topK)
	}
	truncated := map[string]int{"truncated": 0}
	return a.runHead(ctx, &f.headFlags, &headVerb{
		name: "classify", task: bert.TaskClassify, counts: truncated,
		lines: func(ctx context.Context, m *bert.Model, block []numbered) ([]any, error) {
			var got []bert.Classification
			var err error
			if f.pair == "" {
				got, err = m.Classify(ctx, textsOf(block))
			} else {
				got, err = m.ClassifyPairs(ctx, textPairs(block))
			}
			if err != nil {
				return nil, err
			}
			lines := make([]any, len(got))
			for i, g := range got {
				if g.Truncated {
					truncated["truncated"]++
				}
				lines[i] = classLine{g.Label, g.Score}
				if f.topKGiven {
					lines[i] = topClasses(m.Config().Labels, g.Scores, f.topK)
				}
			}
			return lines, nil
		},
	})
}

func textPairs(block []numbered) [][2]string {
	pairs := make([][2]string, len(block))
	for i, n := range block {
		pairs[i] = [2]string{n.text, n.pair}
	}
	return pairs
}

// topClasses returns the k best classes, or all of them if k is 0.
func topClasses(labels []string, scores []float64, k int) []classLine {
	all := make([]classLine, len(scores))
	for i, s := range scores {
		all[i] = classLine{labels[i], s}
	}
	slices.SortStableFunc(all, func(a, b classLine) int { return cmp.Compare(b.Score, a.Score) })
	if k == 0 {
		return all
	}
	return all[:min(k, len(all))]
}
