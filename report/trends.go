package report

import (
	"cmp"
	"html/template"
	"math"
	"slices"
	"strconv"

	"github.com/seed-56ee9438/cohort/result"
)

// opinionsFrom is the minimum number of texts of a period whose mean opinion is
// drawn.
const opinionsFrom = 5

// drawTrends draws each segment's share of the texts over time as a line.
func drawTrends(cards []card, lang say) template.HTML {
	value := func(p result.Period) (float64, bool) { return p.Share, true }
	high := 0.0
	for _, c := range cards {
		for _, p := range c.Trend {
			high = max(high, p.Share)
		}
	}
	return drawLines(cards, phrases["trend"][lang], 0, high, "0%", percent(high), value)
}

// drawOpinions draws each segment's mean sentiment, or mean rating if there is
// no sentiment, over time.
func drawOpinions(cards []card, lang say) template.HTML {
	felt := feels(cards)
	value := func(p result.Period) (float64, bool) {
		e := p.Rating
		if felt {
			e = p.Sentiment
		}
		if e == nil || e.N < opinionsFrom {
			return 0, false
		}
		return e.Mean, true
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, c := range cards {
		for _, p := range c.Trend {
			if v, ok := value(p); ok {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if low > high {
		return ""
	}
	return drawLines(cards, phrases["opinion_trend"][lang], low, high, signed(low, 2), signed(high, 2), value)
}

// drawLines draws a line per segment over the periods, with gaps where there is
// no value, and its number at the end.
func drawLines(cards []card, name string, low, high float64, lowText, highText string, value func(result.Period) (float64, bool)) template.HTML {
	if len(cards) == 0 || len(cards[0].Trend) < 2 {
		return ""
	}
	periods := cards[0].Trend
	n := len(periods)
	const w, h, left, right, bottom = 760, 240, 64, 30, 28
	at := func(i int, v float64) (float64, float64) {
		return left + float64(w-left-right)*float64(i)/float64(n-1), 10 + float64(h-bottom-10)*(1-(v-low)/max(high-low, 1e-9))
	}
	var d drawing
	d.f(`<svg class="trends" viewBox="0 0 %d %d" role="img" aria-label="%s">`, w, h, esc(name))
	d.f(`<path class="axis" d="M%d 10V%dH%d"/><text class="tick" x="%d" y="18" text-anchor="end">%s</text><text class="tick" x="%d" y="%d" text-anchor="end">%s</text>`,
		left, h-bottom, w-right, left-6, highText, left-6, h-bottom, lowText)
	for _, i := range []int{0, n - 1} {
		x, _ := at(i, 0)
		d.f(`<text class="tick" x="%.1f" y="%d" text-anchor="%s">%s</text>`, x, h-6, map[bool]string{true: "start", false: "end"}[i == 0], periods[i].Start.Format("2006-01-02"))
	}
	type end struct {
		id   int
		x, y float64
	}
	var ends []end
	for _, c := range cards {
		line, drawn := "", false
		var last end
		for i, p := range c.Trend {
			v, ok := value(p)
			if ok {
				x, y := at(i, v)
				if !drawn {
					x -= 0.1 // a single period is a dot: the round caps of a short line
				}
				line += point("LM"[b2i(!drawn)], x, y)
				if !drawn {
					line += point('L', x+0.1, y)
				}
				last = end{c.ID, x, y}
			}
			drawn = ok
		}
		if line != "" {
			d.f(`<path class="line c%d" d="%s"/>`, c.Color, line)
			ends = append(ends, last)
		}
	}
	slices.SortStableFunc(ends, func(a, b end) int { return cmp.Compare(a.y, b.y) })
	lowest := -100.0
	for _, e := range ends {
		lowest = max(e.y, lowest+14)
		d.f(`<text class="tick" x="%.1f" y="%.1f">%d</text>`, e.x+5, lowest+4, e.id)
	}
	d.f(`</svg>`)
	return d.html()
}

// spark draws one segment's share over time.
func spark(c card, lang say) template.HTML {
	if len(c.Trend) < 2 {
		return ""
	}
	most := 1e-9
	for _, p := range c.Trend {
		most = max(most, p.Share)
	}
	var d drawing
	d.f(`<svg class="spark" viewBox="0 0 200 36" role="img" aria-label="%s"><path class="line c%d" d="`, esc(phrases["trend"][lang]), c.Color)
	for i, p := range c.Trend {
		d.f("%s", point("LM"[b2i(i == 0)], 2+196*float64(i)/float64(len(c.Trend)-1), 33-30*p.Share/most))
	}
	d.f(`"/></svg>`)
	return d.html()
}

// point returns one step of a path.
func point(op byte, x, y float64) string {
	return string(op) + strconv.FormatFloat(x, 'f', 1, 64) + " " + strconv.FormatFloat(y, 'f', 1, 64)
}
