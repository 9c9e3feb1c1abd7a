package charts

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/seed-56ee9438/cohort/result"
)

// drawTrend draws each segment's share of the texts over time.
func drawTrend(s *result.Segmentation, w words) (*plot.Plot, vg.Length, error) {
	if len(s.Segments) == 0 || len(s.Segments[0].Trend) < 2 {
		return nil, 0, nil
	}
	p := w.new("trend")
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Width = line, 0
	p.Add(grid)
	for i := range s.Segments {
		seg := &s.Segments[i]
		var xy plotter.XYs
		for _, t := range seg.Trend {
			xy = append(xy, plotter.XY{X: float64(t.Start.Unix()), Y: 100 * t.Share})
		}
		l, err := plotter.NewLine(xy)
		if err != nil {
			return nil, 0, err
		}
		l.Color, l.Width = colorOf(i), vg.Points(2)
		p.Add(l)
		p.Legend.Add(w.name(seg), swatch{colorOf(i)})
	}
	p.Legend.Top = true
	p.X.Max += 0.45 * (p.X.Max - p.X.Min) // room for the legend
	p.Y.Min = 0
	p.Y.Tick.Marker = plot.TickerFunc(func(low, high float64) []plot.Tick {
		ticks := plot.DefaultTicks{}.Ticks(low, high)
		for i := range ticks {
			if ticks[i].Label != "" {
				ticks[i].Label += "%"
			}
		}
		return ticks
	})
	last := s.Segments[0].Trend[len(s.Segments[0].Trend)-1].Start
	p.X.Tick.Marker = plot.ConstantTicks([]plot.Tick{
		{Value: float64(s.Segments[0].Trend[0].Start.Unix()), Label: s.Segments[0].Trend[0].Start.Format("2006-01-02")},
		{Value: float64(last.Unix()), Label: last.Format("2006-01-02")},
	})
	return p, 9 * vg.Centimeter, nil
}
