package report

import (
	"fmt"
	"html/template"
	"math"

	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
)

// order returns the cards in the order of the tree's leaves, so that its lines
// do not cross.
func order(s *result.Segmentation, cards []card) []card {
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
func drawLikeness(s *result.Segmentation, cards []card, lang say) template.HTML {
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
	d.f(`<svg class="likeness" viewBox="0 0 %d %d" width="%d" height="%d" role="group" aria-label="%s">`, w, h, w, h, esc(phrases["likeness"][lang]))
	for i, c := range rows {
		y := 30 + i*cell
		d.f(`<a href="#segment-%d"><text class="name" x="%d" y="%d" text-anchor="end">%s</text></a>`, c.ID, left-10, y+cell/2+5, esc(fmt.Sprintf("%s  %d", visible.Shorten(c.Name, 20), c.ID)))
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
func drawTree(d *drawing, s *result.Segmentation, rows []card, x0, y0, cell, width int) {
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
