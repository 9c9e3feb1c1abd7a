package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/table"
	"github.com/seed-56ee9438/cohort/report"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

// segmentFlags are those of "cohort segment".
type segmentFlags struct {
	texts  textFlags
	model  modelFlags
	find   clusterFlags
	out    string
	meta   []string
	rating string
	pool   string
	half   float64 // days
	lang   string
	edits  string
	title  string
	noMask bool
	feel   string

	minUsers, quotes, bootstrap int

	schema bool
}

func (a *app) segment() *cobra.Command {
	var f segmentFlags
	c := verb("segment", "Group users by their texts and write a report", func(ctx context.Context) error { return a.runSegment(ctx, &f) })
	c.Example = `  cohort segment --in reviews.csv --text-column text --user-column customer --out out
  cohort segment --in posts.jsonl --rating stars --meta department --time-column date --k 8 --out out`
	s := c.Flags()
	f.texts.add(s, true)
	s.StringVar(&f.texts.opt.WeightColumn, "weight-column", "", "column of the texts' weights")
	s.StringVar(&f.texts.opt.TimeColumn, "time-column", "", "column of the texts' dates")
	s.StringSliceVar(&f.meta, "meta", nil, "columns to compare segments on, by commas")
	s.StringVar(&f.rating, "rating", "", "column of a rating the user gave")
	f.model.add(s, "auto")
	f.find.add(s, "kmeans", 5)
	s.StringVar(&f.out, "out", "", "directory for report.html, segments.csv, report.json and segmenter.cohort")
	s.StringVar(&f.pool, "pooling", "mean", "how a user's texts make one vector: mean, recency or mixture")
	s.Float64Var(&f.half, "half-life", 90, "days after which a text counts half, for --pooling recency")
	s.StringVar(&f.lang, "lang", "", "language of the report, en or zh (default: of the texts)")
	s.StringVar(&f.edits, "edits", "", "JSON file of merges, splits and names to apply")
	s.StringVar(&f.title, "title", "", "title of the report")
	s.StringVar(&f.feel, "sentiment", "auto", "auto (where there is a head for the model) or none")
	s.BoolVar(&f.noMask, "no-mask", false, "do not mask personal data")
	s.IntVar(&f.minUsers, "min-users", 0, "fewest users of a segment that is quoted (0: 5)")
	s.IntVar(&f.quotes, "quotes", 0, "quotations of each kind (0: 3)")
	s.IntVar(&f.bootstrap, "bootstrap", 0, "resamples to measure stability on (0: 20, -1: none)")
	s.BoolVar(&f.schema, "schema", false, "print the JSON Schema of report.json, and nothing else")
	return c
}

func (a *app) runSegment(ctx context.Context, f *segmentFlags) error {
	if f.schema {
		_, err := io.WriteString(a.out, report.Schema())
		return err
	}
	if err := need([2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if f.out == "-" {
		return usagef("--out is a directory and cannot be -")
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	src, err := f.texts.open(a)
	if err != nil {
		return err
	}
	defer src.Close()
	keep := slices.Clone(f.meta)
	if f.rating != "" && !slices.Contains(keep, f.rating) {
		keep = append(keep, f.rating)
	}
	for _, c := range keep {
		if cols := src.Columns(); cols != nil && !slices.Contains(cols, c) {
			return fmt.Errorf("%s: no such column %q: it has %q", src.Path(), c, cols)
		}
	}
	some, err := sample(src)
	if err != nil {
		return err
	}
	m, err := f.model.load(some)
	if err != nil {
		return err
	}
	defer m.Close()
	o.Model = m
	if f.feel == "auto" {
		if o.Sentiment, err = feeling(m); err != nil {
			return err
		}
	}
	private, err := masking(!f.noMask)
	if err != nil {
		return err
	}
	if !f.noMask {
		o.Prepare = private
	}
	o.Splitter = text.Splitter{Chinese: chinese.Lazy{}}
	bar := a.bar()
	defer bar.done()
	o.Progress = func(p cohort.Progress) { bar.show(p.Stage, p.Done, p.Total) }
	seg, err := cohort.Segment(ctx, readTexts(src, keep, private), o)
	if err != nil {
		return fmt.Errorf("%s: %w", src.Path(), err)
	}
	bar.done()
	page := report.Page{Lang: f.lang, Title: f.title}
	return writeAll(f.out, map[string]func(io.Writer) error{
		"segmenter.cohort": func(w io.Writer) error { return seg.Segmenter().Save(w) },
		"report.html":      func(w io.Writer) error { return page.Write(w, seg) },
		"segments.csv":     func(w io.Writer) error { return report.WriteCSV(w, seg) },
		"report.json":      func(w io.Writer) error { return report.WriteJSON(w, seg) },
	})
}

// options turns flags into options, before anything is read.
func (f *segmentFlags) options() (o cohort.Options, err error) {
	if o.Pooling, err = cohort.ParsePooling(f.pool); err != nil {
		return o, usagef("--pooling: %v", err)
	}
	if f.half <= 0 || f.half > 36500 {
		return o, usagef("--half-life is %v, want days above 0", f.half)
	}
	o.HalfLife = days(f.half)
	if f.lang != "" && f.lang != "en" && f.lang != "zh" {
		return o, usagef("--lang is %q, want en or zh", f.lang)
	}
	if f.feel != "auto" && f.feel != "none" {
		return o, usagef("--sentiment is %q, want auto or none", f.feel)
	}
	if f.minUsers < 0 || f.quotes < 0 {
		return o, usagef("--min-users and --quotes must not be negative")
	}
	o.MinUsers, o.Quotes, o.Bootstrap, o.Rating, o.Seed = f.minUsers, f.quotes, f.bootstrap, f.rating, f.find.seed
	if o.Clusterer, err = f.find.clusterer(); err != nil {
		return o, err
	}
	if f.edits != "" {
		r, err := os.Open(f.edits)
		if err != nil {
			return o, err
		}
		defer r.Close()
		if o.Edits, err = cohort.ReadEdits(r); err != nil {
			return o, fmt.Errorf("%s: %w", f.edits, err)
		}
	}
	return o, nil
}

// readTexts ranges over the rows of src as texts with the columns keep.
func readTexts(src *table.Source, keep []string, private cohort.Privately) iter.Seq2[cohort.Text, error] {
	return func(yield func(cohort.Text, error) bool) {
		for r, err := range src.Rows() {
			if err != nil {
				yield(cohort.Text{}, err)
				return
			}
			if r.Weight == 0 { // counts for nothing: not the same as a Text's zero weight
				continue
			}
			t := cohort.Text{User: private.UserID(r.User), Text: r.Text, Weight: r.Weight, Time: r.Time}
			if len(keep) > 0 {
				t.Meta = make(map[string]string, len(keep))
				for _, c := range keep {
					t.Meta[c] = show(private, r.Field(c))
				}
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

// writeAll writes the files of dir, all or none: each beside its place first,
// then all renamed.
func writeAll(dir string, files map[string]func(io.Writer) error) (err error) {
	made := false
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		made = true
	}
	tmp, err := os.MkdirTemp(dir, ".cohort-*.part")
	if err != nil {
		return fmt.Errorf("cannot write to %s: %w", dir, err)
	}
	defer func() {
		os.RemoveAll(tmp)
		if err != nil && made {
			os.Remove(dir)
		}
	}()
	names := slices.Sorted(mapKeys(files))
	for _, n := range names {
		if err := table.WriteFile(filepath.Join(tmp, n), files[n]); err != nil {
			return err
		}
	}
	for _, n := range names {
		if err := os.Rename(filepath.Join(tmp, n), filepath.Join(dir, n)); err != nil {
			return fmt.Errorf("cannot write to %s: %w", dir, err)
		}
	}
	return nil
}
