package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/tokenize"
)

type fillFlags struct {
	headFlags
	topK int
}

func (a *app) fill() *cobra.Command {
	var f fillFlags
	c := verb("fill", "Print the likeliest tokens for the masks in each text as a line of JSON", func(ctx context.Context) error { return a.runFill(ctx, &f) })
	c.Long = "Print the likeliest tokens for the mask in each text as a line of JSON: a list of objects with\nthe keys of transformers' pipeline fill-mask, {\"score\",\"token\",\"token_str\",\"sequence\"}; for several\nmasks a list of such lists. The mask is the model's own, [MASK] or <mask>. A text without it is an\nerror."
	c.Example = "  echo \"The hotel was [MASK].\" | cohort fill --model DIR --in -"
	s := c.Flags()
	f.add(s)
	s.IntVar(&f.topK, "top-k", 5, "print this many tokens for each mask")
	groupFlags(c)
	return c
}

// fillLine is a token for a mask; keys as in transformers.
type fillLine struct {
	Score    float64 `json:"score"`
	Token    int32   `json:"token"`
	TokenStr string  `json:"token_str"`
	Sequence string  `json:"sequence"`
}

func (a *app) runFill(ctx context.Context, f *fillFlags) error {
	if f.topK < 1 {
		return usagef("--top-k is %d, want 1 or more", f.topK)
	}
	counts := map[string]int{"masks": 0}
	return a.runHead(ctx, &f.headFlags, &headVerb{
		name: "fill", task: bert.TaskFillMask, counts: counts,
		lines: func(ctx context.Context, m *bert.Model, block []numbered) ([]any, error) {
			lines := make([]any, len(block))
			for i, n := range block {
				masks, err := m.FillMask(ctx, n.text, f.topK)
				if err != nil {
					return nil, n.at(err)
				}
				counts["masks"] += len(masks)
				if lines[i], err = filled(m, n.text, masks); err != nil {
					return nil, n.at(err)
				}
			}
			return lines, nil
		},
	})
}

// filled returns the candidates for the masks of a text, each with the text that
// results. As in transformers, the special tokens are part of it if other masks
// are left.
func filled(m *bert.Model, text string, masks []bert.Mask) (any, error) {
	t := m.Tokenizer()
	e, err := t.EncodeWith(text, tokenize.EncodeOptions{MaxLength: m.MaxLength()})
	if err != nil {
		return nil, err
	}
	all := make([][]fillLine, len(masks))
	for i, mask := range masks {
		ids := slices.Clone(e.IDs)
		for _, c := range mask.Candidates {
			ids[mask.Index] = c.ID
			sequence := t.DecodeSpecial(ids)
			if len(masks) == 1 {
				sequence = t.Decode(ids)
			}
			all[i] = append(all[i], fillLine{c.Score, c.ID, t.DecodeSpecial([]int32{c.ID}), sequence})
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}
