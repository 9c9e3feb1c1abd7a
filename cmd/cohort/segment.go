package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/report"
	"github.com/seed-56ee9438/cohort/source"
)

// segmentFlags are those of "cohort segment".
type segmentFlags struct {
	texts  textFlags
	model  modelFlags
	prep   prepareFlags
	words  wordFlags
	reduce reduceFlags
	find   clusterFlags
	out    string
	meta   []string
	rating string
	pool   string
	half   float64 // days
	lang   string
	edits  string
	title  string
	feel   string
	feelBy string
	stats  bool
	dry    bool
	again  repeatsFlags

	minUsers, quotes, bootstrap int

	schema, charts bool
	chartsFont     string
}

// The files that segment writes.
const (
	segmenterFile = "segmenter.cohort"
	reportHTML    = "report.html"
	reportJSON    = "report.json"
	segmentsCSV   = "segments.csv"
)

func (a *app) segment() *cobra.Command {
	var f segmentFlags
	c := verb("segment", "Group users by their texts and write a report", func(ctx context.Context) error { return a.runSegment(ctx, &f) })
	c.Example = `  cohort segment --in reviews.csv --text-column text --user-column customer --out out
  cohort segment --in posts.jsonl --rating stars --meta department --time-column date --k 8 --out out
  cohort segment --in posts.jsonl --algorithm hdbscan --min-cluster-size 20 --reduce umap --out out
  cohort segment --config segment.yaml --algorithm auto --dry-run`
	s := c.Flags()
	f.texts.add(s, true)
	f.texts.addTimes(s)
	s.StringSliceVar(&f.meta, "meta", nil, "columns to compare segments on, by commas")
	s.StringVar(&f.rating, "rating", "", "column of a rating the user gave")
	f.model.add(s, "auto")
	f.model.addLanguages(s)
	f.prep.add(s)
	f.words.add(s)
	f.again.add(s)
	f.reduce.add(s)
	f.find.add(s, "kmeans", 5)
	s.Lookup("algorithm").Usage = "auto (tries kmeans with 2 to 10 segments), auto-dbscan (tries radii), " + strings.Join(algorithms, ", ")
	s.StringVar(&f.out, "out", "", "directory for report.html, segments.csv, report.json and segmenter.cohort")
	s.StringVar(&f.pool, "pooling", "mean", "how a user's texts make one vector: mean, recency or mixture")
	s.Float64Var(&f.half, "half-life", 90, "days after which a text counts half, for --pooling recency")
	s.StringVar(&f.lang, "lang", "", "language of the report, en or zh (default: of the texts)")
	s.StringVar(&f.edits, "edits", "", "JSON file of merges, splits and names to apply; personal data in the names is masked")
	s.StringVar(&f.title, "title", "", "title of the report, masked like texts")
	s.StringVar(&f.feel, "sentiment", "auto", "auto (where there is a head for the model) or none")
	s.StringVar(&f.feelBy, "sentiment-model", "", "directory of a sentiment classifier to use in place of the head")
	s.IntVar(&f.minUsers, "min-users", 0, "fewest users of a segment that is quoted (0: 5)")
	s.IntVar(&f.quotes, "quotes", 0, "quotations of each kind (0: 3)")
	s.IntVar(&f.bootstrap, "bootstrap", 0, "resamples to measure stability on (0: 20, -1: none)")
	s.BoolVar(&f.charts, "charts", false, "also draw charts, PNG and SVG, in the directory charts of --out")
	s.StringVar(&f.chartsFont, "charts-font", "", "font file for the texts of PNG charts; the built-in one has no Chinese, and leaves it out")
	s.BoolVar(&f.schema, "schema", false, "print the JSON Schema of report.json, and nothing else")
	s.BoolVar(&f.stats, "stats", false, "print one JSON line on standard error at the end: counts, scores and seconds a stage")
	s.BoolVar(&f.dry, "dry-run", false, "say what would be read and written, and do nothing")
	addConfig(c)
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
	private, err := f.prep.preparer()
	if err != nil {
		return err
	}
	f.title = private.PrepareName(f.title)
	keep := slices.Clone(f.meta)
	if f.rating != "" && !slices.Contains(keep, f.rating) {
		keep = append(keep, f.rating)
	}
	defer f.prep.personal.close()
	if f.dry {
		return f.plan(a, o, private, keep)
	}
	watch := newStopwatch()
	src, err := f.texts.open(a)
	if err != nil {
		return err
	}
	defer src.Close()
	if err := haveColumns(src, keep); err != nil {
		return err
	}
	m, err := f.model.loadFor(ctx, src)
	if err != nil {
		return err
	}
	defer m.Close()
	o.Model, o.Reads = m, f.model.reads()
	if f.feelBy != "" {
		by, err := classifier(f.feelBy, f.model.threads)
		if err != nil {
			return err
		}
		defer by.model.Close()
		o.Sentiment = by.Classified
	} else if f.feel == "auto" {
		if o.Sentiment, err = feeling(m); err != nil {
			return err
		}
	}
	if private.Describe() != "" {
		o.Prepare = private
	}
	bar := a.bar()
	defer bar.done()
	o.Progress = func(p cohort.Progress) {
		watch.stage(p.Stage)
		bar.show(p.Stage, p.Done, p.Total)
	}
	watch.stage("embed") // the first progress comes when some of it is done
	seg, err := cohort.Segment(ctx, readTexts(src, keep, private), o)
	if err == nil {
		err = f.prep.personal.failed()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", src.Path(), err)
	}
	bar.done()
	watch.stage("write")
	page := report.Page{Lang: f.lang, Title: f.title}
	files := map[string]func(io.Writer) error{
		segmenterFile: func(w io.Writer) error { return seg.Segmenter().Save(w) },
		reportHTML:    func(w io.Writer) error { return page.Write(w, seg) },
		segmentsCSV:   func(w io.Writer) error { return report.WriteCSV(w, seg) },
		reportJSON:    func(w io.Writer) error { return report.WriteJSON(w, seg) },
	}
	if f.charts {
		if err := f.draw(seg, files); err != nil {
			return err
		}
	}
	if err = writeAll(f.out, files); err != nil {
		return err
	}
	if !f.stats { // which tell it too
		a.warnUnread(seg)
		return nil
	}
	return a.stats(map[string]any{
		"texts": seg.Counts.Texts, "users": seg.Counts.Users, "segments": len(seg.Segments), "unassigned": seg.Counts.Unassigned,
		"silhouette": seg.Scores.Silhouette, "verdict": seg.Scores.Verdict, "masked": seg.Privacy.Masked,
		"empty_texts": seg.Counts.EmptyTexts, "cleaning": seg.Cleaning,
		"seconds": time.Since(watch.begin).Seconds(), "stages": watch.seconds(),
	})
}

// plan is what --dry-run says.
func (f *segmentFlags) plan(a *app, o cohort.Options, private cohort.Privately, keep []string) error {
	p := plan{a: a}
	p.texts(&f.texts, keep)
	p.model(&f.model)
	p.prepare(private)
	p.use("repeats", "%s", f.again.describe())
	if f.feelBy != "" {
		p.read("sentiment", "%s", f.feelBy)
	}
	if f.edits != "" {
		p.read("edits", "%s: %d edits", f.edits, len(o.Edits))
	}
	p.use("pooling", "%s", o.Pooling)
	if o.Reduce != nil {
		p.use("reduction", "%s", f.reduce.method)
	}
	p.use("algorithm", "%s, seed %d", f.find.algorithm, f.find.seed)
	for _, n := range []string{reportHTML, reportJSON, segmenterFile, segmentsCSV} {
		p.writes(filepath.Join(f.out, n))
	}
	if f.charts {
		p.writes(filepath.Join(f.out, "charts"))
	}
	return p.done()
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
		return o, usagef("--lang is %s, want en or zh", shownValue(f.lang))
	}
	if f.feel != "auto" && f.feel != "none" {
		return o, usagef("--sentiment is %s, want auto or none", shownValue(f.feel))
	}
	if f.feelBy != "" && f.feel == "none" {
		return o, usagef("--sentiment none and --sentiment-model exclude each other")
	}
	if err := f.words.set(&o); err != nil {
		return o, err
	}
	if o.Repeats, err = f.again.options(); err != nil {
		return o, err
	}
	if f.minUsers < 0 || f.quotes < 0 {
		return o, usagef("--min-users and --quotes must not be negative")
	}
	if _, err := f.model.options(); err != nil {
		return o, err
	}
	if err := f.model.checkLanguages(); err != nil {
		return o, err
	}
	threads := f.model.threads
	o.MinUsers, o.Quotes, o.Bootstrap, o.Rating, o.Seed, o.Threads = f.minUsers, f.quotes, f.bootstrap, f.rating, f.find.seed, threads
	f.find.threads = threads
	if o.Clusterer, err = f.clusterer(); err != nil {
		return o, err
	}
	if o.Reduce, err = f.reduce.reducer(f.find.seed, threads); err != nil {
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

// clusterer is that of the flags, or Auto.
func (f *segmentFlags) clusterer() (cluster.Clusterer, error) {
	density := f.find.algorithm == "auto-dbscan"
	if f.find.algorithm != "auto" && !density {
		return f.find.clusterer()
	}
	m, err := cluster.ParseMetric(f.find.metric)
	if err != nil {
		return nil, usagef("--metric: %v", err)
	}
	if f.find.nInit < 0 || f.find.minSamples < 1 {
		return nil, usagef("--n-init must not be negative, and --min-samples 1 or more")
	}
	return cohort.Auto{ChooseOptions: cluster.ChooseOptions{
		Density: density, MinSamples: f.find.minSamples, Metric: m, NInit: f.find.nInit, Seed: f.find.seed, Threads: f.find.threads,
	}}, nil
}

// haveColumns tells of the first column that the file has not. Kinds without a
// header may have any.
func haveColumns(src *source.Source, want []string) error {
	for _, c := range want {
		if err := src.HasColumn(c); err != nil {
			return err
		}
	}
	return nil
}

// readTexts ranges over the rows of src as texts with the columns keep, users and
// columns as they may be shown.
func readTexts(src *source.Source, keep []string, private cohort.Privately) iter.Seq2[cohort.Text, error] {
	private.UserColumn = src.UserColumn()
	return private.Texts(func(yield func(cohort.Text, error) bool) {
		for r, err := range src.Rows() {
			if err != nil {
				yield(cohort.Text{}, err)
				return
			}
			if r.Weight == 0 { // counts for nothing: not the same as a Text's zero weight
				continue
			}
			t := cohort.Text{User: r.User, Text: r.Text, Weight: r.Weight, Time: r.Time}
			if len(keep) > 0 {
				t.Meta = make(map[string]string, len(keep))
				for _, c := range keep {
					t.Meta[c] = r.Field(c)
				}
			}
			if !yield(t, nil) {
				return
			}
		}
	})
}
