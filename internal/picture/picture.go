// Package picture is what the project's plots have in common: their type, and
// how they become files. The same plot gives the same bytes.
package picture

import (
	"bytes"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Sans is the typeface of all text.
var Sans = font.Font{Typeface: "Liberation", Variant: "Sans"}

// Style sets type and sizes of p's texts, drawn by h (nil: gonum's own).
func Style(p *plot.Plot, h text.Handler) {
	for style, size := range map[*text.Style]vg.Length{
		&p.Title.TextStyle: 13, &p.Legend.TextStyle: 11, &p.X.Label.TextStyle: 12, &p.Y.Label.TextStyle: 12, &p.X.Tick.Label: 10, &p.Y.Tick.Label: 10,
	} {
		style.Font = font.From(Sans, size)
		if h != nil {
			style.Handler = h
		}
	}
	if h != nil {
		p.TextHandler = h
	}
	p.Title.Padding = vg.Points(6)
	p.Legend.Padding = vg.Points(2)
	p.BackgroundColor = color.White
}

// framed leaves an edge free on all sides.
func framed(c vg.CanvasSizer) draw.Canvas {
	const edge = 8 // points
	return draw.Crop(draw.New(c), edge, -edge, edge, -edge)
}

// SVG draws p. Its text stays text: it is looked at where the typeface may be
// missing, so others are named after it.
func SVG(p *plot.Plot, width, height vg.Length) ([]byte, error) {
	canvas := vgsvg.New(width, height)
	p.Draw(framed(canvas))
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return nil, err
	}
	return bytes.ReplaceAll(out.Bytes(), []byte("font-family:Liberation Sans;"), []byte("font-family:Liberation Sans,Arial,Helvetica,PingFang SC,Microsoft YaHei,Noto Sans CJK SC,WenQuanYi Micro Hei,sans-serif;")), nil
}

// PNG draws p with 144 dots an inch.
func PNG(p *plot.Plot, width, height vg.Length) ([]byte, error) {
	canvas := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(144))
	p.Draw(framed(canvas))
	var out bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
