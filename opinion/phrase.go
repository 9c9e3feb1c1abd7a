package opinion

import (
	"strings"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/english"
)

// phrase is a noun phrase of tokens [from, to), whose name begins at name.
type phrase struct{ from, name, to int }

// longestName is the maximum number of words of an aspect's name.
const longestName = 3

// phrases returns the noun phrases of a sentence.
func phrases(s []tagged) []phrase {
	var out []phrase
	for i := 0; i < len(s); {
		if s[i].class != noun {
			i++
			continue
		}
		end := i + 1
		for end < len(s) && s[end].class == noun && adjoins(&s[end-1], &s[end]) {
			end++
		}
		p := phrase{from: i, name: max(i, end-longestName), to: end}
		if p.name > i { // of a long run, what stands last
			p.from = p.name
		}
		for p.from > 0 && modifies(s[p.from-1].class) && adjoins(&s[p.from-1], &s[p.from]) {
			p.from--
		}
		for p.name > p.from && p.to-p.name < longestName && named(&s[p.name-1]) {
			p.name--
		}
		out = append(out, p)
		i = end
	}
	return out
}

func modifies(c class) bool { return c == adjective || c == adverb || c == number }

// named reports whether an adjective belongs to the name of what follows.
func named(t *tagged) bool { return t.class == adjective && t.pertains && t.closed == other }

// adjoins reports whether nothing but white space is between two tokens.
func adjoins(a, b *tagged) bool { return b.Start-a.End <= 2 && a.Kind == text.Word }

// key returns the aspect's key, "" if the phrase names none. It cuts off words
// that only say that it is about what stands before them.
func (l *englishLexicon) key(s []tagged, p *phrase) string {
	for p.to-p.name > 1 && s[p.to-1].about {
		p.to-- // a design flaw: design
	}
	head := &s[p.to-1]
	if !l.canHead(head, p.to-p.name > 1) {
		return ""
	}
	words := make([]string, 0, longestName)
	for i := p.name; i < p.to; i++ {
		w := s[i].Text
		if i < p.to-1 && s[i].noAspect && len(words) == 0 {
			continue // the unit price: price
		}
		if i == p.to-1 || s[i].class == noun {
			w = l.singular(w)
		}
		words = append(words, strings.ReplaceAll(w, "-", " "))
	}
	return strings.Join(words, " ")
}

// WordNet's lexicographer files of nouns that are no aspects of anything.
const (
	filePerson   = 18
	fileQuantity = 23
	fileLocation = 15
	fileTime     = 28
	fileMotive   = 16
	fileFeeling  = 12
)

// Files of what is done or happens, in which most words in -ing are verbs.
const (
	fileAct     = 4
	fileProcess = 22
)

const fileBody = 8

func (l *englishLexicon) canHead(t *tagged, compound bool) bool {
	w, s := t.word, t.Text
	if one, ok := l.words[l.singular(s)]; ok {
		w = one
	}
	if len(s) < 2 || !strings.ContainsFunc(s, isLetter) || t.about {
		return false
	}
	if t.noAspect || w.noAspect {
		return compound // battery life
	}
	if w.isAspect {
		return true
	}
	if !compound && l.doing(s, w) {
		return false
	}
	switch w.file {
	case filePerson, fileQuantity, fileLocation, fileTime, fileMotive, fileFeeling:
		return false
	}
	return true
}

// doing reports whether a word in -ing says what people do rather than name
// anything: wearing, going, but not building.
func (l *englishLexicon) doing(s string, w word) bool {
	if !strings.HasSuffix(s, "ing") || w.listed && w.isNoun && w.file != fileAct && w.file != fileProcess {
		return false
	}
	lemma := english.Lemma(s)
	return lemma != s && l.words[lemma].isVerb
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || r >= 0x80 }
