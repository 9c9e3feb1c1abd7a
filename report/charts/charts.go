// Package charts draws a result.Segmentation as still pictures, PNG and SVG:
// the map, sizes, sentiment or ratings with their intervals, the segments' shares
// over time, and how alike they are. For reports and slides; the page of
// package report needs none of them.
//
// The same Segmentation and Options give the same bytes.
package charts

import (
	"errors"
	"fmt"

	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"

	"github.com/seed-56ee9438/cohort/internal/picture"
	"github.com/seed-56ee9438/cohort/result"
)

// ErrOptions: a language or a font that cannot be used.
var ErrOptions = errors.New("charts: options")

// Options say how charts are drawn. The zero value is the language of the texts
// and the built-in typeface.
type Options struct {
	Lang string // "en" or "zh"; "": that of the texts

	// Font is a TrueType or OpenType font, or a collection whose first font is
	// taken, for the texts of PNG files. nil: Liberation Sans, which has no
	// Chinese: what it cannot write is left out there, and segments are named
	// by their numbers alone. SVG files hold text as text, and the reader's own
	// fonts write it.
	Font []byte
}

// File is a drawn chart.
type File struct {
	Name string // such as "map.svg"
	Data []byte
}

// Draw draws every chart that s has data for, each as SVG and as PNG, in a
// fixed order. Errors: ErrOptions.
func Draw(s *result.Segmentation, o Options) ([]File, error) {
	lang, ok := map[string]int{"": 0, "en": 0, "zh": 1}[o.Lang]
	if !ok {
		return nil, fmt.Errorf("%w: language %q, want en or zh", ErrOptions, o.Lang)
	}
	if o.Lang == "" && s.Lang == "zh" {
		lang = 1
	}
	faces := liberation.Collection()
	if o.Font != nil {
		c, err := opentype.ParseCollection(o.Font)
		if err != nil {
			return nil, fmt.Errorf("%w: the font: %w", ErrOptions, err)
		}
		f, err := c.Font(0)
		if err != nil {
			return nil, fmt.Errorf("%w: the font: %w", ErrOptions, err)
		}
		faces = font.Collection{{Font: picture.Sans, Face: f}}
	}
	cache := font.NewCache(faces)
	has := glyphs(cache.Lookup(picture.Sans, 12).Face)
	var out []File
	for _, format := range []struct {
		name   string
		encode func(p *plot.Plot, w, h vg.Length) ([]byte, error)
		words  words
	}{
		{"svg", picture.SVG, words{lang: lang, handler: handler{fonts: cache, has: has}, can: func(string) bool { return true }}},
		{"png", picture.PNG, words{lang: lang, handler: handler{fonts: cache, has: has}, can: func(s string) bool {
			for _, r := range s {
				if !has(r) {
					return false
				}
			}
			return true
		}}},
	} {
		for _, c := range []struct {
			name string
			draw func(*result.Segmentation, words) (*plot.Plot, vg.Length, error)
		}{{"map", drawMap}, {"sizes", drawSizes}, {"feelings", drawFeelings}, {"trend", drawTrend}, {"likeness", drawLikeness}} {
			p, height, err := c.draw(s, format.words)
			if err != nil {
				return nil, fmt.Errorf("charts: %s: %w", c.name, err)
			}
			if p == nil { // nothing to draw
				continue
			}
			data, err := format.encode(p, width, height)
			if err != nil {
				return nil, fmt.Errorf("charts: %s.%s: %w", c.name, format.name, err)
			}
			out = append(out, File{c.name + "." + format.name, data})
		}
	}
	return out, nil
}

// glyphs tells which characters a font can write.
func glyphs(f *opentype.Font) func(rune) bool {
	var buf sfnt.Buffer
	return func(r rune) bool {
		i, err := f.GlyphIndex(&buf, r)
		return err == nil && i != 0
	}
}
