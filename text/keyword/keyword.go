package keyword

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Query selects terms of a segment. The zero value is ready to use: ten words
// and phrases.
type Query struct {
	// Top is the number of terms. 0 means 10.
	Top int
	// MinWords and MaxWords bound the number of words of a term: 1 and 1 for
	// words only, 2 and 3 for phrases only. 0 means 1 and 3.
	MinWords, MaxWords int
	// MinTexts is the minimum number of the segment's texts that contain the
	// term. 0 means 2, or 1 for words in a segment of fewer than 10 texts.
	MinTexts int
	// MinUsers is the minimum number of users of the segment who use the term: a
	// term used by one person characterises that person, not the segment.
	MinUsers int
	// MinZ is the minimum number of standard errors by which a keyword's log-odds
	// against the other segments (see Counter.LogOdds) must exceed 0; 0 means no
	// minimum. With few segments, words that all of them use can have a high
	// c-TF-IDF weight; MinZ excludes these.
	MinZ float64
	// Diversity, from 0 to 1, trades weight against difference from the terms
	// already selected (maximal marginal relevance; see Choose). 0 means
	// DefaultDiversity; a negative value turns it off.
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

// asks reports whether a term matches the query, given its counts in the
// segment.
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

// A Keyword is a word or a phrase that distinguishes a segment from the others.
type Keyword struct {
	Text   string  // most frequent spelling, with its own capitals: iPod
	Score  float64 // c-TF-IDF weight, higher is more characteristic; the cosine for ByEmbedding
	Count  int     // number of the segment's texts that contain it
	Others int     // number of other segments' texts that contain it
}

// Keywords returns the terms that set a segment apart by their c-TF-IDF weight
// (Grootendorst 2022, BERTopic), the highest first: texts(term, segment) / size
// x ln(1 + mean/total), where texts is the number of the segment's texts that
// contain the term, size the sum of that over the segment's words, mean the
// mean size of a segment, and total the number of texts in all segments that
// contain the term. They are selected by maximal marginal relevance (see
// Choose) so that they do not repeat one another. The result does not depend on
// the order of the texts.
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

// rank returns the terms of a segment that match the query with their weights,
// unordered and without their Text, which is needed for few of them.
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

// ranked is a result with its term's key.
type ranked[T any] struct {
	key   string
	score float64
	count int // number of the segment's texts
	value T
}

// byScore sorts by falling score, then longer terms first, then by key.
func byScore[T any](found []ranked[T]) {
	slices.SortFunc(found, func(x, y ranked[T]) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(strings.Count(y.key, " "), strings.Count(x.key, " ")), cmp.Compare(x.key, y.key))
	})
}

// distinct selects the terms that score best without repeating one another, and
// sorts them by score.
func distinct[T any](found []ranked[T], q *Query) []ranked[T] {
	byScore(found)
	// Terms far down the list are never selected, however different they are.
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
