package main

import (
	"cmp"
	"fmt"
	"html"
	"strings"
)

// box is a named part of a figure, with a line or two about it.
type box struct {
	name, about string
	weak        bool // drawn lightly: data between steps, or what stands outside
}

// row is a line of boxes. Rows of the same frame, which follow one another, are
// framed together under its name.
type row struct {
	boxes []box
	frame string
}

// arrow goes from a box to a box, by their names.
type arrow struct{ from, to, label string }

type figure struct {
	title  string
	widest int // box, in pixels; 0 means 420
	rows   []row
	arrows []arrow
}

// Measures, in pixels.
const (
	width     = 880
	margin    = 24
	rowHeight = 50
	rowGap    = 34
	boxGap    = 14
)

const style = `text{font:13px Liberation Sans,Arial,Helvetica,sans-serif;fill:#1c2430}
.name{font-weight:bold}.about{font-size:11px;fill:#4a5565}.label{font-size:11px;fill:#4a5565;font-style:italic}
.box{fill:#eef3fb;stroke:#3b6ea8}.weak{fill:#fff;stroke:#9aa5b1}.frame{fill:none;stroke:#9aa5b1;stroke-dasharray:5 4}
.arrow{fill:none;stroke:#5b6673;stroke-width:1.3;marker-end:url(#head)}`

// place is where a box stands: its top left corner and its width.
type place struct{ x, y, w int }

// svg draws f. The same figure gives the same bytes.
func (f figure) svg() string {
	at, tops, height := f.layout()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" role="img" aria-label="%s">`+"\n", width, height, width, html.EscapeString(f.title))
	fmt.Fprintf(&b, "<style>%s</style>\n", style)
	b.WriteString(`<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5b6673"/></marker></defs>` + "\n")
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	f.drawFrames(&b, tops)
	for _, a := range f.arrows {
		drawArrow(&b, at[a.from], at[a.to], a.label)
	}
	for _, r := range f.rows {
		for _, x := range r.boxes {
			drawBox(&b, x, at[x.name])
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// layout places the boxes by name, and returns the rows' tops and the height.
func (f figure) layout() (at map[string]place, tops []int, height int) {
	at = map[string]place{}
	y := margin
	for i, r := range f.rows {
		if i > 0 {
			y += rowHeight + rowGap
			if r.frame != f.rows[i-1].frame && r.frame != "" {
				y += 16 // the frame's name stands above
			}
		} else if r.frame != "" {
			y += 16
		}
		tops = append(tops, y)
		n := len(r.boxes)
		w := min((width-2*margin-24-(n-1)*boxGap)/n, cmp.Or(f.widest, 420))
		x := (width - n*w - (n-1)*boxGap) / 2
		for _, bx := range r.boxes {
			at[bx.name] = place{x, y, w}
			x += w + boxGap
		}
	}
	return at, tops, y + rowHeight + margin
}

func (f figure) drawFrames(b *strings.Builder, tops []int) {
	for i := 0; i < len(f.rows); i++ {
		name, first := f.rows[i].frame, i
		if name == "" {
			continue
		}
		for i+1 < len(f.rows) && f.rows[i+1].frame == name {
			i++
		}
		top, bottom := tops[first]-22, tops[i]+rowHeight+10
		fmt.Fprintf(b, `<rect class="frame" x="%d" y="%d" width="%d" height="%d" rx="6"/>`, margin/2, top, width-margin, bottom-top)
		fmt.Fprintf(b, `<text class="label" x="%d" y="%d">%s</text>`+"\n", margin/2+8, top+15, html.EscapeString(name))
	}
}

func drawBox(b *strings.Builder, x box, p place) {
	class := "box"
	if x.weak {
		class = "box weak"
	}
	fmt.Fprintf(b, `<rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="5"/>`, class, p.x, p.y, p.w, rowHeight)
	middle, name := p.x+p.w/2, x.name
	if name == "." {
		name = "cohort"
	}
	if x.about == "" {
		fmt.Fprintf(b, `<text class="name" x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", middle, p.y+rowHeight/2+5, html.EscapeString(name))
		return
	}
	lines := strings.Split(x.about, "\n")
	y := p.y + 31 - 7*len(lines)
	fmt.Fprintf(b, `<text class="name" x="%d" y="%d" text-anchor="middle">%s</text>`, middle, y, html.EscapeString(name))
	for i, line := range lines {
		fmt.Fprintf(b, `<text class="about" x="%d" y="%d" text-anchor="middle">%s</text>`, middle, y+14*(i+1), html.EscapeString(line))
	}
	b.WriteString("\n")
}

// drawArrow leads from the bottom of a box to the top of a lower one, beside its
// neighbour, or back up along the side.
func drawArrow(b *strings.Builder, from, to place, label string) {
	x1, y1, x2, y2 := from.x+from.w/2, from.y+rowHeight, to.x+to.w/2, to.y
	switch {
	case from.y == to.y && from.x < to.x:
		x1, y1, x2, y2 = from.x+from.w, from.y+rowHeight/2, to.x, to.y+rowHeight/2
		fmt.Fprintf(b, `<path class="arrow" d="M%d %dL%d %d"/>`, x1, y1, x2-1, y2)
	case from.y >= to.y: // back
		side := width - margin
		fmt.Fprintf(b, `<path class="arrow" d="M%d %dH%dV%dH%d"/>`, from.x+from.w, from.y+rowHeight/2, side, to.y+rowHeight/2, to.x+to.w+1)
		x1, y1, x2, y2 = side-80, from.y, side-80, to.y+rowHeight
	default:
		fmt.Fprintf(b, `<path class="arrow" d="M%d %dC%d %d %d %d %d %d"/>`, x1, y1, x1, y1+18, x2, y2-18, x2, y2-1)
	}
	if label != "" {
		fmt.Fprintf(b, `<text class="label" x="%d" y="%d">%s</text>`, (x1+x2)/2+8, (y1+y2)/2+4, html.EscapeString(label))
	}
	b.WriteString("\n")
}
