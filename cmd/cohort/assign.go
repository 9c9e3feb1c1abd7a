package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/journal"
	"github.com/seed-56ee9438/cohort/source"
)

type assignFlags struct {
	againFlags

	special    specialFlags
	out        string
	sink       sinkFlags
	stats, dry bool
	soft       bool
	keep       checkpointFlags
}

func (a *app) assign() *cobra.Command {
	var f assignFlags
	c := verb("assign", "Assign users to the segments of an earlier run", func(ctx context.Context) error { return a.runAssign(ctx, &f) })
	c.Example = "  cohort assign --segmenter out/segmenter.cohort --in new.csv --out placed.csv"
	s := c.Flags()
	f.add(s)
	f.special.add(s)
	s.StringVar(&f.out, "out", "", "write one row a user to this CSV `file`; - is standard output")
	s.BoolVar(&f.soft, "memberships", false, "also write the degree to which each user belongs to each segment, as membership_N")
	s.BoolVar(&f.stats, "stats", false, "print counts and seconds to standard error as one line of JSON")
	s.BoolVar(&f.dry, "dry-run", false, "print what would be read and written, and do nothing")
	f.sink.add(s)
	f.keep.add(s)
	addConfig(c)
	groupFlags(c)
	return c
}

// loadSegmenter reads a saved segmenter.
func loadSegmenter(path string) (*cohort.Segmenter, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if info, err := r.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a directory, want the file %s in it", path, segmenterFile)
	}
	m, err := cohort.LoadSegmenter(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// prepareHint names the flags that prepare texts as in the first run.
func prepareHint(err error) error {
	if errors.Is(err, cohort.ErrPrepare) {
		return fmt.Errorf("%w (use the --clean, --urls, --mentions, --hashtags, --emoji, --simplify, --no-mask, --addresses, --names-model, --names-labels, --regions and --allow of the first run)", err)
	}
	return err
}

func (a *app) runAssign(ctx context.Context, f *assignFlags) error {
	if err := need([2]string{"segmenter", f.segmenter}, [2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if _, err := f.model.options(); err != nil {
		return err
	}
	beside := journalBeside(f.out)
	if err := f.keep.check(beside); err != nil {
		return err
	}
	var o cohort.Options
	seg, private, err := f.load(&o)
	if err != nil {
		return err
	}
	defer f.prep.personal.close()
	if f.dry {
		return f.plan(ctx, a, seg, private)
	}
	f.texts.opt.Columns = seg.Features()
	release, err := lockFile(f.out)
	if err != nil {
		return err
	}
	defer release()
	if f.keep.resume && beside != "" {
		removeParts(f.out, false)
	}
	start := time.Now()
	src, err := f.texts.open(ctx, a)
	if err != nil {
		return err
	}
	defer f.texts.close()
	m, err := f.model.loadFor(ctx, src)
	if err != nil {
		return err
	}
	defer m.Close()
	as, err := f.special.embedder(m)
	if err != nil {
		return err
	}
	c, err := f.checkpoint(ctx, a, beside, src, as, private)
	if err != nil {
		return err
	}
	defer c.close()
	o.Model, o.Prepare = as, private
	if c != nil {
		o.Model = &resumedModel{embedder: as, c: c}
	}
	bar := a.bar()
	defer bar.done()
	o.Progress = func(p cohort.Progress) { bar.show(p.Stage, p.Done, p.Total) }
	got, degrees, err := f.place(ctx, seg, readTexts(ctx, src, seg.Features(), private, nil), o)
	if err != nil {
		return fmt.Errorf("%s: %w", src.Path(), f.special.hint(err))
	}
	bar.done()
	read := src.Stats()
	if err := f.write(ctx, a, seg, got, degrees); err != nil {
		return err
	}
	if err := c.finish(); err != nil {
		return err
	}
	return a.assignDone(f, got, read, start, c)
}

// place places users; degrees is nil without --memberships.
func (f *assignFlags) place(ctx context.Context, seg *cohort.Segmenter, texts iter.Seq2[cohort.Text, error], o cohort.Options) (got []cohort.Assignment, degrees [][]float64, err error) {
	if f.soft {
		return seg.AssignSoft(ctx, texts, o)
	}
	got, err = seg.Assign(ctx, texts, o)
	return got, nil, err
}

// plan prints the plan of --dry-run.
func (f *assignFlags) plan(ctx context.Context, a *app, seg *cohort.Segmenter, private cohort.PrivacyPreparer) error {
	p := plan{a: a}
	p.texts(ctx, &f.texts, nil)
	p.read("segments", "%s: %d segments found with %s", f.segmenter, seg.Len(), seg.Model())
	p.model(&f.model)
	p.prepare(private)
	p.use("repair", "%s", f.repair.mode)
	p.writes(f.out)
	return p.done()
}

// write writes the places of users, and their degrees of membership unless nil.
func (f *assignFlags) write(ctx context.Context, a *app, seg *cohort.Segmenter, got []cohort.Assignment, degrees [][]float64) error {
	if isSink(f.out, source.CSV) {
		return f.sink.writeAssigned(ctx, f.out, seg, got, degrees)
	}
	return a.write(f.out, func(w io.Writer) error { return writeAssignments(w, seg, got, degrees) })
}

// checkpoint opens the journal of what has been embedded; nil without --resume.
func (f *assignFlags) checkpoint(ctx context.Context, a *app, beside string, src *source.Source, m embedder, private cohort.PrivacyPreparer) (*checkpoint, error) {
	var segments []byte
	if f.keep.resume {
		var err error
		if segments, err = os.ReadFile(f.segmenter); err != nil {
			return nil, err
		}
	}
	return f.keep.open(ctx, a, beside, src, m,
		journal.Setting{Name: "preparation", Value: private.Describe()}, journal.Setting{Name: "--segmenter", Value: digestOf(string(segments))}, journal.Setting{Name: "--repair", Value: f.repair.mode})
}

// assignDone reports what was read and assigned.
func (a *app) assignDone(f *assignFlags, got []cohort.Assignment, read source.Stats, start time.Time, c *checkpoint) error {
	if !f.stats {
		c.note(a)
		f.repair.tell(a)
	}
	if err := f.texts.done(a, read, f.stats); err != nil || !f.stats {
		return err
	}
	unassigned, texts := 0, 0
	for _, g := range got {
		texts += g.Texts
		if g.Segment == cohort.Unassigned {
			unassigned++
		}
	}
	st, err := withReading(map[string]any{"texts": texts, "users": len(got), "unassigned": unassigned, "seconds": time.Since(start).Seconds(), "resumed": c.resumed(), "repair": f.repair.told}, read)
	if err != nil {
		return err
	}
	return a.stats(st)
}
