package profile

import (
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/english"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// leastTelling is by how many standard errors more a term must be said in a
// segment than in the others to be one of its own: one-sided 5 % chance.
const leastTelling = 1.645

// newCounter returns a counter of the words and phrases of k groups of texts.
func newCounter(k int, c Config) *keyword.Counter {
	lemma := c.Lemma
	if lemma == nil && (c.Lang == "en" || c.Lang == "zh") { // Chinese texts are full of English words
		lemma = english.Lemma
	}
	return keyword.NewCounter(k, keyword.Options{Stop: stopWords(c.Lang), Splitter: c.Splitter, Lemma: lemma})
}

// stopWords are those of lang. English texts get the Chinese ones as well, as
// Chinese texts do the English: either may be mixed with the other, and without
// that they take nothing away.
func stopWords(lang string) *text.Set {
	if lang == string(text.English) {
		lang = string(text.Chinese)
	}
	return text.StopWords(text.Language(lang))
}

// telling returns the most words (or phrases) that set segment i apart and that
// minUsers of its users say.
func telling(c *keyword.Counter, i, most int, phrases bool, minUsers int) []result.Word {
	q := keyword.Query{Top: most, MaxWords: 1, MinTexts: 2, MinUsers: minUsers, MinZ: leastTelling}
	if phrases {
		q.MinWords, q.MaxWords = 2, 0
	}
	found := c.Keywords(i, q)
	words := make([]result.Word, len(found))
	for j, k := range found {
		words[j] = result.Word{Text: k.Text, Score: k.Score, Count: k.Count}
	}
	return words
}

// odds returns the most words that segment i says more than the segments of rest
// do.
func odds(c *keyword.Counter, i int, rest func(j int) bool, most, minUsers int) []result.Odds {
	found := c.LogOdds(i, rest, keyword.Query{Top: most, MaxWords: 1, MinTexts: 2, MinUsers: minUsers})
	if found == nil {
		return nil
	}
	words := make([]result.Odds, len(found))
	for j, w := range found {
		words[j] = result.Odds{Word: w.Text, LogOdds: w.LogOdds, Z: w.Z, Count: w.Count, Others: w.Others}
	}
	return words
}
