package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort"
)

type whyFlags struct {
	againFlags

	special   specialFlags
	out, user string
	most      int
	asJSON    bool
}

func (a *app) why() *cobra.Command {
	var f whyFlags
	c := verb("why", "Explain why a user is in their segment, leaving out texts and words one at a time", func(ctx context.Context) error { return a.runWhy(ctx, &f) })
	c.Example = "  cohort why --segmenter out/segmenter.cohort --in reviews.csv --user-column customer --user c4711"
	s := c.Flags()
	f.add(s)
	f.special.add(s)
	s.StringVar(&f.user, "user", "", "`user` to explain, as named in the input or in segments.csv")
	s.StringVar(&f.out, "out", "-", "write to this `file`; - is standard output")
	s.IntVar(&f.most, "texts", 5, "number of texts to list")
	s.BoolVar(&f.asJSON, "json", false, "write JSON")
	addConfig(c)
	groupFlags(c)
	return c
}

func (a *app) runWhy(ctx context.Context, f *whyFlags) error {
	if err := need([2]string{"segmenter", f.segmenter}, [2]string{"in", f.texts.in}, [2]string{"user", f.user}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if f.most < 1 {
		return usagef("--texts is %d, want 1 or more", f.most)
	}
	var o cohort.Options
	seg, private, err := f.load(&o)
	if err != nil {
		return err
	}
	defer f.prep.personal.close()
	f.texts.opt.Columns = seg.Features()
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
	o.Model = as
	private.UserColumn = src.UserColumn()
	shown, err := private.UserID(ctx, f.user)
	if err != nil {
		return fmt.Errorf("--user: %w", err)
	}
	own := renamed(readTexts(ctx, src, seg.Features(), private, nil), f.user, shown)
	words, err := splitter(seg.ChineseWords()) // from the report
	if err != nil {
		return fmt.Errorf("%s: %w", f.segmenter, err)
	}
	got, err := seg.Why(ctx, shown, own, o, cohort.WhyOptions{Texts: f.most, Splitter: words})
	if errors.Is(err, cohort.ErrNoUser) {
		return fmt.Errorf("%s: %w (is --user-column right?)", src.Path(), err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", src.Path(), f.special.hint(err))
	}
	f.repair.tell(a)
	if f.asJSON {
		return a.writeJSON(f.out, got)
	}
	return a.write(f.out, func(w io.Writer) error { return printWhy(w, got) })
}

// renamed gives the texts of one user, who is specified by the name shown in an
// output, the name that they would get from the file.
func renamed(texts iter.Seq2[cohort.Text, error], given, shown string) iter.Seq2[cohort.Text, error] {
	return func(yield func(cohort.Text, error) bool) {
		for t, err := range texts {
			if t.User == given {
				t.User = shown
			}
			if !yield(t, err) {
				return
			}
		}
	}
}

func segmentName(id int, name string) string {
	if id == cohort.Unassigned {
		return "no segment"
	}
	return fmt.Sprintf("segment %d (%s)", id, name)
}

func printWhy(w io.Writer, y *cohort.Why) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is in %s", y.User, segmentName(y.Segment, y.Name))
	if y.RunnerUp != cohort.Unassigned {
		fmt.Fprintf(&b, ", margin %.3f to %s", y.Margin, segmentName(y.RunnerUp, y.RunnerUpName))
	}
	fmt.Fprintf(&b, "\n%d texts:", y.Texts)
	for _, s := range y.Mixture {
		if s.Share >= 0.005 {
			fmt.Fprintf(&b, " %.0f%% %s;", 100*s.Share, segmentName(s.Segment, s.Name))
		}
	}
	b.WriteString("\n")
	for _, t := range y.Deciding {
		fmt.Fprintf(&b, "\n%+.3f  %s\n", t.Effect, t.Text)
		switch {
		case t.MovesTo == y.Segment:
		case y.Texts == 1:
			b.WriteString("        their only text\n")
		default:
			fmt.Fprintf(&b, "        without it they would move to %s\n", segmentName(t.MovesTo, t.MovesToName))
		}
		if len(t.Words) > 0 {
			b.WriteString("        words:")
			for _, x := range t.Words {
				fmt.Fprintf(&b, " %s %+.3f", x.Word, x.Effect)
			}
			b.WriteString("\n")
		}
	}
	for i, x := range y.Features {
		if i == 0 {
			b.WriteString("\nfeatures:\n")
		}
		fmt.Fprintf(&b, "%+.3f  %s\n", x.Effect, x.Feature)
		if x.MovesTo != y.Segment {
			fmt.Fprintf(&b, "        if it were the mean they would move to %s\n", segmentName(x.MovesTo, x.MovesToName))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
