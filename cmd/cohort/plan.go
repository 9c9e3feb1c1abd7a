package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/source"
)

// plan is the output of --dry-run. It reads headers to check that the work
// could begin, and writes nothing.
type plan struct {
	a     *app
	lines []string
	err   error
}

func (p *plan) say(verb, what, format string, args ...any) {
	p.lines = append(p.lines, fmt.Sprintf("would %-5s %-10s %s", verb, what, fmt.Sprintf(format, args...)))
}

func (p *plan) read(what, format string, args ...any) { p.say("read", what, format, args...) }

func (p *plan) use(what, format string, args ...any) { p.say("use", what, format, args...) }

// texts examines the file's header and first row.
func (p *plan) texts(ctx context.Context, f *textFlags, keep []string) {
	if f.in == "-" { // reading it would take it from the planned run
		p.read("texts", "standard input")
		return
	}
	src, err := f.open(ctx, p.a)
	if err != nil {
		p.err = firstOf(p.err, err)
		return
	}
	defer f.close()
	for _, c := range keep {
		p.err = firstOf(p.err, src.HasColumn(c))
	}
	users := "every text a user of its own"
	if c := src.UserColumn(); c != "" {
		users = fmt.Sprintf("users in %q", c)
	}
	texts := "texts a line each"
	if src.Format() != source.Text {
		texts = fmt.Sprintf("texts in %q", src.TextColumn())
	}
	p.read("texts", "%s (%s: %s, %s)", src.Path(), readingPlan(src), texts, users)
	if len(keep) > 0 {
		p.use("columns", "%s", strings.Join(keep, ", "))
	}
}

func (p *plan) model(f *modelFlags) {
	if info, err := os.Stat(f.model); err == nil && info.IsDir() {
		if _, err := os.Stat(filepath.Join(f.model, "config.json")); err != nil {
			p.err = firstOf(p.err, fmt.Errorf("model %s: %w", f.model, err))
		}
		p.read("model", "%s", f.model)
		return
	}
	switch {
	case slices.Contains(models, f.model):
		p.use("model", "%s", f.model)
	case hubName.MatchString(f.model):
		p.use("model", "%s from the Hugging Face hub, or its cache", f.model)
	default:
		p.err = firstOf(p.err, noModel(f.model))
	}
}

func (p *plan) prepare(c cohort.PrivacyPreparer) {
	what := c.Describe()
	if what == "" {
		what = "texts as they are"
	}
	p.use("", "%s", what)
}

// writes lists files, and which of them already exist.
func (p *plan) writes(paths ...string) {
	for _, path := range paths {
		if path == "-" {
			p.say("write", "", "standard output")
			continue
		}
		note := ""
		if _, err := os.Stat(path); err == nil {
			note = " (in place of the one that is there)"
		}
		p.say("write", "", "%s%s", path, note)
	}
}

// done prints the plan, or returns the error that would have stopped the work.
func (p *plan) done() error {
	if p.err != nil {
		return p.err
	}
	_, err := fmt.Fprintln(p.a.out, strings.Join(append(p.lines, "Nothing was written."), "\n"))
	return err
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
