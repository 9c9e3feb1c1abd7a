package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/feedback"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/train"
)

type tuneFlags struct {
	texts                 textFlags
	model                 modelFlags
	prep                  prepareFlags
	segmenter, edits, out string
	split                 feedback.Options
	metric                feedback.Metric
	encoder               bool
	train                 train.Options
	adapter               bert.AdapterOptions
	stats                 bool
}

func (a *app) tune() *cobra.Command {
	var f tuneFlags
	c := verb("tune", "Tune a model to what people say of its segments", func(ctx context.Context) error { return a.runTune(ctx, &f) })
	c.Example = `  cohort tune --segmenter out/segmenter.cohort --edits edits.json --in reviews.csv --out tuned
  cohort segment --in reviews.csv --model tuned --init tuned/centres.npy --algorithm kmeans --out again`
	c.Long = c.Short + `.
--edits is JSON. Every list may be missing, so a report's exported edits are such a file:
  {"version": 1,
   "must_link": [["ann", "bob"]],
   "cannot_link": [["ann", "eve"]],
   "assign": [{"user": "ann", "segment": "billing"}],
   "seeds": [{"text": "why was I charged twice", "segment": "billing"}],
   "edits": [{"op": "merge", "segments": [2, 4]}]}
A share of it is held out. The tuned model is written if users are segmented with more of the
held-out constraints satisfied, and otherwise the model as it was; which of them is printed.
The directory also holds segments.csv, the segments that keep to all constraints, their
centres.npy, and tuning.json.`
	s := c.Flags()
	f.texts.add(s, true)
	f.texts.addTimes(s)
	f.model.add(s, "auto")
	f.prep.add(s)
	s.StringVar(&f.segmenter, "segmenter", "", "segmenter.cohort `file` of the run that people looked at")
	s.StringVar(&f.edits, "edits", "", "JSON `file` with what they said")
	s.StringVar(&f.out, "out", "", "write the model to this `directory`, which must not exist or be empty")
	s.Float64Var(&f.split.HeldOut, "held-out", 0.25, "share of the users with constraints that only judge")
	s.Uint64Var(&f.split.Seed, "seed", 0, "seed of who is held out, and of all else that is random")
	s.Float64Var(&f.metric.Power, "power", 0, "instead of filtering out what users who belong together differ in, scale these directions down by this power of their variances; 0.5 makes them all alike")
	s.Float64Var(&f.metric.Shrinkage, "shrinkage", 0, "how much what is learned is evened out, up to 1 (0 means 0.1, with --power 0.05)")
	s.BoolVar(&f.encoder, "encoder", false, "tune the encoder, by adapters, instead of a metric on top of its vectors")
	s.IntVar(&f.train.Epochs, "epochs", 1, "number of times that --encoder sees every text")
	s.IntVar(&f.train.BatchSize, "batch-size", 64, "number of texts that --encoder sees at once")
	s.Float64Var(&f.train.LearningRate, "learning-rate", 0, "learning rate of --encoder (0 means 2e-4)")
	s.IntVar(&f.adapter.Rank, "lora-rank", 8, "rank of the adapters of --encoder")
	s.BoolVar(&f.stats, "stats", false, "print counts and shares to standard error as one line of JSON")
	addConfig(c)
	groupFlags(c)
	return c
}

// tuneStats is tuning.json and the output of --stats. Shares are means of the
// shares of both kinds of constraints.
type tuneStats struct {
	Users       int                `json:"users"`
	Segments    int                `json:"segments"`
	MustLinks   int                `json:"must_links"`
	CannotLinks int                `json:"cannot_links"`
	Assigned    int                `json:"assigned"` // users and seeds
	Unknown     int                `json:"unknown"`  // constraints on users who have no texts
	Splits      int                `json:"splits"`   // edits that tell of no pair of users
	HeldOut     int                `json:"held_out"` // constraints
	Plain       float64            `json:"plain"`
	Constrained float64            `json:"constrained"`
	Tuned       float64            `json:"tuned"`
	Detail      feedback.Satisfied `json:"tuned_constraints"`
	Kept        bool               `json:"kept"`
	Broken      int                `json:"broken"` // cannot-links that segments.csv could not keep
	Seconds     float64            `json:"seconds"`
}

// String says what came of it.
func (st *tuneStats) String() string {
	kept := "the tuned model is kept"
	if !st.Kept {
		kept = "that is no better, so the model stays as it was"
	}
	return fmt.Sprintf("held-out constraints satisfied, of %d: %.1f %% before, %.1f %% with the others as constraints, %.1f %% tuned: %s",
		st.HeldOut, 100*st.Plain, 100*st.Constrained, 100*st.Tuned, kept)
}

// check checks the flags before anything is read.
func (f *tuneFlags) check() error {
	if err := need([2]string{"segmenter", f.segmenter}, [2]string{"edits", f.edits}, [2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if !(f.split.HeldOut > 0 && f.split.HeldOut < 1) {
		return usagef("--held-out is %v, want above 0 and below 1", f.split.HeldOut)
	}
	if !(f.metric.Power >= 0 && f.metric.Power <= 2) || !(f.metric.Shrinkage >= 0 && f.metric.Shrinkage <= 1) {
		return usagef("--power is %v and --shrinkage %v, want 0 to 2, and to 1", f.metric.Power, f.metric.Shrinkage)
	}
	if f.train.Epochs < 1 || f.train.BatchSize < 2 || f.train.LearningRate < 0 || f.adapter.Rank < 1 {
		return usagef("--epochs and --lora-rank must be 1 or more, --batch-size 2 or more, and --learning-rate not negative")
	}
	if _, err := f.model.options(); err != nil {
		return err
	}
	// Better now than after the tuning.
	if entries, err := os.ReadDir(f.out); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s: %w: want a directory that is empty or does not exist", f.out, fs.ErrExist)
	}
	return nil
}

// tuning is a run in progress.
type tuning struct {
	flags   *tuneFlags
	seg     *cohort.Segmenter
	src     *source.Source
	private cohort.PrivacyPreparer
	said    *feedback.Feedback
	users   []string
	bar     *bar
	stats   tuneStats
}

func (a *app) runTune(ctx context.Context, f *tuneFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	t := &tuning{flags: f}
	var err error
	if t.private, err = f.prep.preparer(); err != nil {
		return err
	}
	defer f.prep.personal.close()
	if t.seg, err = loadSegmenter(f.segmenter); err != nil {
		return err
	}
	if t.said, err = readFeedback(f.edits); err != nil {
		return err
	}
	start := time.Now()
	if t.src, err = f.texts.open(ctx, a); err != nil {
		return err
	}
	defer f.texts.close()
	f.model.as(t.seg.Model())
	m, err := f.model.loadFor(ctx, t.src)
	if err != nil {
		return err
	}
	defer m.Close()
	t.bar = a.bar()
	defer t.bar.done()
	if err := t.run(ctx, m); err != nil {
		if errors.Is(err, feedback.ErrConflict) || errors.Is(err, feedback.ErrTooLittle) || errors.Is(err, feedback.ErrOptions) {
			err = fmt.Errorf("%s: %w", f.edits, err)
		}
		return prepareHint(err)
	}
	t.bar.done()
	if _, err := fmt.Fprintln(a.out, t.stats.String()); err != nil {
		return err
	}
	if err := f.texts.done(a, t.src.Stats(), f.stats); err != nil || !f.stats {
		return err
	}
	t.stats.Seconds = time.Since(start).Seconds()
	all, err := withReading(t.stats, t.src.Stats())
	if err != nil {
		return err
	}
	return a.stats(all)
}

func readFeedback(path string) (*feedback.Feedback, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	said, err := feedback.Read(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return said, nil
}

func (t *tuning) run(ctx context.Context, m *bert.Model) error {
	before, err := t.vectors(ctx, m)
	if err != nil {
		return err
	}
	c, err := t.constraints(ctx, m)
	if err != nil {
		return err
	}
	o := t.flags.split
	o.Threads, o.K = t.flags.model.threads, max(2, t.seg.Len(), len(c.Segments))
	held, err := feedback.Split(c, o)
	if err != nil {
		return err
	}
	plain, err := held.Plain(ctx, before)
	if err != nil {
		return err
	}
	constrained, err := held.Constrained(ctx, before)
	if err != nil {
		return err
	}
	parent := filepath.Dir(filepath.Clean(t.flags.out))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(parent, ".cohort-tune-*.part")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	dir := filepath.Join(tmp, "tuned")
	if err := t.learn(ctx, m, held.Learn, before, dir); err != nil {
		return err
	}
	after, err := t.vectorsOf(ctx, dir)
	if err != nil {
		return err
	}
	tuned, err := held.Constrained(ctx, after)
	if err != nil {
		return err
	}
	st := &t.stats
	st.HeldOut, st.Plain, st.Constrained, st.Tuned, st.Detail = plain.Pairs(), plain.Share(), constrained.Share(), tuned.Share(), tuned.Satisfied
	if st.Kept = tuned.Above(constrained); !st.Kept {
		dir, after = filepath.Join(tmp, "same"), before
		if err := m.Save(dir); err != nil {
			return err
		}
	}
	clusters, err := feedback.Cluster(ctx, after, c, feedback.ClusterOptions{K: o.K, Seed: o.Seed})
	if err != nil {
		return err
	}
	st.Users, st.Segments, st.Broken = c.Users, o.K, clusters.Broken
	st.MustLinks, st.CannotLinks, st.Unknown = len(c.Must), len(c.Cannot), c.Unknown
	for _, l := range c.Label {
		if l >= 0 {
			st.Assigned++
		}
	}
	if err := t.write(dir, c, clusters); err != nil {
		return err
	}
	if err := os.Remove(t.flags.out); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(dir, t.flags.out)
}

// learn writes a model that has learned from the constraints to dir; x are the
// rows of m.
func (t *tuning) learn(ctx context.Context, m *bert.Model, c *feedback.Constraints, x mat.Matrix, dir string) error {
	if t.flags.encoder {
		return t.trainEncoder(ctx, m, c, dir)
	}
	w, err := feedback.Fit(ctx, x, c, t.flags.metric)
	if err != nil {
		return err
	}
	return m.SaveMapped(dir, w)
}
