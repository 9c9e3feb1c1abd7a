package charts

import (
	"fmt"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed-56ee9438/cohort/result"
)

func number(n int) string { return strconv.Itoa(n) }

// rows lays out a plot with a row per segment, the first on top, and returns
// its height.
func rows(p *plot.Plot, segments []result.Profile, w words) vg.Length {
	var ticks []plot.Tick
	for i := range segments {
		ticks = append(ticks, plot.Tick{Value: float64(-i), Label: w.name(&segments[i])})
	}
	p.Y.Tick.Marker = plot.ConstantTicks(ticks)
	p.Y.Tick.Length, p.Y.Width = 0, 0
	p.Y.Tick.Label.XAlign = draw.XRight
	p.Y.Min, p.Y.Max = 0.5-float64(len(segments)), 0.5
	return vg.Length(len(segments))*0.8*vg.Centimeter + 2.4*vg.Centimeter
}

// drawSizes draws a bar per segment, by users.
func drawSizes(s *result.Segmentation, w words) (*plot.Plot, vg.Length, error) {
	if len(s.Segments) == 0 {
		return nil, 0, nil
	}
	p := w.new("sizes")
	height := rows(p, s.Segments, w)
	var ends plotter.XYLabels
	for i, seg := range s.Segments {
		y := float64(-i)
		bar, err := plotter.NewPolygon(plotter.XYs{{X: 0, Y: y - 0.35}, {X: float64(seg.Users), Y: y - 0.35}, {X: float64(seg.Users), Y: y + 0.35}, {X: 0, Y: y + 0.35}})
		if err != nil {
			return nil, 0, err
		}
		bar.Color, bar.Width = colorOf(i), 0
		p.Add(bar)
		ends.XYs = append(ends.XYs, plotter.XY{X: float64(seg.Users), Y: y})
		ends.Labels = append(ends.Labels, fmt.Sprintf("%d · %.0f%%", seg.Users, 100*seg.Share))
	}
	return p, height, withLabels(p, w, ends)
}

// withLabels writes labels to the right of points, and makes room for them.
func withLabels(p *plot.Plot, w words, at plotter.XYLabels) error {
	l, err := plotter.NewLabels(at)
	if err != nil {
		return err
	}
	for i := range l.TextStyle {
		l.TextStyle[i].Handler = w.handler
		l.TextStyle[i].Font = p.X.Tick.Label.Font
		l.TextStyle[i].YAlign = draw.YCenter
	}
	l.Offset.X = vg.Points(5)
	p.Add(l)
	p.X.Max += 0.3 * (p.X.Max - p.X.Min)
	return nil
}

// drawFeelings draws the segments' mean sentiment, or their mean rating if
// there is no sentiment, with its interval.
func drawFeelings(s *result.Segmentation, w words) (*plot.Plot, vg.Length, error) {
	title, of := "rating", func(p result.Profile) *result.Estimate { return p.Rating }
	for _, seg := range s.Segments {
		if seg.Sentiment != nil {
			title, of = "sentiment", func(p result.Profile) *result.Estimate { return p.Sentiment }
		}
	}
	p := w.new(title)
	height := rows(p, s.Segments, w)
	var ends plotter.XYLabels
	for i, seg := range s.Segments {
		e := of(seg)
		if e == nil {
			continue
		}
		y := float64(-i)
		whisker, err := plotter.NewLine(plotter.XYs{{X: e.Low, Y: y}, {X: e.High, Y: y}})
		if err != nil {
			return nil, 0, err
		}
		whisker.Color, whisker.Width = colorOf(i), vg.Points(2)
		dot, err := plotter.NewScatter(plotter.XYs{{X: e.Mean, Y: y}})
		if err != nil {
			return nil, 0, err
		}
		dot.GlyphStyle = draw.GlyphStyle{Shape: draw.CircleGlyph{}, Radius: vg.Points(4), Color: colorOf(i)}
		p.Add(whisker, dot)
		ends.XYs = append(ends.XYs, plotter.XY{X: e.High, Y: y})
		ends.Labels = append(ends.Labels, fmt.Sprintf("%.2f, n = %d", e.Mean, e.N))
	}
	if len(ends.XYs) == 0 {
		return nil, 0, nil
	}
	if p.X.Min <= 0 && p.X.Max >= 0 || title == "sentiment" {
		zero, err := plotter.NewLine(plotter.XYs{{X: 0, Y: p.Y.Min}, {X: 0, Y: p.Y.Max}})
		if err != nil {
			return nil, 0, err
		}
		zero.Color = dim
		p.Add(zero)
	}
	return p, height, withLabels(p, w, ends)
}
