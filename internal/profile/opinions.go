package profile

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/opinion"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text"
)

// opinions collects what users say of aspects.
type opinions struct {
	extractor  *opinion.Extractor
	found      []opinion.Mention // of a text
	read       func(dst []sentiment.Span, s string) []sentiment.Span
	spans      []sentiment.Span // of a sentence
	start      func(time.Time) time.Time
	aspects    map[string]*spoken
	complaints []complaints // [k]
}

// spoken is what users say of an aspect.
type spoken struct {
	said   []saidOf
	direct int // mentions to which an opinion word belongs by its place
	quotes map[quoted]*shortlist
}

// saidOf is one mention by a user.
type saidOf struct {
	user   int32
	period int32 // days from 1970 to the start of its period, undated if unknown
	value  float32
}

const undated = math.MinInt32

// quoted is what a list of quotations is of.
type quoted struct {
	group int
	good  bool
}

const (
	mostAspects = 50_000 // in memory; beyond, those that one user mentions are dropped
	// neutralWithin are values that say neither good nor bad: of what is nearer to 0
	// on labelled reviews, the sign is right in two of three cases.
	neutralWithin = 0.1
	complains     = -0.5 // the largest value of a complaint
	// leastDirect is the least share of an aspect's mentions to which an opinion word
	// belongs by its place. What people speak of without judging it (the closet, the
	// song) is below, and has only the opinions of its neighbours.
	leastDirect   = 0.15
	opinionQuotes = 2
)

// newOpinions returns nil for languages that package opinion does not read.
func newOpinions(c *Config, k int, t *trend) *opinions {
	if c.Lang != string(text.English) && c.Lang != string(text.Chinese) {
		return nil
	}
	read := sentiment.AppendEnglishSpans
	if c.Lang == string(text.Chinese) {
		read = sentiment.AppendChineseSpans
	}
	return &opinions{
		read: read, extractor: opinion.NewExtractor(opinion.Options{Chinese: c.Splitter.Chinese}),
		start: t.start, aspects: map[string]*spoken{}, complaints: make([]complaints, k),
	}
}

// add counts what a text of a user of group i says.
func (o *opinions) add(i int, t *reading.Item) {
	if o == nil {
		return
	}
	period := int32(undated)
	if o.start != nil && !t.Time.IsZero() {
		period = int32(o.start(t.Time.UTC()).Unix() / (24 * 60 * 60))
	}
	o.found = o.extractor.Append(o.found[:0], t.Plain)
	tone, end := 0.0, 0 // of a sentence: the sum of what its mentions say
	asked := asserts    // by it
	for j, m := range o.found {
		if j == end {
			asked = questionOf(t.Plain[m.Sentence[0]:m.Sentence[1]])
			for tone = 0; end < len(o.found) && o.found[end].Sentence == m.Sentence; end++ {
				tone += o.found[end].Value
			}
		}
		if math.Abs(m.Value) < neutralWithin || asked == wonders {
			continue
		}
		a := o.aspects[m.Aspect]
		if a == nil {
			if len(o.aspects) >= mostAspects {
				o.prune()
			}
			a = &spoken{}
			o.aspects[strings.Clone(m.Aspect)] = a
		}
		a.said = append(a.said, saidOf{int32(t.User), period, float32(m.Value)})
		if m.Direct {
			a.direct++
		}
		q, ok := quotation(t, m)
		if !ok || asked != asserts { // a question is no evidence
			continue
		}
		if tone*m.Value > 0 {
			q.score++ // the sentence says the same on the whole
		}
		a.offer(i, m.Value > 0, q, o.mixed)
		if m.Value <= complains && tone < 0 && m.Direct {
			o.complaints[i].add(complaint{user: t.User, text: q.text, aspect: m.Aspect, value: m.Value})
		}
	}
}

// mixed reports whether a sentence has words of praise and of blame, whatever
// they are about.
func (o *opinions) mixed(said string) bool {
	o.spans = o.read(o.spans[:0], said)
	return slices.ContainsFunc(o.spans, func(s sentiment.Span) bool { return s.Value > 0 }) &&
		slices.ContainsFunc(o.spans, func(s sentiment.Span) bool { return s.Value < 0 })
}

// mentions returns how often something is said of an aspect.
func (o *opinions) mentions(aspect string) int {
	if a := o.aspects[aspect]; a != nil {
		return len(a.said)
	}
	return 0
}

// judged reports whether people judge the aspect rather than speak of it where
// they judge something else.
func (a *spoken) judged() bool {
	return float64(a.direct) >= leastDirect*float64(len(a.said))
}

// prune drops the aspects that one user mentions.
func (o *opinions) prune() {
	for name, a := range o.aspects {
		one := true
		for _, s := range a.said {
			one = one && s.user == a.said[0].user
		}
		if one {
			delete(o.aspects, name)
		}
	}
}

// quotation returns the sentence of a mention as a candidate, if it can be shown
// as it is written.
func quotation(t *reading.Item, m opinion.Mention) (candidate, bool) {
	said := t.Plain[m.Sentence[0]:m.Sentence[1]]
	if len(said) > 4*quoteRunes || !strings.Contains(t.Clean, said) {
		return candidate{}, false
	}
	said = visible.Clip(said, quoteRunes)
	score := math.Abs(m.Value) - shortness(said) - float64(len(said))/1000
	if m.Direct {
		score++
	}
	return candidate{user: t.User, text: said, score: score, near: m.Value}, true
}

// offer considers a sentence as a quotation. One that mixes praise and blame may
// be irony, and proves neither: it goes behind the others.
func (a *spoken) offer(i int, good bool, q candidate, mixed func(said string) bool) {
	if a.quotes == nil {
		a.quotes = map[quoted]*shortlist{}
	}
	l := a.quotes[quoted{i, good}]
	if l == nil {
		l = &shortlist{most: opinionQuotes}
		a.quotes[quoted{i, good}] = l
	}
	if w, full := l.worst(); full && q.score <= w {
		return
	}
	if mixed(q.text) {
		q.score--
	}
	q.text = strings.Clone(q.text)
	l.add(q)
}
