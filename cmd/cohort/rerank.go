package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

type rerankFlags struct {
	texts textFlags
	model modelFlags
	query string
	out   string
	stats bool
}

func (a *app) rerank() *cobra.Command {
	var f rerankFlags
	c := verb("rerank", "Order texts by how well they answer a query, by a cross-encoder", func(ctx context.Context) error { return a.runRerank(ctx, &f) })
	c.Long = "Order texts by how well they answer a query: each is read together with it by a cross-\nencoder (a model with one label). Prints a line of JSON for each text, best first, with its\nnumber in the input, from 0, and its score."
	c.Example = "  cohort rerank --model cross-encoder/ms-marco-MiniLM-L6-v2 --query \"is it waterproof?\" --in answers.txt"
	s := c.Flags()
	f.texts.ownQuery = true
	f.texts.add(s, false)
	f.model.add(s, "")
	s.StringVar(&f.query, "query", "", "what the texts are to answer")
	s.StringVar(&f.out, "out", "-", "write to this `file`; - is standard output")
	s.BoolVar(&f.stats, "stats", false, "print counts to standard error as one line of JSON")
	groupFlags(c)
	return c
}

// rankedLine is one line of the output.
type rankedLine struct {
	Index int     `json:"index"`
	Score float64 `json:"score"`
}

func (a *app) runRerank(ctx context.Context, f *rerankFlags) error {
	if err := need([2]string{"in", f.texts.in}, [2]string{"model", f.model.model}, [2]string{"query", f.query}, [2]string{"out", f.out}); err != nil {
		return err
	}
	src, err := f.texts.open(ctx, a)
	if err != nil {
		return err
	}
	defer f.texts.close()
	var texts []string
	for r, err := range src.Rows(ctx) {
		if err != nil {
			return err
		}
		texts = append(texts, r.Text)
	}
	m, err := f.model.loadFor(ctx, src)
	if err != nil {
		return err
	}
	defer m.Close()
	ranked, err := m.Rerank(ctx, f.query, texts)
	if err != nil {
		return err
	}
	truncated := 0
	err = a.write(f.out, func(w io.Writer) error {
		for _, r := range ranked {
			if r.Truncated {
				truncated++
			}
			if err := jsonLine(w, rankedLine{r.Index, r.Score}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	read := src.Stats()
	if err := f.texts.done(a, read, f.stats); err != nil || !f.stats {
		return err
	}
	st, err := withReading(map[string]any{"texts": len(texts), "truncated": truncated}, read)
	if err != nil {
		return err
	}
	return a.stats(st)
}
