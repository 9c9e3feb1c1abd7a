package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/bert"
)

type distillFlags struct {
	model   modelFlags
	out     string
	options bert.DistillOptions
	stats   bool
}

func (a *app) distill() *cobra.Command {
	var f distillFlags
	c := verb("distill", "Make a static model of an encoder", func(ctx context.Context) error { return a.runDistill(ctx, &f) })
	c.Long = "Make a static model of an encoder: a table of its tokens' vectors, with the method of model2vec.\nTexts are then embedded several hundred times as fast, without regard to the order of words.\n--model takes the directory, and so do model2vec and sentence-transformers."
	c.Example = "  cohort distill --model minilm --out minilm-static\n  cohort segment --in reviews.csv --model static:minilm-static --out segments"
	s := c.Flags()
	f.model.add(s, "minilm")
	s.StringVar(&f.out, "out", "", "write the model to this `directory`, which must not exist or be empty")
	s.IntVar(&f.options.Dim, "dim", bert.DefaultDistillDim, "number of features, found by PCA; not more than the encoder has")
	s.Float64Var(&f.options.SIF, "sif", 1e-4, "coefficient of the weights of tokens by their frequency, which is estimated from their rank (negative: equal weights)")
	s.BoolVar(&f.stats, "stats", false, "print counts and times to standard error as one line of JSON")
	return c
}

func (a *app) runDistill(ctx context.Context, f *distillFlags) error {
	if err := need([2]string{"model", f.model.model}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if f.model.model == "auto" {
		return usagef("--model auto looks at the texts, and this verb reads none: name a model")
	}
	if f.options.Dim < 1 || f.options.SIF == 0 || f.options.SIF >= 1 {
		return usagef("--dim must be 1 or more, and --sif less than 1 and not 0")
	}
	start := time.Now()
	m, err := f.model.load(ctx, f.model.model)
	if err != nil {
		return err
	}
	defer m.Close()
	bar := a.bar()
	defer bar.done()
	f.options.Progress = func(done, total int) { bar.show("distill", done, total) }
	d, err := bert.Distill(ctx, m, f.options)
	if err != nil {
		return err
	}
	if err := d.Save(f.out); err != nil {
		return err
	}
	bar.done()
	if !f.stats {
		return nil
	}
	return a.stats(map[string]any{"tokens": d.Tokens, "dim": d.Dim(), "explained_variance_ratio": d.Explained, "seconds": time.Since(start).Seconds()})
}
