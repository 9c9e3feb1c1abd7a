package report

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"

	"github.com/seed-56ee9438/cohort"
)

// The map's drawing area.
const (
	mapWidth, mapHeight = 1000, 640
	mapEdge             = 30
)

// bounds maps the plane of the principal components to the drawing area.
type bounds struct{ x0, y0, scale, dx, dy float64 }

func boundsOf(s *cohort.Segmentation) bounds {
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
	// One scale for both axes: distances on the page are distances in the plane.
	scale := min((mapWidth-2*mapEdge)/max(maxX-minX, 1e-9), (mapHeight-2*mapEdge)/max(maxY-minY, 1e-9))
	return bounds{minX, minY, scale, (mapWidth - scale*(maxX-minX)) / 2, (mapHeight - scale*(maxY-minY)) / 2}
}

// place returns pixels, y growing downwards.
func (b bounds) place(x, y float64) (int, int) {
	return int(math.Round(b.dx + b.scale*(x-b.x0))), mapHeight - int(math.Round(b.dy+b.scale*(y-b.y0)))
}

// drawing is an SVG in the making. Text goes through esc.
type drawing struct{ strings.Builder }

func (d *drawing) f(format string, args ...any) { fmt.Fprintf(&d.Builder, format, args...) }

func esc(s string) string { return html.EscapeString(visible(s)) }

func (d *drawing) html() template.HTML { return template.HTML(d.String()) } //nolint:gosec // every text in it went through esc

// drawMap draws a path of dots a segment (round caps of zero-length lines: a
// tenth of the bytes of circles) and a linked label at each centre.
func drawMap(s *cohort.Segmentation, cards []card, lang say) template.HTML {
	b := boundsOf(s)
	var d drawing
	d.f(`<svg id="map" class="map" viewBox="0 0 %d %d" role="img" aria-label="%s">`, mapWidth, mapHeight, esc(phrases["map_label"][lang]))
	dots := map[int]*strings.Builder{cohort.Unassigned: {}}
	for _, c := range cards {
		dots[c.ID] = &strings.Builder{}
	}
	for _, u := range s.Users {
		if u.Texts > 0 {
			x, y := b.place(u.X, u.Y)
			fmt.Fprintf(dots[u.Segment], "M%d %dh0", x, y)
		}
	}
	size := 9.0
	if n := len(s.Users); n > 1000 {
		size = max(3.5, 9-2.2*math.Log10(float64(n)/1000)*2)
	}
	if p := dots[cohort.Unassigned].String(); p != "" {
		d.f(`<path class="dots none" stroke-width="%.1f" d="%s"/>`, size*0.8, p)
	}
	for _, c := range cards {
		d.f(`<path class="dots c%d" data-segment="%d" stroke-width="%.1f" d="%s"/>`, c.Color, c.ID, size, dots[c.ID])
	}
	d.f(`<circle id="here" class="here" r="11" cx="-50" cy="-50"/>`)
	for _, l := range labels(b, cards) {
		d.f(`<a href="#segment-%d" class="label" data-segment="%d"><title>%s</title>`, l.ID, l.ID, esc(l.Name))
		d.f(`<rect class="c%d" x="%d" y="%d" width="%d" height="26" rx="13"/>`, l.Color, l.x, l.y-13, l.w)
		d.f(`<text x="%d" y="%d" text-anchor="middle">%s</text></a>`, l.x+l.w/2, l.y+5, esc(l.text))
	}
	d.f(`</svg>`)
	return d.html()
}

type label struct {
	card
	x, y, w int
	text    string
}

// labels places the segments' labels at their centres, moved down or up until
// no two touch.
func labels(b bounds, cards []card) []label {
	var out []label
	for _, c := range cards {
		x, y := b.place(c.X, c.Y)
		l := label{card: c, text: fmt.Sprintf("%d %s", c.ID, shorten(c.Name, 24))}
		l.w = 22 + textWidth(l.text)
		l.x = min(max(x-l.w/2, 2), mapWidth-l.w-2)
		for step := range 60 {
			l.y = y + (step+1)/2*10*(1-2*(step%2))
			if l.y < 16 || l.y > mapHeight-16 {
				continue
			}
			free := true
			for _, o := range out {
				if l.x < o.x+o.w+4 && o.x < l.x+l.w+4 && l.y < o.y+29 && o.y < l.y+29 {
					free = false
				}
			}
			if free {
				break
			}
		}
		out = append(out, l)
	}
	return out
}

// textWidth estimates the width of a label in pixels at 15 px.
func textWidth(s string) int {
	w := 0
	for _, r := range visible(s) {
		if r >= 0x2e80 {
			w += 15
		} else {
			w += 8
		}
	}
	return w
}

func shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}

// order lists the cards as the tree's leaves lie, so that its lines do not cross.
func order(s *cohort.Segmentation, cards []card) []card {
	members := map[int][]card{}
	next := 0
	for _, c := range cards {
		members[c.ID] = []card{c}
		next = max(next, c.ID+1)
	}
	out := cards
	for i, j := range s.Tree {
		out = append(append([]card{}, members[j.A]...), members[j.B]...)
		members[next+i] = out
	}
	if len(out) != len(cards) {
		return cards
	}
	return out
}

// drawLikeness draws the heat map of the segments' similarity with the tree
// beside it.
func drawLikeness(s *cohort.Segmentation, cards []card, lang say) template.HTML {
	k := len(cards)
	if k < 2 || len(s.Similarity) != k {
		return ""
	}
	const cell, left, tree = 46, 190, 190
	at := map[int]int{}
	for i, c := range cards {
		at[c.ID] = i
	}
	rows := order(s, cards)
	low := 1.0
	for i := range s.Similarity {
		for j := range s.Similarity {
			low = min(low, s.Similarity[i][j])
		}
	}
	var d drawing
	w, h := left+k*cell+tree, k*cell+34
	d.f(`<svg class="likeness" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`, w, h, w, h, esc(phrases["likeness"][lang]))
	for i, c := range rows {
		y := 30 + i*cell
		d.f(`<a href="#segment-%d"><text class="name" x="%d" y="%d" text-anchor="end">%s</text></a>`, c.ID, left-10, y+cell/2+5, esc(fmt.Sprintf("%s  %d", shorten(c.Name, 20), c.ID)))
		d.f(`<text class="name" x="%d" y="20" text-anchor="middle">%d</text>`, left+i*cell+cell/2, c.ID)
		for j, o := range rows {
			v := s.Similarity[at[c.ID]][at[o.ID]]
			heat := int(math.Round(9 * (v - low) / max(1-low, 1e-9)))
			d.f(`<rect class="h%d" x="%d" y="%d" width="%d" height="%d"/><text class="v%d" x="%d" y="%d" text-anchor="middle">%s</text>`,
				heat, left+j*cell, y, cell-2, cell-2, heat, left+j*cell+cell/2-1, y+cell/2+4, signed(v, 2))
		}
	}
	drawTree(&d, s, rows, left+k*cell+8, 30, cell, tree-20)
	d.f(`</svg>`)
	return d.html()
}

// drawTree draws the joins as brackets to the right of the rows.
func drawTree(d *drawing, s *cohort.Segmentation, rows []card, x0, y0, cell, width int) {
	type end struct{ x, y float64 }
	ends := map[int]end{}
	next := 0
	for i, c := range rows {
		ends[c.ID] = end{float64(x0), float64(y0 + i*cell + cell/2)}
		next = max(next, c.ID+1)
	}
	most := 1e-9
	for _, j := range s.Tree {
		most = max(most, j.Distance)
	}
	for i, j := range s.Tree {
		a, b := ends[j.A], ends[j.B]
		x := float64(x0) + float64(width)*j.Distance/most
		x = max(x, a.x, b.x)
		d.f(`<path class="tree" d="M%.1f %.1fH%.1fV%.1fH%.1f"/>`, a.x, a.y, x, b.y, b.x)
		ends[next+i] = end{x, (a.y + b.y) / 2}
	}
}

// drawSizes draws a bar a segment, by users.
func drawSizes(cards []card) template.HTML {
	if len(cards) == 0 {
		return ""
	}
	most := 1
	for _, c := range cards {
		most = max(most, c.Users)
	}
	var d drawing
	h := 34 * len(cards)
	d.f(`<svg class="bars" viewBox="0 0 640 %d" role="img">`, h)
	for i, c := range cards {
		y := 34 * i
		d.f(`<a href="#segment-%d"><text x="0" y="%d">%s</text></a>`, c.ID, y+21, esc(fmt.Sprintf("%d  %s", c.ID, shorten(c.Name, 22))))
		d.f(`<rect class="c%d" x="230" y="%d" width="%.1f" height="20" rx="3"/>`, c.Color, y+6, 300*float64(c.Users)/float64(most))
		d.f(`<text x="%.1f" y="%d">%s · %s</text>`, 238+300*float64(c.Users)/float64(most), y+21, thousands(c.Users), percent(c.Share))
	}
	d.f(`</svg>`)
	return d.html()
}

// drawFeelings draws the segments' mean rating or sentiment with its interval.
func drawFeelings(cards []card) template.HTML {
	low, high := math.Inf(1), math.Inf(-1)
	feel := func(c card) *cohort.Estimate {
		if c.Sentiment != nil {
			return c.Sentiment
		}
		return c.Rating
	}
	for _, c := range cards {
		if e := feel(c); e != nil {
			low, high = min(low, e.Low), max(high, e.High)
		}
	}
	if low > high {
		return ""
	}
	if cards[0].Sentiment != nil {
		low, high = min(low, 0), max(high, 0)
	}
	const x0, w = 230, 300
	at := func(v float64) float64 { return x0 + w*(v-low)/max(high-low, 1e-9) }
	var d drawing
	d.f(`<svg class="bars" viewBox="0 0 640 %d" role="img">`, 34*len(cards)+22)
	if low < 0 && high > 0 {
		d.f(`<path class="axis" d="M%.1f 0V%d"/>`, at(0), 34*len(cards))
	}
	for i, c := range cards {
		y := 34 * i
		d.f(`<a href="#segment-%d"><text x="0" y="%d">%s</text></a>`, c.ID, y+21, esc(fmt.Sprintf("%d  %s", c.ID, shorten(c.Name, 22))))
		if e := feel(c); e != nil {
			d.f(`<path class="whisker c%d" d="M%.1f %dH%.1f"/><circle class="c%d" cx="%.1f" cy="%d" r="6"/>`, c.Color, at(e.Low), y+16, at(e.High), c.Color, at(e.Mean), y+16)
			d.f(`<text x="545" y="%d">%s  (n %s)</text>`, y+21, signed(e.Mean, 2), thousands(e.N))
		}
	}
	d.f(`<text class="tick" x="%d" y="%d">%s</text><text class="tick" x="%d" y="%d" text-anchor="end">%s</text></svg>`,
		x0, 34*len(cards)+16, signed(low, 2), x0+w, 34*len(cards)+16, signed(high, 2))
	return d.html()
}

// drawTrends draws each segment's share of the texts over time as a line.
func drawTrends(cards []card) template.HTML {
	if len(cards) == 0 || len(cards[0].Trend) < 2 {
		return ""
	}
	periods := cards[0].Trend
	n, most := len(periods), 0.0
	for _, c := range cards {
		for _, p := range c.Trend {
			most = max(most, p.Share)
		}
	}
	const w, h, left, bottom = 760, 240, 50, 24
	at := func(i int, share float64) (float64, float64) {
		return left + float64(w-left-20)*float64(i)/float64(n-1), 10 + float64(h-bottom-10)*(1-share/max(most, 1e-9))
	}
	var d drawing
	d.f(`<svg class="trends" viewBox="0 0 %d %d" role="img">`, w, h)
	d.f(`<path class="axis" d="M%d 10V%dH%d"/><text class="tick" x="%d" y="18" text-anchor="end">%s</text><text class="tick" x="%d" y="%d" text-anchor="end">0</text>`,
		left, h-bottom, w-20, left-6, percent(most), left-6, h-bottom)
	for _, i := range []int{0, n - 1} {
		x, _ := at(i, 0)
		d.f(`<text class="tick" x="%.1f" y="%d" text-anchor="%s">%s</text>`, x, h-6, map[bool]string{true: "start", false: "end"}[i == 0], periods[i].Start.Format("2006-01-02"))
	}
	for _, c := range cards {
		d.f(`<path class="line c%d" d="`, c.Color)
		for i, p := range c.Trend {
			x, y := at(i, p.Share)
			d.f("%c%.1f %.1f", "LM"[b2i(i == 0)], x, y)
		}
		x, y := at(n-1, c.Trend[n-1].Share)
		d.f(`"/><text class="tick" x="%.1f" y="%.1f">%d</text>`, x+4, y+4, c.ID)
	}
	d.f(`</svg>`)
	return d.html()
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// spark draws one segment's share over time.
func spark(c card) template.HTML {
	if len(c.Trend) < 2 {
		return ""
	}
	most := 1e-9
	for _, p := range c.Trend {
		most = max(most, p.Share)
	}
	var d drawing
	d.f(`<svg class="spark" viewBox="0 0 200 36" role="img"><path class="line c%d" d="`, c.Color)
	for i, p := range c.Trend {
		d.f("%c%.1f %.1f", "LM"[b2i(i == 0)], 2+196*float64(i)/float64(len(c.Trend)-1), 33-30*p.Share/most)
	}
	d.f(`"/></svg>`)
	return d.html()
}
