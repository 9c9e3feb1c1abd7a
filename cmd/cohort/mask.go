package main

import (
	"compress/gzip"
	"context"
	"io"
	"os"
	"slices"

	"github.com/klauspost/compress/zstd"
	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/internal/rewrite"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/text/pii"
)

type maskFlags struct {
	texts                textFlags
	out, action, keyFile string
	columns              []string
	stats                bool
	personal             personalFlags
}

func (a *app) mask() *cobra.Command {
	var f maskFlags
	c := verb("mask", "Copy a file with personal data masked", func(ctx context.Context) error { return a.runMask(ctx, &f) })
	c.Example = `  cohort mask --in reviews.csv --out masked.csv --stats
  cohort mask --in posts.jsonl.gz --out masked.jsonl.gz --action pseudonym --key-file key --addresses`
	s := c.Flags()
	f.texts.addFile(s)
	s.StringVar(&f.texts.opt.UserColumn, "user-column", "", "`column` that the file must have")
	s.StringVar(&f.out, "out", "", "write to this `file`, in the format of the input, compressed if its name ends in .gz or .zst; - is standard output")
	s.StringSliceVar(&f.columns, "columns", nil, "`columns` to mask, separated by commas (default: all)")
	s.StringVar(&f.action, "action", "mask", "`action` for personal data: mask, drop, hash or pseudonym (needs --key-file)")
	s.StringVar(&f.keyFile, "key-file", "", "make pseudonyms with the key in this `file` (16 bytes or more)")
	f.personal.add(s)
	s.BoolVar(&f.stats, "stats", false, "print a count for each kind of personal data to standard error as one line of JSON")
	groupFlags(c)
	return c
}

// policy returns the policy for personal data.
func (f *maskFlags) policy() (p pii.Policy, err error) {
	switch f.action {
	case "mask":
	case "drop":
		p.Action = pii.Drop
	case "hash":
		p.Action = pii.Hash
	case "pseudonym":
		if f.keyFile == "" {
			return p, usagef("--action pseudonym needs --key-file")
		}
		p.Action = pii.Pseudonym
		p.Key, err = os.ReadFile(f.keyFile)
	default:
		return p, usagef("--action is %s, want mask, drop, hash or pseudonym", shownValue(f.action))
	}
	return p, err
}

// sameKind reports whether the output's name fits the input's format.
func (f *maskFlags) sameKind(in source.Format) error {
	if in == "" && f.texts.in == "-" {
		in = source.Text
	} else if in == "" {
		var err error
		if in, _, err = source.FormatOf(f.texts.in); err != nil {
			return err
		}
	}
	if out, _, err := source.FormatOf(f.out); err == nil && out != in {
		return usagef("--out %s is another kind of file than the input, which is %s: rows are written as they are read", f.out, in)
	}
	return nil
}

func (a *app) runMask(ctx context.Context, f *maskFlags) error {
	if err := need([2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	o, err := f.texts.options(a)
	if err != nil {
		return err
	}
	o.Columns = f.columns
	defer f.texts.close()
	if err := f.sameKind(o.Format); err != nil {
		return err
	}
	p, err := f.policy()
	if err != nil {
		return err
	}
	m, err := f.personal.masker(p)
	if err != nil {
		return err
	}
	defer f.personal.close()
	headings, err := f.personal.nameless(p)
	if err != nil {
		return err
	}
	counts := map[pii.Type]int{}
	change := maskCells{columns: f.columns, values: m, headings: headings, counts: counts}
	r := rewrite.Rewriter{Options: o, Change: change.mask}
	var read source.Stats
	err = a.write(f.out, func(w io.Writer) error {
		return zipped(f.out, w, func(w io.Writer) (err error) {
			read, err = r.Rewrite(ctx, f.texts.in, w)
			return err
		})
	})
	if err != nil {
		return usage(err)
	}
	if err := f.texts.done(a, read, f.stats); err != nil || !f.stats {
		return err
	}
	st, err := withReading(map[string]any{"texts": read.Rows, "masked": counts}, read)
	if err != nil {
		return err
	}
	return a.stats(st)
}

// maskCells masks the cells of a file.
type maskCells struct {
	columns          []string // nil: all
	values, headings *pii.Masker
	counts           map[pii.Type]int
}

// mask implements Rewriter.Change.
func (m *maskCells) mask(ctx context.Context, cells []rewrite.Cell) ([]string, error) {
	out := make([]string, len(cells))
	var values, headings []int
	for i, c := range cells {
		out[i] = c.Value
		switch {
		case len(m.columns) > 0 && c.Column != "" && !slices.Contains(m.columns, c.Column):
		case c.Name == "" && c.Column != "" && !c.Doubtful:
			headings = append(headings, i)
		default:
			values = append(values, i)
		}
	}
	if err := m.some(ctx, m.values, cells, values, out); err != nil {
		return nil, err
	}
	return out, m.some(ctx, m.headings, cells, headings, out)
}

// some masks the cells with some indices.
func (m *maskCells) some(ctx context.Context, by *pii.Masker, cells []rewrite.Cell, at []int, out []string) error {
	fields := make([]pii.Field, len(at))
	for n, i := range at {
		fields[n] = pii.Field{Name: cells[i].Name, Value: cells[i].Value}
	}
	masked, err := by.MaskFields(ctx, fields)
	if err != nil {
		return err
	}
	for n, i := range at {
		out[i] = masked[n].Text
		for _, span := range masked[n].Spans {
			m.counts[span.Type]++
		}
	}
	return nil
}

// zipped calls write with a writer that compresses to w as the suffix of path
// requires.
func zipped(path string, w io.Writer, write func(io.Writer) error) error {
	var z io.WriteCloser
	switch _, packed, _ := source.FormatOf(path); packed {
	case "":
		return write(w)
	case "gzip":
		z = gzip.NewWriter(w)
	case "zstd":
		var err error
		if z, err = zstd.NewWriter(w, zstd.WithEncoderConcurrency(1)); err != nil {
			return err
		}
	default:
		return usagef("--out %s: %s can only be read; use .gz or .zst", path, packed)
	}
	if err := write(z); err != nil {
		return err
	}
	return z.Close()
}
