package main

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/table"
	"github.com/seed-56ee9438/cohort/text/pii"
)

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
	return newMasker(pii.Options{Allow: f.allow, Regions: f.regions}, p)
}

func newMasker(o pii.Options, p pii.Policy) (*pii.Masker, error) {
	d, err := pii.New(o)
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
	if err := haveColumns(src, f.columns); err != nil {
		return err
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
