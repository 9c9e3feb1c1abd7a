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

// mostChance is the false discovery rate of the words that suggestions name: a
// segment's words are many, and some of them are more frequent by chance.
const mostChance = 0.05

// NewCounter returns a counter of the words and phrases of k groups of texts in
// the language lang; a nil lemma is that of the language.
func NewCounter(k int, lang string, splitter text.Splitter, lemma func(string) string) *keyword.Counter {
	return keyword.NewCounter(k, optionsOf(lang, splitter, lemma))
}

// NewEveryCounter returns a counter of one segment that counts stop words too:
// they tell questions for a place from those for a person.
func NewEveryCounter(lang string, splitter text.Splitter, lemma func(string) string) *keyword.Counter {
	o := optionsOf(lang, splitter, lemma)
	o.Stop = text.NewSet()
	return keyword.NewCounter(1, o)
}

func optionsOf(lang string, splitter text.Splitter, lemma func(string) string) keyword.Options {
	if lemma == nil && (lang == "en" || lang == "zh") { // Chinese texts often contain English words
		lemma = english.Lemma
	}
	return keyword.Options{Stop: stopWords(lang), Splitter: splitter, Lemma: lemma}
}

// SetWords sets the words and phrases of a segment of so many users, group i of
// the counter.
func SetWords(s *result.Profile, c *keyword.Counter, i, users int) {
	least := leastUsers(users)
	s.Words = telling(c, i, least)
	s.Phrases = phrases(c, i, least)
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

// Words that occur together are selected, rather than those that are unlike one
// another: coherence is their weight, and coherentTexts the number of texts of
// each segment that are looked at.
const (
	coherence     = 0.5
	coherentTexts = 512
)

// NewTerms returns a counter like NewCounter that knows which words occur
// together, and which users that follow selects use which.
func NewTerms(k int, lang string, splitter text.Splitter, lemma func(string) string, follow func(user int) bool) *keyword.Counter {
	o := optionsOf(lang, splitter, lemma)
	o.Together, o.Follow = coherentTexts, follow
	return keyword.NewCounter(k, o)
}

// telling returns the words that set segment i apart and are used by at least
// minUsers of its users. If there are too few to choose from, words go in that
// are not surely more frequent than elsewhere, then those of two users, and in
// the end, last, those that are no more frequent.
func telling(c *keyword.Counter, i, minUsers int) []result.Word {
	q := keyword.Query{Top: wordsShown, MaxWords: 1, MinTexts: 2, MinUsers: minUsers, MinZ: leastTelling, Fill: true, Diversity: -1, Coherence: coherence}
	found := c.Keywords(i, q)
	if len(found) < wordsShown {
		q.MinUsers, q.FillAll = min(2, minUsers), true
		found = c.Keywords(i, q)
	}
	return wordsOf(found)
}

// phrases returns the phrases that set segment i apart and are used by at least
// minUsers of its users.
func phrases(c *keyword.Counter, i, minUsers int) []result.Word {
	return wordsOf(c.Keywords(i, keyword.Query{Top: phrasesShown, MinWords: 2, MinTexts: 2, MinUsers: minUsers, MinZ: leastTelling}))
}

func wordsOf(found []keyword.Keyword) []result.Word {
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
		words[j] = result.Odds{Word: w.Text, LogOdds: w.LogOdds, Z: w.Z, FDR: w.FDR, Count: w.Count, Others: w.Others}
	}
	return words
}
