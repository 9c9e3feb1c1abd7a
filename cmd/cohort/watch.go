package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/atomicfile"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/watch"
)

type watchFlags struct {
	texts                    textFlags
	model                    modelFlags
	prep                     prepareFlags
	segmenter, out           string
	key                      string
	settle                   time.Duration
	sentiment, sentimentFrom string
	o                        watch.Options
	hook                     watch.Webhook
	hookToken                string
	centres                  string
	stats, dry               bool
	given                    func(flag string) bool
}

func (a *app) watch() *cobra.Command {
	var f watchFlags
	c := verb("watch", "Follow new texts: assign each, measure drift per window, and raise alerts", func(ctx context.Context) error { return a.runWatch(ctx, &f) })
	c.Long = `Follow a file that grows, or a table by a key column, until interrupted. Each new row is assigned
by its text alone, and written as a line of JSON. The first windows are the reference; in each
later one the users are compared with it, and an alert says that a segment grew, shrank or soured,
or that texts pile up which no segment is near to, with the words and quotations of a candidate for
a new one. --false-alarms bounds the chance of an alert in --horizon windows where nothing changes.

With --out a file, the position is kept in a journal beside it: a watch that was killed goes on
with nothing lost and nothing doubled.`
	c.Example = "  cohort watch --segmenter out/segmenter.cohort --in reviews.csv --out watched.jsonl\n  cohort watch --segmenter out/segmenter.cohort --in postgres://localhost/shop --table reviews --key id --window-time 1h --webhook https://example.com/alerts"
	s := c.Flags()
	f.given = s.Changed
	f.texts.add(s, true)
	s.Lookup("in").Usage = "follow this `file` (.csv, .tsv, .jsonl or .txt), or the table of a database (sqlite:FILE, postgres://…) by --key"
	f.texts.addTimes(s)
	f.model.add(s, "auto")
	f.prep.add(s)
	s.StringVar(&f.segmenter, "segmenter", "", "segmenter.cohort `file` of an earlier run")
	s.StringVar(&f.out, "out", "-", "append lines of JSON to this `file`; - is standard output")
	s.StringVar(&f.sentiment, "sentiment", "auto", "`scoring` of sentiment: auto (if there is a head for the model) or none")
	s.StringVar(&f.sentimentFrom, "sentiment-model", "", "score sentiment with the classifier in this `directory` instead of the head")
	s.IntVar(&f.o.MinUsers, "min-users", 0, "quote no candidate of fewer users than this (0 means 5)")
	f.addWatching(s)
	s.BoolVar(&f.stats, "stats", false, "print counts to standard error as one line of JSON at the end")
	s.BoolVar(&f.dry, "dry-run", false, "print what would be read and written, and do nothing")
	addConfig(c)
	groupFlags(c)
	return c
}

// addWatching adds the flags that no other verb has.
func (f *watchFlags) addWatching(s *pflag.FlagSet) {
	s.StringVar(&f.key, "key", "", "`column` of a table by which new rows are found: distinct, ascending numbers, strings or times")
	s.DurationVar(&f.settle, "settle", 5*time.Second, "`time` within which transactions commit: rows behind a missing key wait for so long")
	s.IntVar(&f.o.Window, "window", 0, "end a window after this many `rows` (0 means 500, or no limit with --window-time)")
	s.DurationVar(&f.o.Every, "window-time", 0, "end a window after this `time`, such as 1h: that of --time-column, or of the clock")
	s.IntVar(&f.o.WarmUp, "reference", 0, "number of `windows`, the first ones, that make up the reference (0 means 20)")
	s.Float64Var(&f.o.FalseAlarms, "false-alarms", 0.05, "`chance` of a false alarm in --horizon windows, at most")
	s.IntVar(&f.o.Horizon, "horizon", 100, "number of `windows` that --false-alarms is for; 1 makes it that of each window")
	s.BoolVar(&f.o.Follow, "follow", false, "move the centres of segments towards the users of each window, as mini-batch k-means does; IDs and names stay")
	s.IntVar(&f.o.Memory, "follow-memory", 0, "with --follow, a centre counts as this many `users` at most (0 means all that it has seen)")
	s.StringVar(&f.centres, "segmenter-out", "", "with --follow, write the segmenter to this `file` after each window")
	s.StringVar(&f.o.Alerts, "alerts", "", "append alerts to this `file` instead of --out")
	s.StringVar(&f.o.State, "state", "", "keep the position in this `file` (default: --out with .journal, if that is a file)")
	s.StringVar(&f.hook.URL, "webhook", "", "post alerts as JSON to this `URL`")
	s.StringVar(&f.hookToken, "webhook-token-file", "", "send the token in this `file` with them, as Authorization: Bearer")
	s.DurationVar(&f.hook.Timeout, "webhook-timeout", 10*time.Second, "longest `time` of an attempt to post")
	s.IntVar(&f.hook.Retries, "webhook-retries", 3, "`number` of further attempts after one that failed for a reason that may pass")
	s.DurationVar(&f.o.Poll, "poll", time.Second, "`time` between looks for new rows")
	s.BoolVar(&f.o.Once, "once", false, "stop when there are no more rows; the same command goes on from there")
}

// isTable reports whether the rows are those of a database.
func (f *watchFlags) isTable() bool {
	if isDatabase(f.texts.in) || f.texts.format == "sqlite" {
		return true
	}
	format, _, err := source.FormatOf(f.texts.in)
	return err == nil && format == "sqlite"
}

// check reports usage errors.
func (f *watchFlags) check() error {
	if err := need([2]string{"segmenter", f.segmenter}, [2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	switch {
	case f.texts.in == "-":
		return usagef("--in is standard input, which cannot be read again after an interruption: append it to a file and watch that")
	case f.isTable() && f.key == "":
		return usagef("--key is needed: the column by which new rows of the table are found")
	case !f.isTable() && (f.key != "" || f.given("settle")):
		return usagef("--key and --settle are for tables; a file is followed by its end")
	case f.sentiment != "auto" && f.sentiment != "none":
		return usagef("--sentiment is %s, want auto or none", shownValue(f.sentiment))
	case f.sentimentFrom != "" && f.sentiment == "none":
		return usagef("--sentiment none and --sentiment-model exclude each other")
	case f.centres != "" && !f.o.Follow:
		return usagef("--segmenter-out has no effect without --follow")
	case f.o.Memory != 0 && !f.o.Follow:
		return usagef("--follow-memory has no effect without --follow")
	case f.hook.URL == "" && (f.given("webhook-timeout") || f.given("webhook-retries") || f.hookToken != ""):
		return usagef("--webhook-timeout, --webhook-retries and --webhook-token-file have no effect without --webhook")
	case f.out != "-" && isDatabase(f.out):
		return usagef("--out is a file of lines of JSON, and not a database")
	case f.settle < 0 || f.o.Poll <= 0 || f.hook.Timeout <= 0 || f.hook.Retries < 0:
		return usagef("--settle, --poll, --webhook-timeout and --webhook-retries must not be negative")
	case !(f.o.FalseAlarms > 0 && f.o.FalseAlarms < 1) || f.o.Horizon < 1:
		return usagef("--false-alarms is %v in %d windows, want a chance between 0 and 1, and 1 window or more", f.o.FalseAlarms, f.o.Horizon)
	}
	_, err := f.model.options()
	return err
}

// runWatch watches until it is interrupted, which is its usual end and may come
// while it still loads the model.
func (a *app) runWatch(ctx context.Context, f *watchFlags) error {
	err := a.follow(ctx, f)
	if err != nil && ctx.Err() != nil {
		if !f.stats {
			fmt.Fprintln(a.err, "cohort: stopped")
		}
		return errStopped
	}
	return err
}

func (a *app) follow(ctx context.Context, f *watchFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	private, err := f.prep.preparer()
	if err != nil {
		return err
	}
	defer f.prep.personal.close()
	if f.o.Segmenter, err = loadSegmenter(f.segmenter); err != nil {
		return err
	}
	f.texts.opt.Columns = f.o.Segmenter.Features()
	f.model.as(f.o.Segmenter.Model())
	if f.dry {
		return f.plan(a, private)
	}
	if err := f.outputs(a); err != nil {
		return err
	}
	release, err := f.lock()
	if err != nil {
		return err
	}
	defer release()
	private.UserColumn = f.texts.opt.UserColumn
	if private.UserColumn == "" {
		private.UserColumn = "user"
	}
	if f.o.Feed, err = f.feed(ctx, a); err != nil {
		return err
	}
	defer f.o.Feed.Close()
	m, err := f.model.loadSample(ctx, nil, nil)
	if err != nil {
		return err
	}
	defer m.Close()
	f.o.Model, f.o.Prepare = m, private
	done, err := f.feelings(m)
	if err != nil {
		return err
	}
	defer done()
	f.o.Splitter, _ = splitter(f.o.Segmenter.ChineseWords()) // as for the report
	w, err := watch.New(ctx, f.o)
	if err != nil {
		return watchUsage(prepareHint(err))
	}
	defer w.Close()
	err = w.Run(ctx)
	if f.stats {
		if err := a.stats(w.Stats()); err != nil {
			return err
		}
	}
	return prepareHint(err)
}

func watchUsage(err error) error {
	if errors.Is(err, watch.ErrOptions) || errors.Is(err, source.ErrOption) {
		return usagef("%v", err)
	}
	return err
}

// outputs completes the options for what is written.
func (f *watchFlags) outputs(a *app) error {
	if f.out == "-" {
		f.o.Out = a.out
	} else {
		f.o.Path = f.out
		if f.o.State == "" {
			f.o.State = f.out + ".journal"
		}
	}
	f.o.Note = func(s string) { fmt.Fprintf(a.err, "cohort: note: %s\n", s) }
	if f.centres != "" {
		f.o.Segments = func(m *cohort.Segmenter) error { return atomicfile.Write(f.centres, m.Save) }
	}
	if f.hook.URL == "" {
		return nil
	}
	f.o.Post = &f.hook
	if f.hook.Retries == 0 {
		f.hook.Retries = -1 // the default would be some
	}
	if f.hookToken != "" {
		token, err := os.ReadFile(f.hookToken)
		if err != nil {
			return err
		}
		f.hook.Header = http.Header{"Authorization": {"Bearer " + strings.TrimSpace(string(token))}}
	}
	return nil
}

// lock locks the files that are written.
func (f *watchFlags) lock() (release func(), err error) {
	first, err := lockFile(f.out)
	if err != nil || f.o.Alerts == "" {
		return first, err
	}
	second, err := lockFile(f.o.Alerts)
	if err != nil {
		first()
		return nil, err
	}
	return func() { second(); first() }, nil
}

// feed returns the rows to follow. Rejected ones are appended to --rejects as
// they are met.
func (f *watchFlags) feed(ctx context.Context, a *app) (watch.Feed, error) {
	o, err := f.texts.options(a)
	if err != nil {
		return nil, err
	}
	if path := f.texts.rejects; path != "" {
		o.Reject = func(r source.Reject) error {
			w, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
			if err != nil {
				return err
			}
			if err := jsonLine(w, r); err != nil {
				w.Close()
				return err
			}
			return w.Close()
		}
	}
	if !f.isTable() {
		t, err := watch.NewTail(f.texts.in, o, f.o.Note)
		if err != nil {
			return nil, watchUsage(err)
		}
		return t, nil
	}
	settle := f.settle
	if f.o.Once && !f.given("settle") {
		settle = 0 // there is no later look
	}
	t, err := watch.NewTable(ctx, f.texts.in, f.key, o, settle)
	if err != nil {
		return nil, watchUsage(err)
	}
	return t, nil
}

// feelings sets what scores sentiment. The returned function releases it.
func (f *watchFlags) feelings(m *bert.Model) (done func(), err error) {
	none := func() {}
	if f.sentimentFrom != "" {
		by, err := classifier(f.sentimentFrom, f.model.threads)
		if err != nil {
			return nil, err
		}
		f.o.Sentiment = by.Classified
		return func() { by.model.Close() }, nil
	}
	if f.sentiment == "auto" {
		f.o.Sentiment, err = sentimentHead(m)
	}
	return none, err
}

// plan prints the plan of --dry-run.
func (f *watchFlags) plan(a *app, private cohort.PrivacyPreparer) error {
	p := plan{a: a}
	p.read("texts", "%s, as it grows", source.Shown(f.texts.in))
	p.read("segments", "%s: %d segments found with %s", f.segmenter, f.o.Segmenter.Len(), f.o.Segmenter.Model())
	p.model(&f.model)
	p.prepare(private)
	p.use("alarms", "a chance of %v of a false one in %d windows", f.o.FalseAlarms, f.o.Horizon)
	p.writes(f.out)
	if f.o.Alerts != "" {
		p.writes(f.o.Alerts)
	}
	return p.done()
}
