package cohort

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// evidence is what the second reading collects about the segments found.
type evidence struct {
	g    *gathered
	gr   *groups
	o    *Options
	lang string

	terms       *keyword.Counter
	meta        *metaCounts
	central     []shortlist // [k]
	borderline  []shortlist
	contrasting []shortlist
	nearest     []int // group -> nearest other group, -1
	texts       []int // [k]

	mixture  [][]float32 // user -> weight of his texts nearest to each group, [k]
	deciding [][]Deciding
	margins  []float64 // row -> margin
	// anew are the margins of the users placed like new ones, [rows]: what the
	// margin without a text is compared with.
	anew  []float64
	block *block

	trend  *trend
	rating []moments // [k]
	rated  *byUser   // ratings of users in segments
	feel   *feelings // nil without Options.Sentiment
	// unhappy counts the terms of unhappy texts (group 2i) and other texts
	// (2i+1) of each segment i; nil without ratings and sentiment.
	unhappy *keyword.Counter
}

// decidingTexts is how many deciding texts a user keeps.
const decidingTexts = 3

func newEvidence(ctx context.Context, g *gathered, gr *groups, o *Options) (*evidence, error) {
	k := len(gr.list)
	e := &evidence{
		g: g, gr: gr, o: o, lang: o.Lang,
		meta:    &metaCounts{k: k, fields: map[string]*field{}},
		central: make([]shortlist, k), borderline: make([]shortlist, k), contrasting: make([]shortlist, k),
		nearest: make([]int, k), texts: make([]int, k),
		mixture: make([][]float32, len(g.names)), deciding: make([][]Deciding, len(g.names)),
		margins: make([]float64, g.vectors.Len),
		rating:  make([]moments, k), rated: newByUser(len(g.names)),
		block: newBlock(g.vectors.Dim),
		trend: newTrend(k, g.first, g.latest),
	}
	if e.lang == "" {
		e.lang = g.lang()
	}
	e.terms = newCounter(k, e.lang, o)
	if o.Sentiment != nil || o.Rating != "" {
		e.unhappy = newCounter(2*k, e.lang, o)
	}
	if o.Sentiment != nil {
		e.feel = newFeelings(k, g.vectors.Dim, len(g.names))
	}
	// More than are shown, so that what is shown can be chosen among them.
	most := 4 * o.Quotes
	for i := range k {
		e.central[i].most, e.borderline[i].most, e.contrasting[i].most = most, most, most
		e.nearest[i] = gr.nearestGroup(i)
	}
	e.setMargins(e.margins, gr.placed)
	e.anew = e.margins
	if gr.space.anew() {
		again, err := gr.space.place(ctx, g.vectors)
		if err != nil {
			return nil, err
		}
		e.anew = make([]float64, g.vectors.Len)
		e.setMargins(e.anew, again)
	}
	return e, nil
}

func (e *evidence) setMargins(dst []float64, placed dense.Rows[float32]) {
	for r := range dst {
		if i := e.gr.of[r]; i >= 0 {
			dst[r], _ = e.gr.margin(placed.Row(r), i)
		}
	}
}

// nearestGroup returns the group whose centre has the highest cosine with that
// of group i, -1 where there is no other.
func (gr *groups) nearestGroup(i int) int {
	best, at := -2.0, -1
	for j := range gr.list {
		if j == i {
			continue
		}
		if c := vector.Cosine(gr.list[i].centre, gr.list[j].centre); c > best {
			best, at = c, j
		}
	}
	return at
}

// count counts one text of a user of group i in; v [dim] is its vector.
func (e *evidence) count(ctx context.Context, b *blockText, i int, v []float32) error {
	u, t, clean := b.user, &b.text, b.clean
	e.texts[i]++
	e.terms.Add(i, u, clean)
	e.meta.add(i, t.Meta)
	e.quote(u, e.g.row[u], i, clean, v)
	rating, rated := 0.0, false
	if e.o.Rating != "" {
		if rating, rated = e.o.rating(*t); rated {
			e.rating[i].add(rating)
			e.rated.add(u, rating)
		}
		if rated && e.feel == nil {
			e.countUnhappy(i, u, clean, rating < e.g.rating.mean())
		}
	}
	e.trend.add(i, t.Time, rating, rated)
	if e.feel != nil {
		return e.feel.add(ctx, e, i, u, t.Time, clean, v)
	}
	return nil
}

// quote offers a text as a quotation.
func (e *evidence) quote(u, r, i int, clean string, v []float32) {
	short := -1.0 // computed when it matters
	offer := func(s *shortlist, score, near float64) {
		if w, full := s.worst(); full && score <= w {
			return
		}
		if short < 0 {
			short = shortness(clean)
		}
		s.add(candidate{u, clip(clean, quoteRunes), score - short, near})
	}
	near := vector.Cosine(v, e.gr.list[i].centre)
	offer(&e.central[i], near, near)
	// Borderline: first by how near the user is to the border, then by the text.
	offer(&e.borderline[i], -10*abs(e.margins[r])+near, near)
	// What the segment whose nearest this one is does not say.
	for j, n := range e.nearest {
		if n == i {
			other := vector.Cosine(v, e.gr.list[j].centre)
			offer(&e.contrasting[j], near-other, other)
		}
	}
}

// decide notes what leaving one text out of its user's vector changes; rest [k]
// is what is left of him, nil for nothing.
func (e *evidence) decide(t *blockText, i int, rest []float32) {
	u := t.user
	with := e.anew[e.g.row[u]]
	d := Deciding{Effect: with, MovesTo: Unassigned}
	if rest != nil {
		m, other := e.gr.margin(rest, i)
		d.Effect = with - m
		d.MovesTo = e.gr.id(i)
		if m < 0 && with >= 0 {
			d.MovesTo = e.gr.id(other)
		}
	}
	list := e.deciding[u]
	if len(list) == decidingTexts && d.Effect <= list[len(list)-1].Effect {
		return
	}
	if d.Effect <= 0 {
		return
	}
	d.Text = clip(t.clean, decidingRunes)
	if slices.ContainsFunc(list, func(o Deciding) bool { return o.Text == d.Text }) {
		return
	}
	list = append(list, d)
	slices.SortStableFunc(list, func(a, b Deciding) int { return cmp.Compare(b.Effect, a.Effect) })
	e.deciding[u] = list[:min(len(list), decidingTexts)]
}

func abs(x float64) float64 { return max(x, -x) }

func (e *evidence) countUnhappy(i, u int, clean string, unhappy bool) {
	if unhappy {
		e.unhappy.Add(2*i, u, clean)
	} else {
		e.unhappy.Add(2*i+1, u, clean)
	}
}

// flush ends the reading.
func (e *evidence) flush(ctx context.Context) error {
	if err := e.settle(ctx); err != nil {
		return err
	}
	if e.feel != nil {
		return e.feel.flush(ctx, e)
	}
	return nil
}

// profiles fills s.Segments and s.Users.
func (e *evidence) profiles(ctx context.Context, s *Segmentation) error {
	k := len(e.gr.list)
	s.Segments = make([]Profile, k)
	s.Privacy = Privacy{Masked: e.g.masked, MinUsers: e.o.MinUsers}
	for i := range e.gr.list {
		e.profile(s, i)
	}
	nameSegments(s.Segments)
	s.Users = make([]User, len(e.g.names))
	for u, name := range e.g.names {
		s.Users[u] = e.user(u, name)
		if s.Users[u].Segment == Unassigned {
			s.Counts.Unassigned++
		}
		if s.Users[u].Texts == 0 {
			s.Counts.NoText++
		}
	}
	e.impact(s)
	for i := range s.Segments {
		e.suggest(&s.Segments[i], i)
	}
	return e.explainQuotes(ctx, s)
}

const (
	wordsShown   = 12
	phrasesShown = 6
	oddsShown    = 10
	liftsShown   = 8
)

func (e *evidence) profile(s *Segmentation, i int) {
	gp := &e.gr.list[i]
	p := &s.Segments[i]
	*p = Profile{ID: gp.id, Name: gp.name, Users: len(gp.members), Texts: e.texts[i]}
	p.Share = float64(p.Users) / float64(e.g.vectors.Len)
	for _, r := range gp.members {
		p.Cohesion += vector.Cosine(e.g.vectors.Row(r), gp.centre) / float64(p.Users)
	}
	// A word of a single user tells of him, not of the segment.
	minUsers := min(3, max(1, p.Users/2))
	p.Words = telling(e.terms, i, wordsShown, false, minUsers)
	p.Phrases = telling(e.terms, i, phrasesShown, true, minUsers)
	p.Contrast = odds(e.terms, i, func(j int) bool { return j != i }, oddsShown, minUsers)
	p.Meta = e.meta.lifts(i, liftsShown, e.o.MinUsers)
	if j := e.nearest[i]; j >= 0 {
		p.Nearest = &Neighbour{
			Segment:    e.gr.id(j),
			Similarity: vector.Cosine(gp.centre, e.gr.list[j].centre),
			Ours:       odds(e.terms, i, func(l int) bool { return l == j }, 5, minUsers),
			Theirs:     odds(e.terms, j, func(l int) bool { return l == i }, 5, min(3, max(1, len(e.gr.list[j].members)/2))),
		}
	}
	p.Trend = e.trend.periods(i)
	p.Rating = e.rating[i].estimate(0)
	if e.feel != nil {
		p.Sentiment = e.feel.estimate(i)
	}
	p.Quotes = []Quote{}
	if p.Users < e.o.MinUsers {
		return
	}
	for _, l := range []struct {
		kind QuoteKind
		list *shortlist
	}{{QuoteCentral, &e.central[i]}, {QuoteBorderline, &e.borderline[i]}, {QuoteContrasting, &e.contrasting[i]}} {
		if l.kind == QuoteContrasting && (e.nearest[i] < 0 || len(e.gr.list[e.nearest[i]].members) < e.o.MinUsers) {
			continue
		}
		for _, c := range l.list.items[:min(e.o.Quotes, len(l.list.items))] {
			p.Quotes = append(p.Quotes, Quote{
				Kind: l.kind, Text: c.text, User: e.g.names[c.user],
				Segment: e.gr.id(e.gr.of[e.g.row[c.user]]), Similarity: c.near,
			})
		}
	}
	if q := s.Privacy.SmallestQuoted; len(p.Quotes) > 0 && (q == 0 || p.Users < q) {
		s.Privacy.SmallestQuoted = p.Users
	}
}

func (e *evidence) user(u int, name string) User {
	out := User{ID: name, Segment: Unassigned, RunnerUp: Unassigned, Texts: e.g.pools[u].texts, Mixture: make([]float64, len(e.gr.list))}
	r := e.g.row[u]
	if r < 0 || len(e.gr.list) == 0 {
		return out
	}
	var total float64
	for _, w := range e.mixture[u] {
		total += float64(w)
	}
	if total > 0 {
		for i, w := range e.mixture[u] {
			out.Mixture[i] = float64(w) / total
		}
	}
	v := e.gr.placed.Row(r)
	i := e.gr.of[r]
	out.Segment = e.gr.id(i)
	if i < 0 {
		p := e.gr.locate(v)
		out.Distance, out.RunnerUp = p.d1, e.gr.id(p.nearest)
		return out
	}
	out.Distance = vector.Distance(v, e.gr.list[i].anchor)
	_, other := e.gr.margin(v, i)
	out.Margin, out.RunnerUp = e.margins[r], e.gr.id(other)
	out.Deciding = e.deciding[u]
	return out
}

// lang tells the language of most texts.
func (g *gathered) lang() string {
	if n := g.languages[text.Chinese]; n > 0 && n >= g.languages[text.English] {
		return string(text.Chinese)
	}
	return string(text.English)
}

// rows views one vector as a matrix.
func rows(v []float32, n, dim int) dense.Matrix {
	return dense.Matrix{Rows: dense.Rows[float32]{Data: v, Len: n, Dim: dim, Stride: dim}}
}
