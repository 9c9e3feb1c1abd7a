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
	// Fill makes Keywords choose from four times Top terms, if the segment uses as
	// many more than others do: where fewer exceed MinZ, from those next to it, too.
	Fill bool
	// FillAll makes Keywords add terms that the segment does not use more than
	// others do, after those that it does, where these are fewer than Top.
	FillAll bool
	// Diversity, from 0 to 1, trades weight against difference from the terms
	// already selected (maximal marginal relevance; see Choose). 0 means
	// DefaultDiversity; a negative value turns it off.
	Diversity float64
	// Coherence, from 0 to 1, is the weight of how much a word occurs together with
	// those already selected, in queries for words alone (MaxWords 1) of a Counter
	// with Options.Together: the mean normalised pointwise mutual information
	// (Bouma, 2009) of the words, of which those together are counted in the
	// segment and each by itself in all segments. 0 turns it off.
	Coherence float64
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
	if q.Coherence = min(max(q.Coherence, 0), 1); q.MaxWords > 1 || math.IsNaN(q.Coherence) {
		q.Coherence = 0
	}
	return q
}

// poolTops is the number of candidates for each term that is selected, with
// Query.Coherence and Query.Fill.
const poolTops = 4

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
	found, rest := c.rank(segment, &q)
	kept := distinct(c, segment, nil, found, &q)
	if q.FillAll && len(kept) < q.Top {
		kept = distinct(c, segment, kept, rest, &q)
	}
	out := make([]Keyword, len(kept))
	for i, w := range kept {
		out[i] = w.value
		out[i].Text = c.terms[w.key].forms.commonest(segment)
	}
	return out
}

// rank returns the terms of a segment that match the query with their weights,
// and, for FillAll, those that match but for MinZ, unordered and without their
// Text, which is needed for few of them.
func (c *Counter) rank(segment int, q *Query) (found, rest []ranked[Keyword]) {
	odds := c.against(segment, func(j int) bool { return j != segment })
	mean := odds.all / float64(max(len(c.texts), 1))
	size := max(float64(c.sizes[segment]), 1)
	var next []ranked[Keyword]
	var z []float64 // of next
	for key, t := range c.terms {
		if !q.asks(c, t, segment) {
			continue
		}
		n := int(t.texts[segment])
		score := float64(n) / size * math.Log1p(mean/float64(t.total()))
		k := ranked[Keyword]{key, score, n, Keyword{Score: score, Count: n, Others: t.total() - n}}
		_, by, _ := odds.of(t)
		switch {
		case q.MinZ <= 0 || len(c.texts) == 1 || by > q.MinZ:
			found = append(found, k)
		case q.Fill && by > 0:
			next, z = append(next, k), append(z, by)
		case q.FillAll:
			rest = append(rest, k)
		}
	}
	if lacks := poolTops*q.Top - len(found); lacks < len(next) {
		slices.Sort(z)
		least := z[len(z)-max(lacks, 0):]
		next = slices.DeleteFunc(next, func(k ranked[Keyword]) bool {
			_, by, _ := odds.of(c.terms[k.key])
			return len(least) == 0 || by < least[0]
		})
	}
	return append(found, next...), rest
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

// distinct selects the terms that score best without repeating one another, in
// addition to those of kept, and sorts them by score, after kept.
func distinct[T any](c *Counter, segment int, kept, found []ranked[T], q *Query) []ranked[T] {
	byScore(found)
	found = append(slices.Clone(kept), found...)
	// Terms far down the list are never selected, however different they are.
	pool := make([]Candidate, min(len(found), max(8*q.Top, 64)))
	for i := range pool {
		pool[i] = Candidate{Key: found[i].key, Score: found[i].score, Count: found[i].count}
	}
	p := preference{
		diversity: q.Diversity, best: best(pool),
		alike: func(a, b int) float64 { return likeness(pool[a].Key, pool[b].Key) },
	}
	if q.Coherence > 0 && c.bags != nil {
		pool = pool[:min(len(pool), poolTops*q.Top)]
		p.coherence, p.together = q.Coherence, c.together(segment, pool)
	}
	chosen := choose(pool, len(kept), q.Top, &p)
	slices.Sort(chosen)
	out := make([]ranked[T], len(chosen))
	for i, at := range chosen {
		out[i] = found[at]
	}
	return out
}
