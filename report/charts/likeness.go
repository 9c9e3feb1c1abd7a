package charts

import (
	"image/color"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed-56ee9438/cohort/result"
)

// drawLikeness draws the similarity of the segments as a heat map.
func drawLikeness(s *result.Segmentation, w words) (*plot.Plot, vg.Length, error) {
	k := len(s.Segments)
	if k < 2 || len(s.Similarity) != k {
		return nil, 0, nil
	}
	p := w.new("likeness")
	height := rows(p, s.Segments, w)
	p.X.Tick.Length, p.X.Width = 0, 0
	var ticks []plot.Tick
	low := 1.0
	for i, row := range s.Similarity {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: number(s.Segments[i].ID)})
		for _, v := range row {
			low = min(low, v)
		}
	}
	p.X.Tick.Marker = plot.ConstantTicks(ticks)
	var cells plotter.XYLabels
	var dark []bool
	for i, row := range s.Similarity {
		for j, v := range row {
			x, y := float64(j), float64(-i)
			cell, err := plotter.NewPolygon(plotter.XYs{{X: x - 0.48, Y: y - 0.46}, {X: x + 0.48, Y: y - 0.46}, {X: x + 0.48, Y: y + 0.46}, {X: x - 0.48, Y: y + 0.46}})
			if err != nil {
				return nil, 0, err
			}
			heat := (v - low) / max(1-low, 1e-9)
			cell.Color, cell.Width = blend(heat), 0
			p.Add(cell)
			cells.XYs = append(cells.XYs, plotter.XY{X: x, Y: y})
			cells.Labels = append(cells.Labels, strconv.FormatFloat(v, 'f', 2, 64))
			dark = append(dark, heat > 0.75)
		}
	}
	l, err := plotter.NewLabels(cells)
	if err != nil {
		return nil, 0, err
	}
	for i := range l.TextStyle {
		l.TextStyle[i].Handler = w.handler
		l.TextStyle[i].Font = p.X.Tick.Label.Font
		l.TextStyle[i].XAlign, l.TextStyle[i].YAlign = draw.XCenter, draw.YCenter
		if dark[i] {
			l.TextStyle[i].Color = color.White
		}
	}
	p.Add(l)
	p.X.Min, p.X.Max = -0.5, float64(max(k, 8))-0.5
	return p, height, nil
}

// blend returns a colour between nearly white, at 0, and the blue of the page's
// heat map, at 1.
func blend(x float64) color.RGBA {
	at := func(from, to float64) uint8 { return uint8(from + (to-from)*x + 0.5) }
	return color.RGBA{at(244, 11), at(248, 87), at(252, 164), 255}
}
