package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/drift"
	"github.com/seed-56ee9438/cohort/report"
	"github.com/seed-56ee9438/cohort/result"
)

type driftFlags struct {
	before, after, out, by string
	html                   string
	minMatch               float64
	asJSON                 bool
}

func (a *app) drift() *cobra.Command {
	var f driftFlags
	c := verb("drift", "Compare two runs: segments that appeared, disappeared, grew or shrank, and users who moved", func(context.Context) error { return a.runDrift(&f) })
	c.Example = "  cohort drift --before january/ --after february/ --html drift.html"
	c.Long = c.Short + ".\nA run is the directory that \"cohort segment\" wrote, or its report.json; segmenter.cohort beside it is used where users do not tell."
	s := c.Flags()
	s.StringVar(&f.before, "before", "", "`directory` of the earlier run")
	s.StringVar(&f.after, "after", "", "`directory` of the later run")
	s.StringVar(&f.by, "match", "auto", "match segments by these `features`: users, centres, or auto (users if enough of them are in both runs)")
	s.Float64Var(&f.minMatch, "min-match", 0, "minimum similarity of matching segments (0 means 0.3 by users, 0.5 by centres)")
	s.StringVar(&f.out, "out", "-", "write to this `file`; - is standard output")
	s.BoolVar(&f.asJSON, "json", false, "write JSON")
	s.StringVar(&f.html, "html", "", "write the comparison as a page to this `file` as well")
	addConfig(c)
	return c
}

func (a *app) runDrift(f *driftFlags) error {
	if err := need([2]string{"before", f.before}, [2]string{"after", f.after}, [2]string{"out", f.out}); err != nil {
		return err
	}
	o := drift.Options{MinMatch: f.minMatch}
	switch f.by {
	case "auto":
	case "users", "centres":
		o.By = drift.By(f.by)
	default:
		return usagef("--match is %s, want auto, users or centres", shownValue(f.by))
	}
	if !(f.minMatch >= 0 && f.minMatch <= 1) {
		return usagef("--min-match is %v, want 0 to 1", f.minMatch)
	}
	if f.html != "" && f.html == f.out {
		return usagef("--html and --out are both %s, want two files", shownValue(f.out))
	}
	before, err := loadRun(f.before, &o.Before)
	if err != nil {
		return err
	}
	after, err := loadRun(f.after, &o.After)
	if err != nil {
		return err
	}
	d, err := drift.Compare(before, after, o)
	if err != nil {
		return fmt.Errorf("%s and %s: %w", f.before, f.after, err)
	}
	if f.html != "" {
		if err := a.write(f.html, func(w io.Writer) error { return report.WriteComparisonHTML(w, d, before, after) }); err != nil {
			return err
		}
	}
	if f.asJSON {
		return a.writeJSON(f.out, d)
	}
	return a.write(f.out, func(w io.Writer) error { return printDrift(w, d) })
}

// loadRun reads a run's report and, if its segmenter exists, the centres.
func loadRun(path string, centres **result.Centres) (*result.Segmentation, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, reportJSON)
	}
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s, err := result.ReadJSON(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m, err := loadSegmenter(filepath.Join(filepath.Dir(path), segmenterFile))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return s, nil
	case err != nil:
		return nil, err
	}
	*centres = m.Centres()
	return s, nil
}

func printDrift(w io.Writer, d *drift.Comparison) error {
	var b strings.Builder
	if d.Shared > 0 {
		fmt.Fprintf(&b, "%d of %d users in both runs moved (%.1f%%)", d.Moved, d.Shared, 100*d.MovedShare)
		if d.ARI != nil {
			fmt.Fprintf(&b, ", adjusted Rand index %.3f", *d.ARI)
		}
		b.WriteString("; ")
	}
	fmt.Fprintf(&b, "%d users are new, %d no longer there. Segments are matched by %s.\n\n", d.Joined, d.Left, d.By)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "STATUS\tBEFORE\tAFTER\tSIMILARITY\tUSERS\tSHARE\tNAME\tFROM OR TO")
	id := func(n int) string {
		if n == 0 {
			return "-"
		}
		return fmt.Sprint(n)
	}
	for _, s := range d.Segments {
		name := s.NameAfter
		if name == "" {
			name = s.NameBefore
		}
		var flows []string
		for _, f := range s.Flows[:min(3, len(s.Flows))] {
			flows = append(flows, fmt.Sprintf("%d:%d", f.Segment, f.Users))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%.2f\t%d > %d\t%.1f%% > %.1f%%\t%s\t%s\n", s.Status, id(s.Before), id(s.After), s.Similarity,
			s.UsersBefore, s.UsersAfter, 100*s.ShareBefore, 100*s.ShareAfter, name, strings.Join(flows, " "))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}
