package charts

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed-56ee9438/cohort/result"
)

// width is the width of every chart.
const width = 17 * vg.Centimeter

// colors are the colours of the page's segments in the light scheme.
var colors = []color.RGBA{
	{0x00, 0x72, 0xb2, 255}, {0xc8, 0x50, 0x0a, 255}, {0x00, 0x80, 0x5e, 255}, {0xa6, 0x3d, 0x8f, 255}, {0xa0, 0x6c, 0x00, 255}, {0x2b, 0x7f, 0x9e, 255},
	{0x8c, 0x4a, 0x3f, 255}, {0x5b, 0x5f, 0xc7, 255}, {0x5f, 0x7a, 0x12, 255}, {0xb3, 0x32, 0x4f, 255}, {0x4b, 0x6a, 0x88, 255}, {0x6d, 0x6d, 0x6d, 255},
}

var (
	dim  = color.RGBA{0x5b, 0x65, 0x77, 255}
	line = color.RGBA{0xdd, 0xe1, 0xe8, 255}
)

func colorOf(i int) color.RGBA { return colors[i%len(colors)] }

// mostDots is the maximum number of dots on the map. If there are more users,
// only every n-th is drawn.
const mostDots = 4000

// drawMap draws a dot per user and a number at each centre. Both axes have the
// same scale, so that distances in the picture are distances in the plane.
func drawMap(s *result.Segmentation, w words) (*plot.Plot, vg.Length, error) {
	at := map[int]int{result.Unassigned: len(s.Segments)}
	for i, p := range s.Segments {
		at[p.ID] = i
	}
	dots := make([]plotter.XYs, len(s.Segments)+1)
	step := max(1, float64(len(s.Users))/mostDots)
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for f := 0.0; int(f) < len(s.Users); f += step {
		u := s.Users[int(f)]
		if u.Texts == 0 {
			continue
		}
		dots[at[u.Segment]] = append(dots[at[u.Segment]], plotter.XY{X: u.X, Y: u.Y})
		low = [2]float64{min(low[0], u.X), min(low[1], u.Y)}
		high = [2]float64{max(high[0], u.X), max(high[1], u.Y)}
	}
	if low[0] > high[0] {
		return nil, 0, nil
	}
	p := w.new("map")
	p.HideAxes()
	p.Legend.Top = true
	for i := len(dots) - 1; i >= 0; i-- { // the unassigned go below the others
		if len(dots[i]) == 0 {
			continue
		}
		c, err := plotter.NewScatter(dots[i])
		if err != nil {
			return nil, 0, err
		}
		c.GlyphStyle = draw.GlyphStyle{Shape: draw.CircleGlyph{}, Radius: vg.Points(1.8), Color: faded(dim, 110)}
		if i < len(s.Segments) {
			c.Color = faded(colorOf(i), 170)
		}
		p.Add(c)
	}
	var centres plotter.XYLabels
	for i := range s.Segments {
		seg := &s.Segments[i]
		centres.XYs = append(centres.XYs, plotter.XY{X: seg.X, Y: seg.Y})
		centres.Labels = append(centres.Labels, number(seg.ID))
		p.Legend.Add(w.name(seg), swatch{colorOf(i)})
	}
	if len(s.Segments) > 0 {
		disks, err := plotter.NewScatter(centres.XYs)
		if err != nil {
			return nil, 0, err
		}
		disks.GlyphStyle = draw.GlyphStyle{Shape: draw.CircleGlyph{}, Radius: vg.Points(9), Color: color.White}
		rings := *disks
		rings.Shape = draw.RingGlyph{}
		rings.GlyphStyleFunc = func(i int) draw.GlyphStyle {
			return draw.GlyphStyle{Shape: draw.RingGlyph{}, Radius: vg.Points(9), Color: colorOf(i)}
		}
		text, err := plotter.NewLabels(centres)
		if err != nil {
			return nil, 0, err
		}
		for i := range text.TextStyle {
			text.TextStyle[i].Handler = w.handler
			text.TextStyle[i].Font = p.X.Label.TextStyle.Font
			text.TextStyle[i].XAlign, text.TextStyle[i].YAlign = draw.XCenter, draw.YCenter
		}
		p.Add(disks, &rings, text)
	}
	const height = 11 * vg.Centimeter
	from, to := mapFrame(low, high, float64(width), float64(height-30))
	p.X.Min, p.Y.Min, p.X.Max, p.Y.Max = from[0], from[1], to[0], to[1]
	return p, height, nil
}

// mapFrame returns the corners of a map of this size that shows the places
// between low and high, with room for the legend on the right, beside the dots.
func mapFrame(low, high [2]float64, width, height float64) (from, to [2]float64) {
	across, up := high[0]-low[0], high[1]-low[1]
	unit := max(across/0.66/width, up/height, 1e-9)
	unit *= 1 + 1e-9 // keeps dots off the edge, where rounding would decide whether they have room
	from = [2]float64{low[0] - 0.02*across, (low[1]+high[1])/2 - unit*height/2}
	return from, [2]float64{from[0] + unit*width, from[1] + unit*height}
}

func faded(c color.RGBA, alpha uint8) color.NRGBA { return color.NRGBA{c.R, c.G, c.B, alpha} }

// swatch is a patch of colour in a legend.
type swatch struct{ color.Color }

func (s swatch) Thumbnail(c *draw.Canvas) {
	c.DrawGlyph(draw.GlyphStyle{Shape: draw.CircleGlyph{}, Radius: vg.Points(4), Color: s.Color}, c.Center())
}
