package report

import (
	"fmt"
	"html"
	"html/template"
	"strings"
)

// drawing is a piece of markup in the making. Text goes through esc.
type drawing struct{ strings.Builder }

func (d *drawing) f(format string, args ...any) { fmt.Fprintf(&d.Builder, format, args...) }

func esc(s string) string { return html.EscapeString(visible(s)) }

func (d *drawing) html() template.HTML { return template.HTML(d.String()) } //nolint:gosec // every text in it went through esc

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}
