package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/table"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// masking returns what masks personal data before anything is embedded.
func masking(on bool) (cohort.Privately, error) {
	if !on {
		return cohort.Privately{}, nil
	}
	d, err := pii.New(pii.Options{})
	if err != nil {
		return cohort.Privately{}, err
	}
	m, err := pii.NewMasker(d, pii.Policy{})
	return cohort.Privately{Mask: m}, err
}

// show returns a metadata value without personal data.
func show(p cohort.Privately, v string) string {
	s, _ := p.Prepare(v)
	return s
}

type maskFlags struct {
	texts                textFlags
	out, action, keyFile string
	columns, allow       []string
	regions              []string
	stats                bool
}

func (a *app) mask() *cobra.Command {
	var f maskFlags
	c := verb("mask", "Write the same rows with personal data masked", func(ctx context.Context) error { return a.runMask(ctx, &f) })
	c.Example = "  cohort mask --in reviews.csv --out masked.csv --stats"
	s := c.Flags()
	f.texts.add(s, true)
	s.StringVar(&f.out, "out", "", "file to write, of the same kind; - is standard output")
	s.StringSliceVar(&f.columns, "columns", nil, "columns to mask (default: all)")
	s.StringVar(&f.action, "action", "mask", "mask, drop, hash or pseudonym (needs --key-file)")
	s.StringVar(&f.keyFile, "key-file", "", "file whose bytes, 16 or more, are the key of pseudonyms")
	s.StringSliceVar(&f.allow, "allow", nil, "values to leave, by commas")
	s.StringSliceVar(&f.regions, "regions", nil, "countries of telephone numbers, by commas (default US,GB,CN)")
	s.BoolVar(&f.stats, "stats", false, "print one JSON line on standard error: a count for each recogniser")
	return c
}

func (f *maskFlags) masker() (*pii.Masker, error) {
	var p pii.Policy
	switch f.action {
	case "mask":
	case "drop":
		p.Action = pii.Drop
	case "hash":
		p.Action = pii.Hash
	case "pseudonym":
		if f.keyFile == "" {
			return nil, usagef("--action pseudonym needs --key-file")
		}
		key, err := os.ReadFile(f.keyFile)
		if err != nil {
			return nil, err
		}
		p.Action, p.Key = pii.Pseudonym, key
	default:
		return nil, usagef("--action is %q, want mask, drop, hash or pseudonym", f.action)
	}
	d, err := pii.New(pii.Options{Allow: f.allow, Regions: f.regions})
	if errors.Is(err, pii.ErrRegion) {
		return nil, usagef("--regions: %v", err)
	}
	if err != nil {
		return nil, err
	}
	return pii.NewMasker(d, p)
}

func (a *app) runMask(ctx context.Context, f *maskFlags) error {
	if err := need([2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	m, err := f.masker()
	if err != nil {
		return err
	}
	src, err := f.texts.open(a)
	if err != nil {
		return err
	}
	defer src.Close()
	for _, c := range f.columns {
		if cols := src.Columns(); cols != nil && !slices.Contains(cols, c) {
			return fmt.Errorf("%s: no such column %q: it has %s", src.Path(), c, strings.Join(cols, ", "))
		}
	}
	counts := map[pii.Type]int{}
	rows := 0
	one := func(s string) string {
		got := m.Mask(s)
		for _, span := range got.Spans {
			counts[span.Type]++
		}
		return got.Text
	}
	err = a.write(f.out, func(w io.Writer) error {
		out, err := table.NewWriter(w, src.Format(), src.Columns())
		if err != nil {
			return err
		}
		for r, err := range src.Rows() {
			if err != nil {
				return err
			}
			if rows++; rows%256 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if r.Fields == nil {
				r.Text = one(r.Text)
			}
			for i := range r.Fields {
				if len(f.columns) == 0 || slices.Contains(f.columns, r.Fields[i].Name) {
					r.Fields[i].Value = one(r.Fields[i].Value)
				}
			}
			if err := out.Write(r); err != nil {
				return err
			}
		}
		return out.Flush()
	})
	if err != nil {
		return err
	}
	if f.stats {
		return a.stats(map[string]any{"texts": rows, "masked": counts})
	}
	return nil
}

type assignFlags struct {
	texts          textFlags
	model          modelFlags
	segmenter, out string
	noMask         bool
}

func (a *app) assign() *cobra.Command {
	var f assignFlags
	c := verb("assign", "Place users into segments found before", func(ctx context.Context) error { return a.runAssign(ctx, &f) })
	c.Example = "  cohort assign --segmenter out/segmenter.cohort --in new.csv --out placed.csv"
	s := c.Flags()
	f.texts.add(s, true)
	s.StringVar(&f.texts.opt.WeightColumn, "weight-column", "", "column of the texts' weights")
	s.StringVar(&f.texts.opt.TimeColumn, "time-column", "", "column of the texts' dates")
	f.model.add(s, "auto")
	s.StringVar(&f.segmenter, "segmenter", "", "segmenter.cohort of an earlier run")
	s.StringVar(&f.out, "out", "", "CSV to write, a row a user; - is standard output")
	s.BoolVar(&f.noMask, "no-mask", false, "do not mask personal data (only if the first run did not)")
	return c
}

func (a *app) runAssign(ctx context.Context, f *assignFlags) error {
	if err := need([2]string{"segmenter", f.segmenter}, [2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	r, err := os.Open(f.segmenter)
	if err != nil {
		return err
	}
	defer r.Close()
	seg, err := cohort.LoadSegmenter(r)
	if err != nil {
		return fmt.Errorf("%s: %w", f.segmenter, err)
	}
	private, err := masking(!f.noMask)
	if err != nil {
		return err
	}
	src, err := f.texts.open(a)
	if err != nil {
		return err
	}
	defer src.Close()
	some, err := sample(src)
	if err != nil {
		return err
	}
	m, err := f.model.load(some)
	if err != nil {
		return err
	}
	defer m.Close()
	bar := a.bar()
	defer bar.done()
	got, err := seg.Assign(ctx, readTexts(src, nil, private), cohort.Options{Model: m, Prepare: private, Progress: func(p cohort.Progress) { bar.show(p.Stage, p.Done, p.Total) }})
	if err != nil {
		return fmt.Errorf("%s: %w", src.Path(), err)
	}
	bar.done()
	return a.write(f.out, func(w io.Writer) error { return writeAssignments(w, seg, got) })
}
