// Package charts draws a result.Segmentation as PNG and SVG images for reports
// and slides: the map, sizes, sentiment or ratings with their intervals, the
// segments' shares over time, and their similarity. The page of package report
// does not need these images.
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

// ErrOptions: the language or the font cannot be used.
var ErrOptions = errors.New("charts: options")

// Options configures charts. The zero value uses the language of the texts and
// the built-in typeface.
type Options struct {
	Lang string // "en" or "zh"; "": that of the texts

	// Font is the TrueType or OpenType font of the text in PNG files; the first
	// font of a collection is used. nil means Liberation Sans, which has no
	// Chinese: characters it lacks are left out, and segments are then named by
	// their numbers alone. SVG files hold text as text, and are shown in the
	// reader's own fonts.
	Font []byte
}

// File is a drawn chart.
type File struct {
	Name string // for example "map.svg"
	Data []byte
}

// Draw draws every chart that s has data for, each as SVG and as PNG, in a
// fixed order. The error wraps ErrOptions if an option is invalid.
func Draw(s *result.Segmentation, o Options) ([]File, error) {
	if s == nil {
		return nil, fmt.Errorf("charts: %w", result.ErrNone)
	}
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

// glyphs returns a function that reports whether a font has a character.
func glyphs(f *opentype.Font) func(rune) bool {
	var buf sfnt.Buffer
	return func(r rune) bool {
		i, err := f.GlyphIndex(&buf, r)
		return err == nil && i != 0
	}
}
