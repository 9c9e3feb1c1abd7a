package keyword

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Query says which terms of a segment are wanted. The zero value is ready to
// use: ten words and phrases.
type Query struct {
	// Top is how many terms are wanted. 0 means 10.
	Top int
	// MinWords and MaxWords bound the words of a term: 1 and 1 for words alone, 2
	// and 3 for phrases alone. 0 means 1 and 3.
	MinWords, MaxWords int
	// MinTexts is in how many of the segment's texts a term must be. 0 means 2,
	// and for a word in a segment of fewer than 10 texts 1.
	MinTexts int
	// MinUsers is how many users of the segment must say it: what one says tells
	// of that user, not of a segment.
	MinUsers int
	// MinZ is by how many standard errors a keyword's log-odds against the other
	// segments (see Counter.LogOdds) must be above 0; 0 means that they need not
	// be. With few segments the c-TF-IDF weight hardly falls for words that all
	// of them say, and this leaves those out.
	MinZ float64
	// Diversity, from 0 to 1, trades weight against difference from the terms
	// already chosen (maximal marginal relevance; see Choose). 0 means
	// DefaultDiversity; a negative value switches it off.
	Diversity float64
}

func (q Query) withDefaults() Query {
	if q.Top == 0 {
		q.Top = 10
	}
	q.MinWords = max(q.MinWords, 1)
	if q.MaxWords <= 0 {
		q.MaxWords = maxPhrase
	}
	switch {
	case q.Diversity == 0:
		q.Diversity = DefaultDiversity
	case q.Diversity < 0:
		q.Diversity = 0
	}
	q.Diversity = min(q.Diversity, 1)
	return q
}

// fewTexts is the number of texts below which a segment has few.
const fewTexts = 10

// asks tells whether the query asks for a term at all, by what the segment says
// of it.
func (q *Query) asks(c *Counter, t *term, segment int) bool {
	least := q.MinTexts
	if least == 0 {
		least = 2
		if t.words == 1 && c.texts[segment] < fewTexts {
			least = 1
		}
	}
	return t.words >= q.MinWords && t.words <= q.MaxWords && int(t.texts[segment]) >= least && int(t.users[segment]) >= q.MinUsers
}

// A Keyword is a word or a phrase that tells a segment from the others.
type Keyword struct {
	Text   string  // as it is most often written, with its own capitals: iPod
	Score  float64 // c-TF-IDF weight, higher is more telling; the cosine for ByEmbedding
	Count  int     // texts of the segment that it is in
	Others int     // texts of the other segments that it is in
}

// Keywords returns the terms that set a segment apart by their c-TF-IDF weight
// (Grootendorst 2022, BERTopic), the highest first: texts(term, segment) / size
// x ln(1 + mean/total), where texts is in how many of the segment's texts the
// term is, size the sum of that over the segment's words, mean the mean size of a
// segment, and total in how many texts of all segments the term is. They are
// chosen by maximal marginal relevance (see Choose) so that they do not repeat
// one another. The result does not depend on the order of the texts.
func (c *Counter) Keywords(segment int, q Query) []Keyword {
	q = q.withDefaults()
	kept := distinct(c.rank(segment, &q), &q)
	out := make([]Keyword, len(kept))
	for i, w := range kept {
		out[i] = w.value
		out[i].Text = c.terms[w.key].forms.commonest()
	}
	return out
}

// rank returns the terms of a segment that the query asks for with their
// weights, in no order, without their Text: most of them nobody looks at.
func (c *Counter) rank(segment int, q *Query) []ranked[Keyword] {
	odds := c.against(segment, func(j int) bool { return j != segment })
	mean := odds.all / float64(max(len(c.texts), 1))
	size := max(float64(c.sizes[segment]), 1)
	var found []ranked[Keyword]
	for key, t := range c.terms {
		if !q.asks(c, t, segment) {
			continue
		}
		if _, z, _ := odds.of(t); q.MinZ > 0 && len(c.texts) > 1 && !(z > q.MinZ) {
			continue
		}
		n := int(t.texts[segment])
		score := float64(n) / size * math.Log1p(mean/float64(t.total()))
		found = append(found, ranked[Keyword]{key, score, n, Keyword{Score: score, Count: n, Others: t.total() - n}})
	}
	return found
}

// ranked is something found under a term's key.
type ranked[T any] struct {
	key   string
	score float64
	count int // texts of the segment
	value T
}

// byScore sorts by falling score, then longer terms first, then by key.
func byScore[T any](found []ranked[T]) {
	slices.SortFunc(found, func(x, y ranked[T]) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(strings.Count(y.key, " "), strings.Count(x.key, " ")), cmp.Compare(x.key, y.key))
	})
}

// distinct takes the terms that score best without repeating themselves and
// orders them by score.
func distinct[T any](found []ranked[T], q *Query) []ranked[T] {
	byScore(found)
	// What is far down is not chosen, however different it is.
	pool := make([]Candidate, min(len(found), max(8*q.Top, 64)))
	for i := range pool {
		pool[i] = Candidate{Key: found[i].key, Score: found[i].score, Count: found[i].count}
	}
	chosen := Choose(pool, q.Top, q.Diversity)
	slices.Sort(chosen)
	kept := make([]ranked[T], len(chosen))
	for i, at := range chosen {
		kept[i] = found[at]
	}
	return kept
}
