package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/source"
)

type tokenizeFlags struct {
	texts     textFlags
	model     modelFlags
	out       string
	maxLength int
	stats     bool
}

func (a *app) tokenize() *cobra.Command {
	var f tokenizeFlags
	c := verb("tokenize", "Print the tokens of texts as JSON lines", func(ctx context.Context) error { return a.runTokenize(ctx, &f) })
	c.Example = "  cohort tokenize --in texts.txt --max-length 16"
	s := c.Flags()
	f.texts.add(s, false)
	s.StringVar(&f.model.model, "model", "minilm", "`model` whose tokenizer to use: minilm, bge-zh, auto, or a directory")
	s.StringVar(&f.out, "out", "-", "write to this `file`; - is standard output")
	s.BoolVar(&f.stats, "stats", false, "print counts to standard error as one line of JSON")
	s.IntVar(&f.maxLength, "max-length", 0, "truncate texts to this many tokens (0 means no limit)")
	return c
}

// tokenLine is one line of the output; keys as in Hugging Face's encodings.
type tokenLine struct {
	IDs       []int32  `json:"ids"`
	Tokens    []string `json:"tokens"`
	Offsets   [][2]int `json:"offsets"`
	Special   []int    `json:"special_tokens_mask"`
	TypeIDs   []int32  `json:"type_ids"`
	Truncated bool     `json:"truncated"`
}

func (a *app) runTokenize(ctx context.Context, f *tokenizeFlags) error {
	if err := need([2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if f.maxLength < 0 {
		return usagef("--max-length is %d, want 0 or more", f.maxLength)
	}
	src, err := f.texts.open(ctx, a)
	if err != nil {
		return err
	}
	defer f.texts.close()
	t, err := f.model.tokenizer(ctx, src)
	if err != nil {
		return err
	}
	if err := a.write(f.out, func(w io.Writer) error { return tokenLines(ctx, w, t, src, f.maxLength) }); err != nil {
		return err
	}
	read := src.Stats()
	if err := f.texts.done(a, read, f.stats); err != nil || !f.stats {
		return err
	}
	st, err := withReading(map[string]any{"texts": read.Rows}, read)
	if err != nil {
		return err
	}
	return a.stats(st)
}

func tokenLines(ctx context.Context, w io.Writer, t tokenizer, src *source.Source, most int) error {
	n := 0
	for r, err := range src.Rows(ctx) {
		if err != nil {
			return err
		}
		if n++; n%256 == 0 && ctx.Err() != nil {
			return parallel.Cause(ctx)
		}
		e, err := t.EncodeWith(r.Text, encodeOptions{MaxLength: most})
		if err != nil {
			return fmt.Errorf("%s: line %d: %w", src.Path(), r.Line, err)
		}
		l := tokenLine{IDs: e.IDs, Tokens: e.Tokens(), Offsets: e.Offsets, TypeIDs: e.TypeIDs, Truncated: e.Truncated, Special: make([]int, e.Len())}
		for i, s := range e.SpecialTokensMask {
			l.Special[i] = int(s)
		}
		if err := jsonLine(w, l); err != nil {
			return err
		}
	}
	return nil
}
