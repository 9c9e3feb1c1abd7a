package report

import (
	"fmt"
	"html"
	"html/template"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/visible"
)

// drawing is markup under construction. Text is written with esc.
type drawing struct{ strings.Builder }

func (d *drawing) f(format string, args ...any) { fmt.Fprintf(&d.Builder, format, args...) }

func esc(s string) string { return html.EscapeString(visible.Text(s)) }

func (d *drawing) html() template.HTML { return template.HTML(d.String()) } //nolint:gosec // every text in it went through esc

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
