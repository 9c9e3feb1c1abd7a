package profile

import (
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/english"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// leastTelling is the number of standard errors by which a term must be more
// frequent in a segment than in the others to characterise it: a one-sided 5 %
// level.
const leastTelling = 1.645

// NewCounter returns a counter of the words and phrases of k groups of texts in
// the language lang; a nil lemma is that of the language.
func NewCounter(k int, lang string, splitter text.Splitter, lemma func(string) string) *keyword.Counter {
	if lemma == nil && (lang == "en" || lang == "zh") { // Chinese texts often contain English words
		lemma = english.Lemma
	}
	return keyword.NewCounter(k, keyword.Options{Stop: stopWords(lang), Splitter: splitter, Lemma: lemma})
}

// SetWords sets the words and phrases of a segment of so many users, group i of
// the counter.
func SetWords(s *result.Profile, c *keyword.Counter, i, users int) {
	least := leastUsers(users)
	s.Words = telling(c, i, wordsShown, false, least)
	s.Phrases = telling(c, i, phrasesShown, true, least)
	s.Contrast = odds(c, i, func(j int) bool { return j != i }, oddsShown, least)
}

// stopWords returns the stop words of lang. English texts get the Chinese ones
// as well, and Chinese texts the English ones: the languages are often mixed,
// and in unmixed texts the other list has no effect.
func stopWords(lang string) *text.Set {
	if lang == string(text.English) {
		lang = string(text.Chinese)
	}
	return text.StopWords(text.Language(lang))
}

// telling returns up to most words (or phrases) that set segment i apart and
// are used by at least minUsers of its users.
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

// odds returns up to most words that segment i uses more than the segments of
// rest.
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
