package report

import (
	"math"
	"slices"
	"strconv"

	"github.com/seed-56ee9438/cohort/internal/visible"
)

// box is a rectangle on the map, in pixels.
type box struct{ x, y, w, h int }

// apart reports whether two boxes have gap pixels or more between them.
func (b box) apart(o box, gap int) bool {
	return b.x+b.w+gap <= o.x || o.x+o.w+gap <= b.x || b.y+b.h+gap <= o.y || o.y+o.h+gap <= b.y
}

// label is a segment's label on the map. A label that could not stand at the
// centre of its segment is joined to it by a line.
type label struct {
	card
	box
	text   string // after the number, "" for the number alone
	cx, cy int    // the centre
}

// moved reports whether the centre is outside the label.
func (l *label) moved() bool {
	return l.cx < l.x || l.cx > l.x+l.w || l.cy < l.y || l.cy > l.y+l.h
}

// lettering is the size of labels on a map.
type lettering struct {
	height int
	digit  int // width of a digit of the number
	edge   int // width beside number and text
	texts  []int
}

// On wide screens labels have names, shortened to fewer characters and at last
// left out if there is no room for all, or if they would hide too much of the
// map. On narrow ones, where the map is less than 400 pixels wide, they are
// numbers alone.
var (
	wideLabels   = lettering{height: 26, digit: 9, edge: 30, texts: []int{24, 12, 0}}
	narrowLabels = lettering{height: 44, digit: 24, edge: 20, texts: []int{0}}
)

const (
	labelGap  = 4  // between labels
	labelStep = 6  // of the places that are tried
	labelEdge = 2  // of the map that is kept free
	fewLetter = 60 // labels; with more, names are not tried
	// mostHidden is the share of the map that labels with names may cover: what
	// users see of it are its dots.
	mostHidden = 0.125
)

// labels places a label for each card, the first cards nearest to their
// centres, so that no two touch and all are within the map. Cards whose labels
// find no room have none.
func labels(b bounds, cards []card, by lettering) []label {
	var out []label
	for shortest := range by.texts {
		if len(cards) > fewLetter && shortest < len(by.texts)-1 {
			continue
		}
		out = out[:0]
		for _, c := range cards {
			if l, ok := by.place(b, c, by.texts[shortest:], out); ok {
				out = append(out, l)
			}
		}
		if len(out) == len(cards) && hidden(out) <= mostHidden {
			break
		}
	}
	return out
}

// hidden returns the share of the map that labels cover.
func hidden(all []label) float64 {
	area := 0
	for i := range all {
		area += all[i].w * all[i].h
	}
	return float64(area) / (mapWidth * mapHeight)
}

// numbered reports whether labels are numbers alone, so that the names have to
// stand elsewhere.
func numbered(all []label) bool {
	return !slices.ContainsFunc(all, func(l label) bool { return l.text != "" })
}

// place returns the label of c with the longest of the texts that has room.
func (by lettering) place(b bounds, c card, texts []int, taken []label) (label, bool) {
	l := label{card: c}
	l.cx, l.cy = b.place(c.X, c.Y)
	number := strconv.Itoa(c.ID)
	for _, most := range texts {
		l.text = ""
		l.w, l.h = by.edge+by.digit*len(number), by.height
		if most > 0 {
			l.text = visible.Shorten(visible.Text(c.Name), most)
			l.w += by.digit + textWidth(l.text)
		}
		if l.free(taken) {
			return l, true
		}
	}
	return l, false
}

// free moves the label to the place nearest to its centre where it touches none
// of the others.
func (l *label) free(taken []label) bool {
	best := math.Inf(1)
	try := func(at box) {
		if at.x < labelEdge || at.y < labelEdge || at.x+at.w > mapWidth-labelEdge || at.y+at.h > mapHeight-labelEdge {
			return
		}
		far := at.distance(l.cx, l.cy)
		if far >= best {
			return
		}
		for i := range taken {
			if !at.apart(taken[i].box, labelGap) {
				return
			}
		}
		best, l.box = far, at
	}
	w, h := l.w, l.h
	inside := func(v, most int) int { return min(max(v, labelEdge), most-labelEdge) }
	try(box{inside(l.cx-w/2, mapWidth-w), inside(l.cy-h/2, mapHeight-h), w, h})
	for y := labelEdge; y+h <= mapHeight-labelEdge; y += labelStep {
		for x := labelEdge; x+w <= mapWidth-labelEdge; x += labelStep {
			try(box{x, y, w, h})
		}
	}
	return !math.IsInf(best, 1)
}

// distance is that from the point to the box's middle, and to the box itself,
// which counts for more: a label that still covers its centre needs no line.
func (b box) distance(x, y int) float64 {
	dx, dy := float64(max(b.x-x, 0, x-b.x-b.w)), float64(max(b.y-y, 0, y-b.y-b.h))
	return 4*math.Hypot(dx, dy) + math.Hypot(float64(b.x+b.w/2-x), float64(b.y+b.h/2-y))
}

// end is where the line from the centre meets the label: the nearest point of
// its edge.
func (b box) end(x, y int) (int, int) {
	return min(max(x, b.x), b.x+b.w), min(max(y, b.y), b.y+b.h)
}
