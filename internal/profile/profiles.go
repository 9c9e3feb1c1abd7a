package profile

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/result"
)

// How much of each kind is kept per segment.
const (
	wordsShown   = 10
	phrasesShown = 6
	oddsShown    = 10
	versusShown  = 5 // words compared with the nearest segment, for each of the two
	liftsShown   = 8
)

// profiles returns the collected data as profiles.
func (p *profiler) profiles(ctx context.Context) (*Profiles, error) {
	if err := p.showFields(ctx); err != nil {
		return nil, err
	}
	out := &Profiles{Lang: p.c.Lang, Fields: p.meta.list(), Segments: make([]result.Profile, len(p.groups.Centres)), Users: make([]result.User, len(p.survey.Users))}
	out.Combinations = p.meta.combined(out.Fields)
	for i := range out.Segments {
		s := &out.Segments[i]
		*s = p.segment(i)
		if least := out.SmallestQuoted; len(s.Quotes) > 0 && (least == 0 || s.Users < least) {
			out.SmallestQuoted = s.Users
		}
	}
	NameSegments(out.Segments, p.terms, p.followers, p.c.Lang)
	for u := range out.Users {
		out.Users[u] = p.user(u)
	}
	p.setImpacts(out.Segments)
	p.setOpinions(out.Segments)
	if err := p.groupComplaints(ctx, out.Segments); err != nil {
		return nil, err
	}
	for i := range out.Segments {
		p.suggest(&out.Segments[i])
	}
	if err := p.explainUsers(ctx, out.Users); err != nil {
		return nil, err
	}
	return out, p.explainQuotes(ctx, out.Segments)
}

// leastUsers is the minimum number of a segment's users who must use a word: a
// word of a single user characterises that user, not the segment.
func leastUsers(users int) int { return min(3, max(1, users/2)) }

func (p *profiler) segment(i int) result.Profile {
	c, members := &p.groups.Centres[i], p.groups.Members[i]
	s := result.Profile{ID: c.ID, Name: c.Name, Users: len(members), Texts: p.texts[i]}
	s.Share = float64(s.Users) / float64(p.users.Vectors.Len)
	for _, r := range members {
		s.Cohesion += vector.Cosine(p.users.Vectors.Row(r), c.Vector) / float64(s.Users)
	}
	least := leastUsers(s.Users)
	SetWords(&s, p.terms, i, s.Users)
	s.Meta = p.meta.lifts(i, liftsShown, p.c.MinUsers)
	s.Nearest = p.nearest(i, least)
	s.Trend = p.trend.periods(i)
	low, high := scale(p.rating)
	s.Rating = within(p.rating[i].estimate(0), low, high)
	if p.tally != nil {
		s.Sentiment, s.Feelings = p.tally.estimate(i), p.tally.feelings(i)
	}
	s.Quotes = p.quotesOf(i)
	return s
}

// nearest returns the segment most similar to segment i, nil if there is no
// other.
func (p *profiler) nearest(i, least int) *result.Neighbour {
	j := p.quotes.likest[i]
	if j < 0 {
		return nil
	}
	a, b := &p.groups.Centres[i], &p.groups.Centres[j]
	return &result.Neighbour{
		Segment:    b.ID,
		Similarity: vector.Cosine(a.Vector, b.Vector),
		Ours:       odds(p.terms, i, func(l int) bool { return l == j }, versusShown, least),
		Theirs:     odds(p.terms, j, func(l int) bool { return l == i }, versusShown, leastUsers(len(p.groups.Members[j]))),
	}
}

func (p *profiler) user(u int) result.User {
	centres := p.groups.Centres
	out := result.User{ID: p.survey.Users[u], Segment: result.Unassigned, RunnerUp: result.Unassigned, Texts: p.users.Sums[u].Texts, Mixture: make([]float64, len(centres))}
	r := p.users.Row[u]
	if a, ok := p.quiet[u]; ok {
		out.Segment, out.RunnerUp, out.Distance, out.Margin = a.Segment, a.RunnerUp, a.Distance, a.Margin
		return out
	}
	if r < 0 || len(centres) == 0 {
		return out
	}
	var total float64
	for _, w := range p.mixture[u] {
		total += float64(w)
	}
	if total > 0 {
		for i, w := range p.mixture[u] {
			out.Mixture[i] = float64(w) / total
		}
	}
	v := p.groups.Placed.Row(r)
	i := p.groups.Of[r]
	out.Segment = centres.ID(i)
	if i < 0 {
		var at int
		at, out.Distance = centres.Nearest(v)
		out.RunnerUp = centres.ID(at)
		return out
	}
	out.Distance = vector.Distance(v, centres[i].Anchor)
	_, other := centres.Margin(v, i)
	out.Margin, out.RunnerUp = p.margins[r], centres.ID(other)
	out.Deciding = p.deciding[u]
	return out
}
