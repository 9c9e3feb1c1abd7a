package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"
	"unicode"

	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
)

// Dimensions of the map's drawing area.
const (
	mapWidth, mapHeight = 1000, 640
	mapEdge             = 30
)

// bounds maps the plane of the principal components to the drawing area.
type bounds struct{ x0, y0, scale, dx, dy float64 }

func boundsOf(s *result.Segmentation) bounds {
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, u := range s.Users {
		if u.Texts == 0 {
			continue
		}
		minX, maxX = min(minX, u.X), max(maxX, u.X)
		minY, maxY = min(minY, u.Y), max(maxY, u.Y)
	}
	if minX > maxX {
		return bounds{scale: 1}
	}
	// Both axes have the same scale: distances on the page are distances in the
	// plane.
	scale := min((mapWidth-2*mapEdge)/max(maxX-minX, 1e-9), (mapHeight-2*mapEdge)/max(maxY-minY, 1e-9))
	return bounds{minX, minY, scale, (mapWidth - scale*(maxX-minX)) / 2, (mapHeight - scale*(maxY-minY)) / 2}
}

// place returns pixel coordinates; y grows downwards.
func (b bounds) place(x, y float64) (int, int) {
	return int(math.Round(b.dx + b.scale*(x-b.x0))), mapHeight - int(math.Round(b.dy+b.scale*(y-b.y0)))
}

// drawMap draws a path of dots per segment and a linked label at each centre.
// The dots are zero-length lines with round caps, which take a tenth of the
// bytes of circles.
func drawMap(s *result.Segmentation, cards []card, lang say) template.HTML {
	b := boundsOf(s)
	var d drawing
	d.f(`<svg id="map" class="map" viewBox="0 0 %d %d" role="group" aria-label="%s">`, mapWidth, mapHeight, esc(phrases["map_label"][lang]))
	dots := map[int]*strings.Builder{result.Unassigned: {}}
	for _, c := range cards {
		dots[c.ID] = &strings.Builder{}
	}
	shown, step := 0, dotStep(s)
	for i, u := range s.Users {
		if u.Texts > 0 && i%step == 0 {
			x, y := b.place(u.X, u.Y)
			fmt.Fprintf(dots[u.Segment], "M%d %dh0", x, y)
			shown++
		}
	}
	size := 9.0
	if n := shown; n > 1000 {
		size = max(3.5, 9-2.2*math.Log10(float64(n)/1000)*2)
	}
	if p := dots[result.Unassigned].String(); p != "" {
		d.f(`<path class="dots none" stroke-width="%.1f" d="%s"/>`, size*0.8, p)
	}
	for _, c := range cards {
		d.f(`<path class="dots c%d" data-segment="%d" stroke-width="%.1f" d="%s"/>`, c.Color, c.ID, size, dots[c.ID])
	}
	d.f(`<circle id="here" class="here" r="11" cx="-50" cy="-50"/>`)
	wide, kind := labels(b, cards, wideLabels), "wide"
	if numbered(wide) {
		kind = "wide numbers"
	}
	drawLabels(&d, kind, wide)
	drawLabels(&d, "narrow", labels(b, cards, narrowLabels))
	d.f(`</svg>`)
	return d.html()
}

// mostDots is the maximum number of dots of the map.
const mostDots = 20_000

// dotStep returns n if only every n-th user has a dot.
func dotStep(s *result.Segmentation) int { return (len(s.Users)-1)/mostDots + 1 }

// drawLabels draws labels for one kind of screen, the lines below them.
func drawLabels(d *drawing, kind string, all []label) {
	d.f(`<g class="labels %s">`, kind)
	for i := range all {
		if l := &all[i]; l.moved() {
			x, y := l.end(l.cx, l.cy)
			d.f(`<path class="leader c%d" d="M%d %dL%d %d"/>`, l.Color, l.cx, l.cy, x, y)
		}
	}
	for _, l := range all {
		d.f(`<a href="#segment-%d" class="label" data-segment="%d"><title>%s</title>`, l.ID, l.ID, esc(visible.Brief(l.Name)))
		d.f(`<rect class="c%d" x="%d" y="%d" width="%d" height="%d" rx="%d"/>`, l.Color, l.x, l.y, l.w, l.h, l.h/2)
		d.f(`<text x="%d" y="%d" text-anchor="middle">%d`, l.x+l.w/2, l.y+l.h*7/10, l.ID)
		if l.text != "" {
			d.f(` %s`, esc(l.text))
		}
		d.f(`</text></a>`)
	}
	d.f(`</g>`)
}

// textWidth estimates the width of a label in pixels at 15 px.
func textWidth(s string) int {
	w := 0
	for _, r := range visible.Text(s) {
		switch {
		case r >= 0x2e80, strings.ContainsRune("WMwm@%", r):
			w += 15
		case unicode.IsUpper(r):
			w += 11
		default:
			w += 9
		}
	}
	return w
}
