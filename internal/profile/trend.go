package profile

import (
	"math"
	"slices"
	"time"

	"github.com/seed-56ee9438/cohort/result"
)

// trend counts texts, ratings and sentiment of each segment by period: days,
// weeks, months, quarters or years, whichever gives between 4 and 24 of them.
type trend struct {
	k          int
	start      func(time.Time) time.Time // start of the period that contains a time; nil: no trend
	texts      map[time.Time][]int
	ratings    map[time.Time][]moments
	sentiments map[time.Time][]moments
}

func newTrend(k int, first, latest time.Time) *trend {
	t := &trend{k: k, texts: map[time.Time][]int{}, ratings: map[time.Time][]moments{}, sentiments: map[time.Time][]moments{}}
	const day = 24 * time.Hour
	switch d := latest.Sub(first); {
	case first.IsZero() || d < 3*day:
	case d <= 24*day:
		t.start = func(t time.Time) time.Time { return t.Truncate(day) }
	case d <= 24*7*day:
		t.start = func(t time.Time) time.Time { return t.Truncate(7 * day) } // the zero time is a Monday
	case d <= 24*30*day:
		t.start = func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }
	case d <= 24*91*day:
		t.start = func(t time.Time) time.Time {
			return time.Date(t.Year(), (t.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
		}
	default:
		t.start = func(t time.Time) time.Time { return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC) }
	}
	return t
}

func (t *trend) add(i int, at time.Time, rating float64, rated bool) {
	if t.start == nil || at.IsZero() {
		return
	}
	p := t.start(at.UTC())
	if t.texts[p] == nil {
		t.texts[p] = make([]int, t.k)
		t.ratings[p] = make([]moments, t.k)
		t.sentiments[p] = make([]moments, t.k)
	}
	t.texts[p][i]++
	if rated {
		t.ratings[p][i].add(rating)
	}
}

func (t *trend) addSentiment(i int, at time.Time, value float64) {
	if t.start != nil && !at.IsZero() {
		t.sentiments[t.start(at.UTC())][i].add(value)
	}
}

// periods returns the periods of segment i in order, including those without
// texts, so that segments can be drawn side by side.
func (t *trend) periods(i int) []result.Period {
	starts := make([]time.Time, 0, len(t.texts))
	for s := range t.texts {
		starts = append(starts, s)
	}
	slices.SortFunc(starts, time.Time.Compare)
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range starts {
		l, h := scale(t.ratings[s])
		low, high = min(low, l), max(high, h)
	}
	var out []result.Period
	for _, s := range starts {
		all := 0
		for _, n := range t.texts[s] {
			all += n
		}
		out = append(out, result.Period{
			Start: s, Texts: t.texts[s][i], Share: float64(t.texts[s][i]) / float64(all),
			Rating: within(t.ratings[s][i].estimate(0), low, high), Sentiment: within(t.sentiments[s][i].estimate(0), -1, 1),
		})
	}
	return out
}
