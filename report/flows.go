package report

import (
	"fmt"
	"html/template"

	"github.com/seed-56ee9438/cohort/drift"
	"github.com/seed-56ee9438/cohort/internal/visible"
)

// The drawing of flows: two columns of segments and ribbons between them.
const (
	flowWidth  = 960
	flowSide   = 240 // for the names
	flowNode   = 12  // width of a segment's bar
	flowHeight = 320 // of all users
	flowRow    = 22  // the least height of a segment, which its name needs
)

// node is a segment in one of the columns.
type node struct {
	name  string
	color int
	users int
	y     float64 // top of the bar
	used  float64 // height of the ribbons that have ended at it
}

// drawFlows draws where the users of both runs were and are; nothing if there
// are none.
func drawFlows(all []change, lang say) template.HTML {
	was, is := map[int]*node{}, map[int]*node{}
	shared := 0
	for _, c := range all {
		if c.Before > 0 {
			was[c.Before] = &node{name: c.NameBefore, color: c.Color}
		}
		if c.After > 0 {
			is[c.After] = &node{name: c.NameAfter, color: c.Color}
		}
	}
	for _, c := range all {
		for _, f := range flowsInto(c) {
			if was[f.Segment] != nil {
				was[f.Segment].users += f.Users
				is[c.After].users += f.Users
				shared += f.Users
			}
		}
	}
	if shared == 0 {
		return ""
	}
	scale := flowHeight / float64(shared)
	height := max(stack(all, was, scale, func(c change) int { return c.Before }), stack(all, is, scale, func(c change) int { return c.After }))
	var d drawing
	d.f(`<svg class="flows" viewBox="0 0 %d %.0f" role="img" aria-label="%s">`, flowWidth, height, esc(phrases["flows"][lang]))
	const left, right = flowSide, flowWidth - flowSide
	for _, c := range all {
		to := is[c.After]
		for _, f := range flowsInto(c) {
			from := was[f.Segment]
			if from == nil {
				continue
			}
			h := scale * float64(f.Users)
			a, b := from.y+from.used, to.y+to.used
			from.used += h
			to.used += h
			mid := float64(left+right) / 2
			d.f(`<path class="ribbon c%d" d="M%d %.1fC%.0f %.1f %.0f %.1f %d %.1fV%.1fC%.0f %.1f %.0f %.1f %d %.1fZ"><title>%d → %d: %d</title></path>`,
				from.color, left+flowNode, a, mid, a, mid, b, right-flowNode, b, b+h, mid, b+h, mid, a+h, left+flowNode, a+h, f.Segment, c.After, f.Users)
		}
	}
	for _, c := range all {
		if n := was[c.Before]; n != nil {
			n.draw(&d, scale, c.Before, left, left-8, "end")
		}
		if n := is[c.After]; n != nil {
			n.draw(&d, scale, c.After, right-flowNode, right+8, "start")
		}
	}
	d.f(`</svg>`)
	return d.html()
}

// flowsInto returns where the users of a segment of the later run came from.
func flowsInto(c change) []drift.Flow {
	if c.After == 0 {
		return nil // the others' flows have them
	}
	return c.Flows
}

// stack places a column's segments below one another and returns its height.
func stack(all []change, nodes map[int]*node, scale float64, id func(change) int) float64 {
	y := 2.0
	for _, c := range all {
		if n := nodes[id(c)]; n != nil {
			n.y = y
			y += max(scale*float64(n.users), flowRow) + 6
		}
	}
	return y
}

func (n *node) draw(d *drawing, scale float64, id, x, text int, anchor string) {
	h := max(scale*float64(n.users), 1)
	d.f(`<rect class="c%d" x="%d" y="%.1f" width="%d" height="%.1f"/>`, n.color, x, n.y, flowNode, h)
	d.f(`<text class="name" x="%d" y="%.1f" text-anchor="%s">%s</text>`, text, n.y+max(h, flowRow)/2+4, anchor, esc(fmt.Sprintf("%d %s · %s", id, visible.Shorten(n.name, 24), thousands(n.users))))
}
