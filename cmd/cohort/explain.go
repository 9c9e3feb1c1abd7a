package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/attribution"
	"github.com/seed-56ee9438/cohort/source"
)

type explainFlags struct {
	againFlags

	out    string
	method string
	points int
	stats  bool
}

// methods are the values of explain's --method.
var methods = []string{"integrated", "gradient"}

func (a *app) explain() *cobra.Command {
	var f explainFlags
	c := verb("explain", "Print what each word adds to a text's place in its segment, as a line of JSON", nil)
	c.Use = "explain [TEXT]"
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usagef("explain takes one TEXT, or --in; quote a text of several words")
		}
		return nil
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		return a.runExplain(c.Context(), &f, args)
	}
	c.Long = "Print what each word adds to a text's margin, the lead of its segment over the runner-up, by\nintegrated gradients. A line of JSON for each text has its number in the input, from 1, and the\nwords as they are written, with their bytes in it. Words that the model does not read, such as\nmasked ones, are left out. The attributions and \"rest\" add up to margin - baseline - gap."
	c.Example = "  cohort explain --segmenter out/segmenter.cohort \"the battery died after a week\"\n  cohort explain --segmenter out/segmenter.cohort --in reviews.csv --out words.jsonl"
	s := c.Flags()
	f.add(s)
	s.StringVar(&f.method, "method", "integrated", "`method`: integrated (gradients), or gradient (times input; faster and rough)")
	s.IntVar(&f.points, "points", 129, "largest number of points of integrated gradients, 3 or more")
	s.StringVar(&f.out, "out", "-", "write to this `file`; - is standard output")
	s.BoolVar(&f.stats, "stats", false, "print counts and seconds to standard error as one line of JSON")
	addConfig(c)
	groupFlags(c)
	return c
}

func (f *explainFlags) options() (cohort.ExplainOptions, error) {
	o := cohort.ExplainOptions{Integrals: attribution.Options{MaxPoints: f.points}}
	switch f.method {
	case "integrated":
	case "gradient":
		o.Gradient = true
	default:
		return o, usagef("--method is %s, want integrated or gradient", shownValue(f.method))
	}
	if f.points < 3 {
		return o, usagef("--points is %d, want 3 or more", f.points)
	}
	return o, nil
}

func (a *app) runExplain(ctx context.Context, f *explainFlags, args []string) error {
	if err := need([2]string{"segmenter", f.segmenter}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if (len(args) == 0) == (f.texts.in == "") {
		return usagef("explain needs a TEXT or --in, and not both")
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	var opt cohort.Options
	seg, private, err := f.load(&opt)
	if err != nil {
		return err
	}
	defer f.prep.personal.close()
	if o.Splitter, err = splitter(seg.ChineseWords()); err != nil {
		return fmt.Errorf("%s: %w", f.segmenter, err)
	}
	texts, name := cohort.Slice(nil), "TEXT"
	rows := &textsFile{} // their numbers
	var src *source.Source
	if len(args) > 0 {
		texts = func(yield func(cohort.Text, error) bool) {
			rows.reading() // repairing words reads it twice
			rows.given(1)
			yield(cohort.Text{Text: args[0]}, nil)
		}
	} else {
		if src, err = f.texts.open(ctx, a); err != nil {
			return err
		}
		defer f.texts.close()
		texts, name = readTexts(ctx, src, nil, private, rows), src.Path()
	}
	m, err := f.model.loadSample(ctx, src, args)
	if err != nil {
		return err
	}
	defer m.Close()
	opt.Model = m
	start := time.Now()
	st := explained{}
	err = a.write(f.out, func(w io.Writer) error { return st.write(w, seg.Explain(ctx, texts, opt, o), rows) })
	if err != nil {
		return fmt.Errorf("%s: %w", name, prepareHint(err))
	}
	if skipped := len(rows.rows) - st.texts; skipped > 0 && !f.stats {
		fmt.Fprintf(a.err, "cohort: note: %s nothing that the model can read\n", countOf(skipped, "text has", "texts have"))
	}
	if !f.stats {
		f.repair.tell(a)
	}
	counts := map[string]any{"repair": f.repair.told, "texts": st.texts, "skipped": len(rows.rows) - st.texts, "incomplete": st.incomplete, "seconds": time.Since(start).Seconds()}
	if src != nil {
		read := src.Stats()
		if err := f.texts.done(a, read, f.stats); err != nil {
			return err
		}
		if counts, err = withReading(counts, read); err != nil {
			return err
		}
	}
	if !f.stats {
		return nil
	}
	return a.stats(counts)
}

// explained counts the texts written.
type explained struct{ texts, incomplete int }

func (e *explained) write(w io.Writer, lines iter.Seq2[*cohort.Explanation, error], rows *textsFile) error {
	for x, err := range lines {
		if err != nil {
			return err
		}
		if x.Text < 1 || x.Text > len(rows.rows) {
			return errors.New("a text was explained that was not read")
		}
		x.Text = rows.rows[x.Text-1]
		if err := jsonLine(w, x); err != nil {
			return err
		}
		if e.texts++; !x.Complete {
			e.incomplete++
		}
	}
	return nil
}
