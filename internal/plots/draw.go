package main

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed-56ee9438/cohort/internal/picture"
)

const width, height = 17 * vg.Centimeter, 11 * vg.Centimeter

// colors are those of Okabe & Ito (2008), which all eyes can tell apart, the
// darker ones first.
var colors = []color.RGBA{
	{0, 114, 178, 255}, {213, 94, 0, 255}, {0, 158, 115, 255}, {204, 121, 167, 255},
	{230, 159, 0, 255}, {86, 180, 233, 255}, {0, 0, 0, 255},
}

var shapes = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.PyramidGlyph{}, draw.RingGlyph{}, draw.BoxGlyph{}}

// svg draws the chart.
func (c *chart) svg() ([]byte, error) {
	p := plot.New()
	picture.Style(p, nil)
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = c.title, c.x, c.y
	if c.note != "" {
		p.Title.Text += "\n" + c.note
	}
	p.Legend.Top, p.Legend.Left = !c.bottom, !c.right
	p.Legend.XOffs = vg.Points(8)
	if c.right {
		p.Legend.XOffs = -p.Legend.XOffs
	}
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = color.Gray{225}, color.Gray{225}
	p.Add(grid)
	for i, s := range c.series {
		line, dots, err := plotter.NewLinePoints(s.points)
		if err != nil {
			return nil, err
		}
		line.Color, dots.Color = colors[i%len(colors)], colors[i%len(colors)]
		line.Width = vg.Points(1.5)
		if i >= len(colors) {
			line.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
		}
		dots.Shape, dots.Radius = shapes[i%len(shapes)], vg.Points(3)
		p.Add(line, dots)
		p.Legend.Add(c.label(s), line, dots)
	}
	scale(&p.X, c.logX)
	scale(&p.Y, c.logY)
	return picture.SVG(p, width, height)
}

// scale sets how an axis is divided. A logarithmic one begins and ends a
// little outside the values; a linear one that is never negative begins at 0.
func scale(a *plot.Axis, log bool) {
	if !log {
		if a.Min > 0 {
			a.Min = 0
		}
		return
	}
	a.Scale, a.Tick.Marker = plot.LogScale{}, plot.TickerFunc(logTicks)
	a.Min, a.Max = a.Min/1.25, a.Max*1.25
}

// logTicks marks 1 to 9 times each power of ten, and writes the values at 1
// (and at 2 and 5 where the axis spans less than two powers).
func logTicks(lo, hi float64) []plot.Tick {
	var ticks []plot.Tick
	narrow := hi/lo < 100
	for e := math.Floor(math.Log10(lo)); e <= math.Ceil(math.Log10(hi)); e++ {
		for m := 1; m < 10; m++ {
			t := plot.Tick{Value: float64(m) * math.Pow(10, e)}
			if t.Value < lo || t.Value > hi {
				continue
			}
			if m == 1 || narrow && (m == 2 || m == 5) {
				t.Label = short(t.Value)
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}

// short writes a value as people read it: 0.02, 500, 20k, 1M.
func short(v float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e4, "k"}} {
		if v >= unit.size*(1-1e-9) {
			if unit.name == "k" {
				unit.size = 1e3
			}
			return strconv.FormatFloat(v/unit.size, 'g', 4, 64) + unit.name
		}
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}
