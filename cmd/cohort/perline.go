package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/source"
)

// headFlags are common to the verbs that print what a model's head says of each
// text as a line of JSON.
type headFlags struct {
	texts textFlags
	pair  string // column with the second texts of pairs; "": there are none
	model modelFlags
	out   string
	stats bool
}

func (f *headFlags) add(s *pflag.FlagSet) {
	f.texts.add(s, false)
	f.model.add(s, "")
	s.Lookup("model").Usage = "`model` with a head for this: a directory, or a name on the Hugging Face hub (ORG/NAME)"
	s.StringVar(&f.out, "out", "-", "write to this `file`; - is standard output")
	s.BoolVar(&f.stats, "stats", false, "print counts and times to standard error as one line of JSON")
}

// headVerb says how texts become lines.
type headVerb struct {
	name, task string
	// lines returns a line's value for each text.
	lines func(ctx context.Context, m *bert.Model, block []numbered) ([]any, error)
	// counts are added to the output of --stats.
	counts map[string]int
}

// numbered is a text and its place in the input.
type numbered struct {
	text string
	pair string // the second text of a pair
	line int
	path string
}

// at adds a text's place to an error.
func (n numbered) at(err error) error { return fmt.Errorf("%s: line %d: %w", n.path, n.line, err) }

func textsOf(block []numbered) []string {
	texts := make([]string, len(block))
	for i, n := range block {
		texts[i] = n.text
	}
	return texts
}

// headBlock is the number of texts held in memory at once.
const headBlock = 1024

// runHead reads texts in blocks, so that any number of them fits in memory.
func (a *app) runHead(ctx context.Context, f *headFlags, v *headVerb) error {
	if err := need([2]string{"in", f.texts.in}, [2]string{"model", f.model.model}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if _, err := f.model.options(); err != nil {
		return err
	}
	if f.pair != "" {
		f.texts.opt.Columns = []string{f.pair}
	}
	src, err := f.texts.open(ctx, a)
	if err != nil {
		return err
	}
	defer f.texts.close()
	start := time.Now()
	m, err := f.model.loadFor(ctx, src)
	if err != nil {
		return err
	}
	defer m.Close()
	if err := m.Require(v.task); err != nil {
		return fmt.Errorf("cannot %s: %w", v.name, err)
	}
	load := time.Since(start)
	total := 0
	if a.terminal { // only the bar needs it
		if total, err = countRows(ctx, src); err != nil {
			return err
		}
	}
	bar := a.bar()
	defer bar.done()
	start = time.Now()
	texts := 0
	err = a.write(f.out, func(w io.Writer) error {
		return inBlocks(ctx, src, f.pair, func(block []numbered) error {
			values, err := v.lines(ctx, m, block)
			if err != nil {
				return err
			}
			for _, x := range values {
				if err := jsonLine(w, x); err != nil {
					return err
				}
			}
			texts += len(block)
			bar.show(v.name, texts, total)
			return nil
		})
	})
	if err != nil {
		return err
	}
	bar.done()
	read := src.Stats()
	if err := f.texts.done(a, read, f.stats); err != nil || !f.stats {
		return err
	}
	st := map[string]any{
		"texts": texts, "load_s": load.Seconds(), "seconds": time.Since(start).Seconds(),
		"precision": f.model.precision, "threads": f.model.threads, "batch_tokens": f.model.batchTokens, "kernel": kernel.Active().String(),
	}
	for name, n := range v.counts {
		st[name] = n
	}
	all, err := withReading(st, read)
	if err != nil {
		return err
	}
	return a.stats(all)
}

// inBlocks passes on the texts of src, headBlock at a time, with those of the
// column pair if that is not "".
func inBlocks(ctx context.Context, src *source.Source, pair string, do func([]numbered) error) error {
	block := make([]numbered, 0, headBlock)
	for r, err := range src.Rows(ctx) {
		if err != nil {
			return err
		}
		n := numbered{text: strings.Clone(r.Text), line: r.Line, path: src.Path()}
		if pair != "" {
			second, ok := r.Lookup(pair)
			if !ok || second.Kind == source.Group {
				return n.at(fmt.Errorf("column %q: no text for the pair", pair))
			}
			n.pair = strings.Clone(second.Value)
		}
		block = append(block, n)
		if len(block) == headBlock {
			if err := do(block); err != nil {
				return err
			}
			block = block[:0]
		}
	}
	if len(block) == 0 {
		return nil
	}
	return do(block)
}
