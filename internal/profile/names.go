package profile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

const (
	nameWords = 3 // in a segment's name
	// namePool is the number of terms from which a name is chosen: beyond, terms
	// are of few users.
	namePool = 12
	// aimed weighs how many of the segment's users use a name's words against how
	// few others do: half as much (F-measure, van Rijsbergen, 1979, with beta^2 0.5).
	aimed = 0.5
	// leastGain is the worth that a term must add to a name to be preferred to one
	// that distinguishes the segment better.
	leastGain = 0.01
	// othersFrom is the share of strangers to a name from which it is of a part.
	othersFrom = 0.2
)

// NameSegments names the segments that have no name yet, by terms that many of
// their users use and few others do. A term that fits several segments goes to
// the one it distinguishes best, so that no two names share one, in whatever
// form. Where users of whom a name says nothing are apart from the others, it
// says that there are such, in the language lang. A segment that would be left
// without any term gets its most characteristic words, with the segment's number
// if the name is taken. c has counted the texts of all users, and follows f.
func NameSegments(segments []result.Profile, c *keyword.Counter, f *Followers, lang string) {
	pools, best := namePools(segments, c)
	used, names := map[string]bool{}, map[string]bool{}
	for i := range segments {
		names[segments[i].Name] = true
	}
	for i := range segments {
		p := &segments[i]
		if p.Name != "" {
			continue
		}
		pool := slices.DeleteFunc(pools[i], func(o keyword.Odds) bool { return o.Z < best[o.Key] || used[o.Key] })
		terms := fillName(chooseName(i, pool, c, f), p.Words, c, best)
		words := make([]string, len(terms))
		for j, o := range terms {
			words[j] = o.Text
			used[o.Key] = used[o.Key] || o.Z > 0
		}
		p.Name = strings.Join(words, " · ")
		p.NameShare, p.NameOthers = f.covered(i, terms, c)
		switch {
		case p.Name == "":
			p.Name = fmt.Sprintf("#%d", p.ID)
		case names[p.Name]:
			p.Name = fmt.Sprintf("%s #%d", p.Name, p.ID)
		}
		names[p.Name] = true
		if p.NameOthers > 0 {
			p.Name += andOthers(lang)
		}
	}
}

// covered returns the share of the users of group i who use one of the terms,
// and that of strangers to them if it is large.
func (f *Followers) covered(i int, terms []keyword.Odds, c *keyword.Counter) (share, others float64) {
	uses := map[int]bool{}
	for _, users := range c.Writers(keysOf(terms)) {
		for _, u := range users {
			uses[u] = true
		}
	}
	if share, _ = f.weigh(i, uses); share == 0 {
		return 0, 0
	}
	if others = f.strangers(i, uses); others < othersFrom {
		others = 0
	}
	return share / float64(f.sizes[i]), others
}

func keysOf(terms []keyword.Odds) []string {
	keys := make([]string, len(terms))
	for j := range terms {
		keys[j] = terms[j].Key
	}
	return keys
}

// namePools returns the terms from which each segment's name may be chosen, and
// for each term the largest z among segments.
func namePools(segments []result.Profile, c *keyword.Counter) (pools [][]keyword.Odds, best map[string]float64) {
	pools, best = make([][]keyword.Odds, len(segments)), map[string]float64{}
	for i := range segments {
		q := keyword.Query{Top: namePool, MaxWords: 2, Diversity: -1, MinTexts: 2, MinUsers: leastUsers(segments[i].Users)}
		for _, o := range c.LogOdds(i, func(j int) bool { return j != i }, q) {
			if o.Z >= leastTelling {
				pools[i] = append(pools[i], o)
				best[o.Key] = max(best[o.Key], o.Z)
			}
		}
	}
	return pools, best
}

// chooseName chooses terms for segment i one after another, each time the one
// with which the users of the sample who use one of them are most nearly those
// of the segment; if none brings them nearer, the one that distinguishes it best.
func chooseName(i int, pool []keyword.Odds, c *keyword.Counter, f *Followers) (terms []keyword.Odds) {
	writers := c.Writers(keysOf(pool))
	uses, worth := map[int]bool{}, 0.0
	for len(terms) < nameWords {
		at, most := -1, worth+leastGain
		for j := range pool {
			if repeats(terms, pool[j].Key) {
				continue
			}
			if w := f.worth(i, uses, writers[j]); at < 0 || w > most {
				at = j // the first, if none is worth more
				most = max(w, most)
			}
		}
		if at < 0 {
			break
		}
		terms = append(terms, pool[at])
		for _, u := range writers[at] {
			uses[u] = true
		}
		worth = f.worth(i, uses, nil)
	}
	return terms
}

// fillName fills a name up with words that distinguish no segment; a name without
// any term gets the first, whatever it is.
func fillName(terms []keyword.Odds, more []result.Word, c *keyword.Counter, best map[string]float64) []keyword.Odds {
	for _, w := range more {
		key := strings.Join(c.AppendWords(nil, w.Text), " ")
		if len(terms) == 0 || len(terms) < nameWords && best[key] == 0 && !repeats(terms, key) {
			terms = append(terms, keyword.Odds{Text: w.Text, Key: key})
		}
	}
	return terms
}

// worth returns how nearly the users of two lists are those of group i: the
// F-measure.
func (f *Followers) worth(i int, uses map[int]bool, more []int) float64 {
	with := maps.Clone(uses)
	for _, u := range more {
		with[u] = true
	}
	own, others := f.weigh(i, with)
	if own == 0 {
		return 0
	}
	return (1 + aimed) * own / (own + others + aimed*float64(f.sizes[i]))
}

// repeats reports whether a term has a word in common with one of words.
func repeats(words []keyword.Odds, key string) bool {
	return slices.ContainsFunc(words, func(o keyword.Odds) bool { return sameWord(o.Key, key) })
}

// sameWord reports whether two terms have a word in common.
func sameWord(a, b string) bool {
	words := strings.Fields(b)
	return slices.ContainsFunc(strings.Fields(a), func(w string) bool { return slices.Contains(words, w) })
}

// andOthers is the end of a name that is of a part of its segment.
func andOthers(lang string) string {
	switch text.Language(lang) {
	case text.English:
		return " and others"
	case text.Chinese:
		return " 等"
	}
	return " …"
}
