package report

import (
	"fmt"
	"html/template"
	"io"
	"slices"

	"github.com/seed-56ee9438/cohort/drift"
	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
)

// WriteComparisonHTML writes a comparison of two runs as a page in the language
// of the later run's texts. before and after are the runs that c compares.
func WriteComparisonHTML(w io.Writer, c *drift.Comparison, before, after *result.Segmentation) error {
	return Page{}.WriteComparison(w, c, before, after)
}

// comparison is the data of the template of two runs.
type comparison struct {
	frame
	C             *drift.Comparison
	Before, After *result.Segmentation
	Counts        []kindCount // segments by status
	Segments      []change
	Shares, Flows template.HTML
}

// change is a segment before and after.
type change struct {
	drift.Segment
	Color    int
	Was, Is  *result.Profile // nil where it does not exist
	New, Old []string        // words of one run that are not words of the other
}

// WriteComparison writes a comparison of two runs as a page: which segments
// appeared, disappeared, grew or shrank, where users went, and what segments
// say now that they did not. It is self-contained as the page of one run is.
func (p Page) WriteComparison(w io.Writer, c *drift.Comparison, before, after *result.Segmentation) error {
	if c == nil || before == nil || after == nil {
		return fmt.Errorf("report: %w", result.ErrNone)
	}
	f, lang, err := p.frame(after.Lang, comparisonScripts)
	if err != nil {
		return err
	}
	f.Kind = "drift_title"
	v := &comparison{frame: f, C: c, Before: before, After: after}
	v.Lookup = &lookup{Users: []any{}, Quoted: []any{}, Fields: []any{}, Say: map[string]string{"save_png": phrases["save_png"][lang]}}
	counts := map[drift.Status]int{}
	for i, s := range c.Segments {
		counts[s.Status]++
		ch := change{Segment: s, Color: i % colors}
		if s.Before > 0 {
			ch.Was = before.Profile(s.Before)
		}
		if s.After > 0 {
			ch.Is = after.Profile(s.After)
		}
		if ch.Was != nil && ch.Is != nil {
			ch.New, ch.Old = without(ch.Is.Words, ch.Was.Words), without(ch.Was.Words, ch.Is.Words)
		}
		v.Segments = append(v.Segments, ch)
	}
	for _, s := range []drift.Status{drift.Born, drift.Gone, drift.Grown, drift.Shrunk, drift.Steady} {
		if counts[s] > 0 {
			v.Counts = append(v.Counts, kindCount{"drift_" + string(s), counts[s]})
		}
	}
	v.Shares = drawShares(v.Segments)
	v.Flows = drawFlows(v.Segments, lang)
	t, err := lang.templates()
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(w, "comparison.tmpl", v)
}

// without returns the words that the others lack.
func without(words, others []result.Word) []string {
	var out []string
	for _, w := range words {
		if !slices.ContainsFunc(others, func(o result.Word) bool { return o.Text == w.Text }) {
			out = append(out, w.Text)
		}
	}
	return out
}

// Name is that of the later run, or of the earlier for a segment that is gone.
func (c change) Name() string {
	if c.NameAfter != "" {
		return c.NameAfter
	}
	return c.NameBefore
}

// ID is that of the later run, or of the earlier for a segment that is gone.
func (c change) ID() int {
	if c.After > 0 {
		return c.After
	}
	return c.Before
}

// drawShares draws each segment's share of users before, above that after.
func drawShares(all []change) template.HTML {
	most := 1e-9
	for _, c := range all {
		most = max(most, c.ShareBefore, c.ShareAfter)
	}
	var d drawing
	d.f(`<div class="rows">`)
	for i, c := range all {
		d.f(`<div class="row"><a href="#segment-%d"><span class="no c%d">%d</span> <bdi>%s</bdi></a>`, i+1, c.Color, c.ID(), esc(visible.Brief(c.Name())))
		d.f(`<svg viewBox="0 0 %d 20" preserveAspectRatio="none" aria-hidden="true">`, barWidth)
		d.f(`<rect class="was c%d" y="1" width="%.1f" height="8"/><rect class="c%d" y="11" width="%.1f" height="8"/></svg>`,
			c.Color, barWidth*c.ShareBefore/most, c.Color, barWidth*c.ShareAfter/most)
		d.f(`<span class="value">%s → %s</span></div>`, percent(c.ShareBefore), percent(c.ShareAfter))
	}
	d.f(`</div>`)
	return d.html()
}
