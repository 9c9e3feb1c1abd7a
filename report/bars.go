package report

import (
	"html/template"
	"math"

	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
)

// barWidth is the width of a row's drawing. It is stretched to the available
// width, so it must not contain round shapes or text.
const barWidth = 300

// row begins a row of a chart: the segment's name, then the drawing.
func (d *drawing) row(c card) {
	d.f(`<div class="row" data-segment="%d"><a href="#segment-%d"><span class="no c%d">%d</span> <bdi>%s</bdi></a>`, c.ID, c.ID, c.Color, c.ID, esc(visible.Brief(c.Name)))
	d.f(`<svg viewBox="0 0 %d 20" preserveAspectRatio="none" aria-hidden="true">`, barWidth)
}

// drawSizes draws a bar per segment, by users.
func drawSizes(cards []card) template.HTML {
	most := 1
	for _, c := range cards {
		most = max(most, c.Users)
	}
	var d drawing
	d.f(`<div class="rows">`)
	for _, c := range cards {
		d.row(c)
		d.f(`<rect class="c%d" y="2" width="%.1f" height="16"/></svg>`, c.Color, barWidth*float64(c.Users)/float64(most))
		d.f(`<span class="value">%s · %s</span></div>`, thousands(c.Users), percent(c.Share))
	}
	d.f(`</div>`)
	return d.html()
}

// feels reports whether opinions are sentiment; otherwise they are ratings.
func feels(cards []card) bool {
	for _, c := range cards {
		if c.Sentiment != nil {
			return true
		}
	}
	return false
}

// drawFeelings draws the segments' mean sentiment, or their mean rating if
// there is no sentiment, with its interval.
func drawFeelings(cards []card) template.HTML {
	low, high := math.Inf(1), math.Inf(-1)
	felt := feels(cards)
	feel := func(c card) *result.Estimate {
		if felt {
			return c.Sentiment
		}
		return c.Rating
	}
	for _, c := range cards {
		if e := feel(c); e != nil {
			low, high = min(low, e.Low), max(high, e.High)
		}
	}
	if low > high {
		return ""
	}
	if felt {
		low, high = min(low, 0), max(high, 0)
	}
	const edge = 4 // room for the marks at the ends
	at := func(v float64) float64 { return edge + (barWidth-2*edge)*(v-low)/max(high-low, 1e-9) }
	var d drawing
	d.f(`<div class="rows">`)
	for _, c := range cards {
		e := feel(c)
		if e == nil {
			continue
		}
		d.row(c)
		if low <= 0 && high >= 0 {
			d.f(`<rect class="zero" x="%.1f" width="1" height="20"/>`, at(0)-0.5)
		}
		d.f(`<rect class="c%d" x="%.1f" y="9" width="%.1f" height="3"/>`, c.Color, at(e.Low), at(e.High)-at(e.Low))
		d.f(`<rect class="c%d" x="%.1f" y="3" width="5" height="15"/></svg>`, c.Color, at(e.Mean)-2.5)
		d.f(`<span class="value"><b>%s</b> [%s, %s]<small> n = %s</small></span></div>`, signed(e.Mean, 2), signed(e.Low, 2), signed(e.High, 2), thousands(e.N))
	}
	d.f(`</div>`)
	return d.html()
}
