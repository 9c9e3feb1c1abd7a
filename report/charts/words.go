package charts

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"github.com/seed-56ee9438/cohort/internal/picture"
	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
)

// phrases holds the phrases of charts in English and Chinese.
var phrases = map[string][2]string{
	"map":       {"Map of users by what they wrote", "按文本内容绘制的用户分布图"},
	"sizes":     {"Users by segment", "各群体的用户数"},
	"sentiment": {"Mean sentiment with its 95% interval", "情感均值及其 95% 区间"},
	"rating":    {"Mean rating with its 95% interval", "平均评分及其 95% 区间"},
	"trend":     {"Share of the texts of each period", "占各时段文本的比例"},
	"likeness":  {"Cosine similarity of segment centres", "群体中心的余弦相似度"},
}

// words writes the words of a chart, as far as its font has the characters.
type words struct {
	lang    int
	can     func(string) bool
	handler handler
}

// new returns an empty plot with a title.
func (w words) new(title string) *plot.Plot {
	p := plot.New()
	picture.Style(p, w.handler)
	if t := phrases[title][w.lang]; w.can(t) {
		p.Title.Text = t
	}
	return p
}

// nameRunes is the maximum length of a segment's name in a chart.
const nameRunes = 26

// name returns a segment's number, with its name if the font can write it.
func (w words) name(p *result.Profile) string {
	n := fmt.Sprintf("%d %s", p.ID, visible.Shorten(visible.Text(p.Name), nameRunes))
	if !w.can(n) {
		return fmt.Sprint(p.ID)
	}
	return n
}

// handler draws lines of text as gonum's own handler does, but gives characters
// that the font lacks the width of East Asian ones, since an SVG is shown in
// another font.
type handler struct {
	fonts *font.Cache
	has   func(rune) bool
}

var _ text.Handler = handler{}

func (h handler) plain() text.Plain { return text.Plain{Fonts: h.fonts} }

func (h handler) Cache() *font.Cache               { return h.fonts }
func (h handler) Extents(f font.Font) font.Extents { return h.plain().Extents(f) }
func (h handler) Lines(s string) []string          { return h.plain().Lines(s) }
func (h handler) Box(s string, f font.Font) (width, height, depth vg.Length) {
	_, height, depth = h.plain().Box(s, f)
	return h.width(s, f), height, depth
}

func (h handler) width(s string, f font.Font) vg.Length {
	var known []rune
	var width vg.Length
	for _, r := range s {
		if h.has(r) {
			known = append(known, r)
		} else {
			width += f.Size
		}
	}
	face := h.fonts.Lookup(f, f.Size)
	return width + face.Width(string(known))
}

func (h handler) Draw(c vg.Canvas, s string, style text.Style, at vg.Point) {
	face := h.fonts.Lookup(style.Font, style.Font.Size)
	e := face.Extents()
	lines := h.Lines(s)
	c.SetColor(style.Color)
	c.Push()
	c.Translate(at)
	c.Rotate(style.Rotation)
	// The top of the block is at YAlign -1 (draw.YTop), its bottom at 0.
	high := style.Font.Size*vg.Length(len(lines)-1) + e.Ascent + e.Descent
	y := high*vg.Length(1+style.YAlign) - e.Ascent
	for _, l := range lines {
		if l != "" {
			c.FillString(face, vg.Point{X: vg.Length(style.XAlign) * h.width(l, style.Font), Y: y}, l)
		}
		y -= style.Font.Size
	}
	c.Pop()
}
