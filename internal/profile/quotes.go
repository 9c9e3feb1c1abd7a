package profile

import (
	"context"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/ablate"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
)

// quotes selects the quotations of each segment.
type quotes struct {
	centres     group.Centres
	margins     []float64   // row -> margin
	central     []shortlist // [k]
	borderline  []shortlist
	contrasting []shortlist
	likest      []int // group -> the most similar group, -1
	shown       int   // number of each kind
}

// Maximum number of runes of a quotation, and of central quotations of a
// segment that are explained.
const (
	quoteRunes    = 300
	explainedEach = 1
)

func newQuotes(g *group.Groups, margins []float64, shown int) *quotes {
	k := len(g.Centres)
	q := &quotes{
		centres: g.Centres, margins: margins, shown: shown,
		central: make([]shortlist, k), borderline: make([]shortlist, k), contrasting: make([]shortlist, k), likest: make([]int, k),
	}
	most := 8 * shown // more candidates than are shown, to choose from those that do not repeat one another
	for i := range k {
		q.central[i].most, q.borderline[i].most, q.contrasting[i].most = most, most, most
		q.likest[i] = g.Centres.Likest(i)
	}
	return q
}

// offer considers a text of a user in row r of group i as a quotation; v [dim]
// is its vector.
func (q *quotes) offer(t *reading.Item, r, i int, v []float32) {
	short := -1.0 // computed only if needed
	offer := func(s *shortlist, score, near float64) {
		if w, full := s.worst(); full && score <= w {
			return
		}
		if short < 0 {
			short = shortness(t.Clean)
		}
		c := candidate{user: t.User, text: visible.Clip(t.Clean, quoteRunes), score: score - short, near: near}
		if t.Changes != nil {
			c.read = visible.Clip(t.Mended, quoteRunes)
		}
		s.add(c)
	}
	near := vector.Cosine(v, q.centres[i].Vector)
	offer(&q.central[i], near, near)
	// Borderline: first by how near the user is to the border, then by the text.
	offer(&q.borderline[i], -10*abs(q.margins[r])+near, near)
	// Contrasting: what the most similar segment does not say.
	for j, n := range q.likest {
		if n == i {
			other := vector.Cosine(v, q.centres[j].Vector)
			offer(&q.contrasting[j], near-other, other)
		}
	}
}

func abs(x float64) float64 { return max(x, -x) }

// quotesOf returns the quotations of segment i, none if the segment has fewer
// than Config.MinUsers users.
func (p *profiler) quotesOf(i int) []result.Quote {
	out := []result.Quote{}
	q, g := p.quotes, p.groups
	if len(g.Members[i]) < p.c.MinUsers {
		return out
	}
	for _, l := range []struct {
		kind result.QuoteKind
		list *shortlist
	}{{result.QuoteCentral, &q.central[i]}, {result.QuoteBorderline, &q.borderline[i]}, {result.QuoteContrasting, &q.contrasting[i]}} {
		if l.kind == result.QuoteContrasting && (q.likest[i] < 0 || len(g.Members[q.likest[i]]) < p.c.MinUsers) {
			continue
		}
		for _, c := range l.list.unlike(q.shown) {
			out = append(out, result.Quote{
				Kind: l.kind, Text: c.text, Read: c.read, User: p.survey.Users[c.user],
				Segment: g.Centres.ID(g.Of[p.users.Row[c.user]]), Similarity: c.near,
			})
		}
	}
	return out
}

// explainQuotes leaves out each word of the most central quotations in turn and
// measures with the encoder how much nearer it kept the text to the centre.
func (p *profiler) explainQuotes(ctx context.Context, segments []result.Profile) error {
	if p.c.Model == nil {
		return nil
	}
	stop := stopWords(p.c.Lang)
	for i := range segments {
		done := 0
		for j := range segments[i].Quotes {
			q := &segments[i].Quotes[j]
			if q.Kind != result.QuoteCentral || done == explainedEach {
				continue
			}
			done++
			var err error
			if q.Words, err = ablate.Words(ctx, p.c.Model, q.Text, p.mend, p.groups.Centres[i].Vector, p.c.Splitter, stop); err != nil {
				return fmt.Errorf("explaining a quotation: %w", err)
			}
		}
	}
	return nil
}
