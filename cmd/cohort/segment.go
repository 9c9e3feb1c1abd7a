package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/journal"
	"github.com/seed-56ee9438/cohort/report"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/source"
)

// segmentFlags are the flags of "cohort segment".
type segmentFlags struct {
	texts   textFlags
	model   modelFlags
	special specialFlags
	kMin    int
	kMax    int
	prep    prepareFlags
	repeats repeatsFlags
	repair  repairFlag
	words   wordFlags
	reduce  reduceFlags
	cluster clusterFlags
	beside  featureFlags

	meta                                []string
	rating                              string
	pooling                             string
	halfLife                            float64 // days
	sentiment, sentimentModel           string
	minUsers, quotes, shades, bootstrap int
	edits, rest                         string
	restThreshold                       float64
	memberships, refine                 bool

	out, lang, title string
	charts           bool
	chartsFont       string
	also             string // another sink for the users' segments
	sink             sinkFlags
	perText          bool       // also write texts.csv
	found            *textsFile // nil if not requested
	stats, schema    bool
	dry              bool
	memory           memoryFlag
	keep             checkpointFlags
}

// The files that segment writes.
const (
	segmenterFile = "segmenter.cohort"
	reportHTML    = "report.html"
	reportJSON    = "report.json"
	segmentsCSV   = "segments.csv"
	textsCSV      = "texts.csv"
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
	s.StringSliceVar(&f.meta, "meta", nil, "compare segments on these `columns`, separated by commas")
	s.StringVar(&f.rating, "rating", "", "`column` with a rating that the user gave")
	f.beside.add(s)
	f.model.add(s, "auto")
	f.model.addLanguages(s)
	f.special.add(s)
	f.prep.add(s)
	f.words.add(s)
	f.repeats.add(s)
	f.repair.add(s)
	f.reduce.add(s)
	f.cluster.add(s, "kmeans", 5)
	f.cluster.seeded = true
	f.addRange(s)
	s.Lookup("algorithm").Usage = "clustering `algorithm`: auto (smooth vectors and take the best of --k-min to --k-max segments; with --reduce, --features or --metric, kmeans in that space), auto-dbscan (dbscan with the best radius), " + strings.Join(algorithms, ", ")
	s.StringVar(&f.out, "out", "", "write report.html, segments.csv, report.json and segmenter.cohort to this `directory`")
	s.StringVar(&f.pooling, "pooling", "mean", "`method` of making one vector of a user's texts: mean, recency or mixture")
	s.Float64Var(&f.halfLife, "half-life", 90, "with --pooling recency, a text counts half after this many `days`")
	s.StringVar(&f.lang, "lang", "", "`language` of the report, en or zh (default: that of the texts)")
	s.StringVar(&f.rest, "rest", "unassigned", "what becomes of users whom dbscan or hdbscan leaves out: they stay `unassigned`, or join the segment with the nearest centre (centre), of which they are most a member (membership) or whose words are most like theirs (words)")
	s.Float64Var(&f.restThreshold, "rest-threshold", 0, "with --rest membership or words, users join a segment only from this membership or `cosine` of words on, 0 to 1")
	s.BoolVar(&f.memberships, "memberships", false, "also write the degree to which each user belongs to each segment: membership_N in segments.csv, memberships in report.json")
	s.BoolVar(&f.refine, "refine", false, "train on users' vectors and words to improve the segments; kept only if resamples hold, as the report says (--algorithm auto does so unless --refine=false)")
	s.StringVar(&f.edits, "edits", "", "apply the merges, splits and names in this JSON `file`; personal data in names is masked")
	s.StringVar(&f.title, "title", "", "`title` of the report, masked as texts are")
	s.StringVar(&f.sentiment, "sentiment", "auto", "`scoring` of sentiment: auto (if there is a head for the model) or none")
	s.StringVar(&f.sentimentModel, "sentiment-model", "", "score sentiment with the classifier in this `directory` instead of the head")
	s.IntVar(&f.minUsers, "min-users", 0, "quote no segment with fewer users than this (0 means 5)")
	s.IntVar(&f.quotes, "quotes", 0, "number of quotations of each kind (0 means 3)")
	s.IntVar(&f.shades, "shades", 0, "number of users of each segment, from the most typical to the one nearest the border, in whose deciding text the page shades the words (0 means 10, at most 200 in all; -1 none)")
	s.IntVar(&f.bootstrap, "bootstrap", 0, "number of resamples on which to measure stability (0 means 20, -1 none)")
	s.StringVar(&f.also, "segments-out", "", "also write the users' segments to this `file` (.parquet, .arrow, .jsonl) or database (sqlite:FILE, postgres://…), where users' earlier rows are replaced")
	f.sink.add(s)
	f.keep.add(s)
	f.memory.add(s)
	s.BoolVar(&f.perText, "texts", false, "also write texts.csv: the segment, margin, language and sentiment of each text")
	s.BoolVar(&f.charts, "charts", false, "also draw charts as PNG and SVG, into the directory charts in --out")
	s.StringVar(&f.chartsFont, "charts-font", "", "font `file` for PNG charts; the built-in font has no Chinese characters and leaves them out")
	s.BoolVar(&f.schema, "schema", false, "print the JSON Schema of report.json and do nothing else")
	s.BoolVar(&f.stats, "stats", false, "print counts, scores and the seconds of each stage to standard error as one line of JSON")
	s.BoolVar(&f.dry, "dry-run", false, "print what would be read and written, and do nothing")
	addConfig(c)
	groupFlags(c)
	return c
}

func (a *app) runSegment(ctx context.Context, f *segmentFlags) error {
	if f.schema {
		_, err := io.WriteString(a.out, result.Schema())
		return err
	}
	if err := need([2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if f.out == "-" {
		return usagef("--out is a directory and cannot be -")
	}
	if err := f.keep.check(filepath.Join(f.out, journalName)); err != nil {
		return err
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	private, err := f.prep.preparer()
	if err != nil {
		return err
	}
	defer f.prep.personal.close()
	if f.title, err = private.PrepareName(ctx, f.title); err != nil {
		return fmt.Errorf("--title: %w", err)
	}
	if f.dry {
		return f.plan(ctx, a, o, private)
	}
	release, err := lockDir(f.out)
	if err != nil {
		return err
	}
	defer release()
	if f.keep.resume {
		removeParts(f.out, true)
	}
	watch := newStopwatch()
	defer f.texts.close()
	if f.perText {
		if f.found, err = newTextsFile(); err != nil {
			return err
		}
		defer f.found.close()
		o.EachText = f.found.add
	}
	var c *checkpoint
	segmenter, read, err := a.fit(ctx, f, o, private, watch, &c)
	defer func() { c.close() }()
	if err != nil {
		return err
	}
	segmenter.Segmentation().Reading = readingOf(read)
	watch.stage("write")
	if err = f.write(segmenter); err != nil {
		return err
	}
	seg := segmenter.Segmentation()
	if f.also != "" {
		if err := f.sink.writeSegments(ctx, f.also, seg); err != nil {
			return err
		}
	}
	if err := c.finish(); err != nil {
		return err
	}
	return a.segmentDone(f, seg, read, watch, c)
}

// segmentDone reports what was read and found.
func (a *app) segmentDone(f *segmentFlags, seg *cohort.Segmentation, read source.Stats, watch *stopwatch, c *checkpoint) error {
	if err := f.texts.done(a, read, f.stats); err != nil {
		return err
	}
	if !f.stats { // which reports it, too
		c.note(a)
		f.repair.tell(a)
		a.warnUnread(seg)
		a.warnNoSegments(seg)
		a.warnNumber(seg)
		a.warnFeatures(seg)
		return nil
	}
	stats := map[string]any{
		"texts": seg.Counts.Texts, "users": seg.Counts.Users, "segments": len(seg.Segments), "unassigned": seg.Counts.Unassigned, "joined": seg.Counts.Joined,
		"silhouette": seg.Scores.Silhouette, "verdict": seg.Scores.Verdict, "masked": seg.Privacy.Masked,
		"empty_texts": seg.Counts.EmptyTexts, "refine": seg.Run.Refine, "cleaning": seg.Cleaning,
		"seconds": time.Since(watch.begin).Seconds(), "stages": watch.seconds(),
		"resumed": c.resumed(),
	}
	if wanted := f.wanted(seg); wanted > 0 {
		stats["segments_wanted"] = wanted
	}
	st, err := withReading(stats, read)
	if err != nil {
		return err
	}
	return a.stats(st)
}

// wanted returns the number of segments that were asked for, or that of the
// default; 0 if the algorithm finds the number.
func (f *segmentFlags) wanted(seg *cohort.Segmentation) int {
	if seg.Counts.Wanted > 0 {
		return seg.Counts.Wanted
	}
	c, err := f.clusterer()
	if a, ok := c.(cluster.AtMost); ok {
		c = a.Clusterer
	}
	if err != nil || cluster.Wanted(c) == 0 {
		return 0
	}
	return len(seg.Segments) // not fewer than were asked for
}

// fit reads the texts and segments their users. The caller must close *c.
func (a *app) fit(ctx context.Context, f *segmentFlags, o cohort.Options, private cohort.PrivacyPreparer, watch *stopwatch, c **checkpoint) (*cohort.Segmenter, source.Stats, error) {
	var none source.Stats
	f.texts.opt.RatingColumn = f.rating
	f.texts.opt.Columns = and(f.meta, f.beside.from())
	src, err := f.texts.open(ctx, a)
	if err != nil {
		return nil, none, err
	}
	columns := f.columns()
	m, err := f.model.loadFor(ctx, src)
	if err != nil {
		return nil, none, err
	}
	defer m.Close()
	as, err := f.special.embedder(m)
	if err != nil {
		return nil, none, err
	}
	o.Model, o.ModelLanguages = as, f.model.reads()
	*c, err = f.keep.open(ctx, a, filepath.Join(f.out, journalName), src, as,
		journal.Setting{Name: "preparation", Value: private.Describe()}, journal.Setting{Name: "repeats", Value: f.repeats.describe()}, journal.Setting{Name: "--repair", Value: f.repair.mode})
	if err != nil {
		return nil, none, err
	}
	if *c != nil {
		o.Model = &resumedModel{embedder: as, c: *c}
	}
	if f.sentimentModel != "" {
		by, err := classifier(f.sentimentModel, f.model.threads)
		if err != nil {
			return nil, none, err
		}
		defer by.model.Close()
		var own *checkpoint
		if o.Sentiment, own, err = (*c).feelings(by); err != nil {
			return nil, none, err
		}
		if own != nil {
			(*c).second = own
		}
	} else if f.sentiment == "auto" {
		if o.Sentiment, err = sentimentHead(m); err != nil {
			return nil, none, err
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
	watch.stage("embed") // the first progress is reported when some of it is done
	segmenter, err := cohort.Fit(ctx, readTexts(ctx, src, columns, private, f.found), o)
	if f.cluster.algorithm == "auto-dbscan" && errors.Is(err, cluster.ErrTooFewPoints) {
		err = fmt.Errorf("%w (--algorithm hdbscan or kmeans does without a radius)", err)
	}
	if err != nil {
		return nil, none, fmt.Errorf("%s: %w", src.Path(), err)
	}
	return segmenter, src.Stats(), nil
}

// columns returns the columns read in addition to texts, users, dates and
// weights.
func (f *segmentFlags) columns() []string {
	columns := and(f.meta, f.beside.from())
	if f.rating == "" {
		return columns
	}
	return and(columns, []string{f.rating})
}

// write writes the segmenter and everything about its segmentation into the
// directory --out.
func (f *segmentFlags) write(segmenter *cohort.Segmenter) error {
	seg := segmenter.Segmentation()
	page := report.Page{Lang: f.lang, Title: f.title}
	files := map[string]func(io.Writer) error{
		segmenterFile: segmenter.Save,
		reportHTML:    func(w io.Writer) error { return page.Write(w, seg) },
		segmentsCSV:   func(w io.Writer) error { return report.WriteCSV(w, seg) },
		reportJSON:    func(w io.Writer) error { return result.WriteJSON(w, seg) },
	}
	if f.found != nil {
		files[textsCSV] = func(w io.Writer) error { return f.found.write(w, seg) }
	}
	if f.charts {
		if err := f.draw(seg, files); err != nil {
			return err
		}
	}
	return writeAll(f.out, files)
}

// plan prints the plan of --dry-run.
func (f *segmentFlags) plan(ctx context.Context, a *app, o cohort.Options, private cohort.PrivacyPreparer) error {
	p := plan{a: a}
	p.texts(ctx, &f.texts, f.columns())
	p.model(&f.model)
	p.prepare(private)
	p.use("repeats", "%s", f.repeats.describe())
	p.use("repair", "%s", f.repair.mode)
	if f.sentimentModel != "" {
		p.read("sentiment", "%s", f.sentimentModel)
	}
	if f.edits != "" {
		p.read("edits", "%s: %d edits", f.edits, len(o.Edits))
	}
	p.use("pooling", "%s", o.Pooling)
	if o.Reduce != nil {
		p.use("reduction", "%s", f.reduce.method)
	}
	if o.Features != nil {
		p.use("features", "%s, weight %v", strings.Join(f.beside.from(), ", "), o.Features.Weight)
	}
	p.use("algorithm", "%s, seed %d", f.cluster.algorithm, f.cluster.seed)
	for _, n := range []string{reportHTML, reportJSON, segmenterFile, segmentsCSV} {
		p.writes(filepath.Join(f.out, n))
	}
	if f.also != "" {
		p.writes(f.also)
	}
	if f.perText {
		p.writes(filepath.Join(f.out, textsCSV))
	}
	if f.charts {
		p.writes(filepath.Join(f.out, "charts"))
	}
	return p.done()
}

// options converts flags to options, before anything is read.
func (f *segmentFlags) options() (o cohort.Options, err error) {
	if o.Pooling, err = cohort.ParsePooling(f.pooling); err != nil {
		return o, usagef("--pooling: %v", err)
	}
	if o.HalfLife = days(f.halfLife); !(f.halfLife <= 36500 && o.HalfLife > 0) { // a tiny one would be 0, the default
		return o, usagef("--half-life is %v, want a number of days above 0 and at most 36500", f.halfLife)
	}
	if f.lang != "" && f.lang != "en" && f.lang != "zh" {
		return o, usagef("--lang is %s, want en or zh", shownValue(f.lang))
	}
	if f.sentiment != "auto" && f.sentiment != "none" {
		return o, usagef("--sentiment is %s, want auto or none", shownValue(f.sentiment))
	}
	if f.sentimentModel != "" && f.sentiment == "none" {
		return o, usagef("--sentiment none and --sentiment-model exclude each other")
	}
	if err := f.words.set(&o); err != nil {
		return o, err
	}
	if o.Repeats, err = f.repeats.options(); err != nil {
		return o, err
	}
	if err := f.repair.set(&o); err != nil {
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
	o.MinUsers, o.Quotes, o.Shades, o.Bootstrap, o.Rating, o.Seed, o.Threads = f.minUsers, f.quotes, f.shades, f.bootstrap, f.rating, f.cluster.seed, threads
	f.cluster.threads = threads
	if o.Rest, err = cohort.ParseRest(f.rest); err != nil {
		return o, usagef("--rest is %q, want unassigned, centre, membership or words", f.rest)
	}
	if !(f.restThreshold >= 0 && f.restThreshold <= 1) {
		return o, usagef("--rest-threshold is %v, want 0 to 1", f.restThreshold)
	}
	if f.restThreshold > 0 && o.Rest != cohort.RestByMembership && o.Rest != cohort.RestByWords {
		return o, usagef("--rest-threshold needs --rest membership or words")
	}
	o.RestThreshold, o.Memberships, o.Refine = f.restThreshold, f.memberships, f.refine
	if o.Clusterer, err = f.clusterer(); err != nil {
		return o, err
	}
	if err := f.memory.apply(&o); err != nil {
		return o, err
	}
	if o.Features, err = f.beside.options(); err != nil {
		return o, err
	}
	if o.Features != nil && o.Pooling == cohort.PoolMixture {
		return o, usagef("--features describe users, and --pooling mixture clusters texts: use mean or recency")
	}
	if o.Refine && (o.Features != nil || o.Pooling == cohort.PoolMixture) {
		return o, usagef("--refine trains on users' vectors, and excludes --features and --pooling mixture")
	}
	if o.Reduce, err = f.reduce.reducer(f.cluster.seed, threads); err != nil {
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

// readTexts ranges over the rows of src as texts with the columns keep; users
// and columns have the form in which they may be shown.
func readTexts(ctx context.Context, src *source.Source, keep []string, private cohort.PrivacyPreparer, found *textsFile) iter.Seq2[cohort.Text, error] {
	private.UserColumn = src.UserColumn()
	return private.Texts(ctx, func(yield func(cohort.Text, error) bool) {
		found.reading()
		weighed := false
		for r, err := range src.Rows(ctx) {
			if err != nil {
				yield(cohort.Text{}, err)
				return
			}
			if r.Weight == 0 { // has no weight, unlike the zero value of Text.Weight
				continue
			}
			weighed = true
			found.given(r.Row)
			t := cohort.Text{User: r.User, Text: r.Text, Weight: r.Weight, Time: r.Time}
			if len(keep) > 0 {
				t.Meta = make(map[string]string, len(keep))
				for _, c := range keep {
					t.Meta[c] = src.Value(&r, c)
				}
				if c := src.RatingColumn(); c != "" {
					t.Meta[c] = ""
					if r.Rated {
						t.Meta[c] = strconv.FormatFloat(r.Rating, 'g', -1, 64)
					}
				}
			}
			if !yield(t, nil) {
				return
			}
		}
		if n := src.Stats().ZeroWeights; n > 0 && !weighed {
			yield(cohort.Text{}, fmt.Errorf("%w: all %d weights in the column %q are 0, so that every row is left out", cohort.ErrNoTexts, n, src.WeightColumn()))
		}
	})
}
