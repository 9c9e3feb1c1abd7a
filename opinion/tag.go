package opinion

import (
	"strings"

	"github.com/seed-56ee9438/cohort/text"
)

// tagged is a token with its class.
type tagged struct {
	text.Token
	word
	class     class
	inflected bool
}

// tag sets the classes of the tokens of a sentence, from left to right: that of
// closed classes and of words of one class, else by the class before.
func (l *englishLexicon) tag(dst []tagged, tokens []text.Token) []tagged {
	for i := range tokens {
		t := tagged{Token: tokens[i]}
		switch t.Kind {
		case text.Word:
			t.word, t.inflected = l.look(t.Text)
			t.class = other
		case text.Number:
			t.class = number
		default:
			t.class = stop
		}
		dst = append(dst, t)
	}
	for i := range dst {
		if t := &dst[i]; t.Kind == text.Word {
			t.class = l.classOf(dst, i)
		}
	}
	return dst
}

func (l *englishLexicon) classOf(s []tagged, i int) class {
	t := &s[i]
	before, next := stop, stop
	if i > 0 {
		before = s[i-1].class
	}
	if i+1 < len(s) {
		if n := &s[i+1]; n.closed != other || n.Kind != text.Word {
			next = n.closed
			if n.Kind != text.Word {
				next = stop
			}
		} else if n.noun >= 4 || !n.listed {
			next = noun
		} else {
			next = adjective
		}
	}
	switch {
	case t.closed == verb && (before == determiner || before == possessive || before == adjective) && t.noun > 0 && next != noun:
		return noun // the use, a good look
	case t.closed == adjective && t.isNoun && t.noun >= 5 && next != noun && (before == determiner || before == possessive):
		return noun
	case t.closed == preposition && before == determiner && t.noun > 0:
		return noun // the inside, but not "more like"
	case t.closed != other:
		return t.closed
	}
	if t.isAspect && before != infinitive && before != auxiliary && before != pronoun {
		return noun
	}
	if strings.Contains(t.Text, "-") && !t.listed {
		return l.hyphenated(t.Text)
	}
	if !t.listed {
		switch {
		case strings.HasSuffix(t.Text, "ly"):
			return adverb
		case strings.HasSuffix(t.Text, "n't"):
			return auxiliary
		case l.derived(t.Text):
			return adjective
		}
		return noun
	}
	ing, ed := strings.HasSuffix(t.Text, "ing"), strings.HasSuffix(t.Text, "ed")
	nounPhrase := before == determiner || before == possessive || before == adjective || before == number || before == preposition
	ends := next == stop || next == auxiliary || next == conjunction || next == preposition || next == infinitive
	switch {
	case ends && (before == determiner || before == possessive) && (t.isNoun || t.isAdj) && !ed:
		return noun // the flash is, the infrared
	case t.isVerb && !t.isNoun && !t.isAdj:
		if ed && next == noun && before != noun && before != pronoun {
			return adjective
		}
		return verb
	case t.isVerb && (before == infinitive || before == auxiliary || before == pronoun) && (before != auxiliary || !ed && (!t.isAdj || t.noun >= 5)):
		if before == auxiliary && t.noun >= 6 {
			return noun
		}
		return verb
	case t.isAdj && (ed || t.noun <= 3):
		if t.isAdv && !nounPhrase && next != noun && before != auxiliary {
			return adverb
		}
		return adjective
	case t.isAdj && next == noun && t.noun <= 6:
		return adjective
	case t.isNoun && nounPhrase:
		return noun
	case t.isVerb && ing && t.inflected:
		if nounPhrase {
			return noun
		}
		return verb
	case t.isVerb && before == noun && t.inflected && t.noun <= 4:
		return verb
	case t.isVerb && t.noun <= 2:
		return verb
	case t.isAdv && !t.isNoun:
		return adverb
	case t.isNoun:
		return noun
	case t.isVerb:
		return verb
	case t.isAdv:
		return adverb
	}
	return noun
}

// hyphenated returns the class of a word with hyphens that is in no list.
func (l *englishLexicon) hyphenated(s string) class {
	last := s[strings.LastIndexByte(s, '-')+1:]
	if strings.Contains(s, "-to-") {
		return adjective
	}
	w, _ := l.look(last)
	if w.isNoun && w.noun >= 4 || !w.listed && last != "" {
		return noun
	}
	return adjective
}

// derived reports whether a word that is in no list is an adjective made of one
// that is: flowy, drapey, wearable.
func (l *englishLexicon) derived(s string) bool {
	for _, suffix := range []string{"y", "ey", "ish", "less", "able"} {
		stem, ok := strings.CutSuffix(s, suffix)
		if !ok || len(stem) < 4 {
			continue // Sony
		}
		for _, stem := range []string{stem, stem + "e", undoubled(stem)} {
			if w := l.words[stem]; w.isNoun || w.isVerb {
				return true
			}
		}
	}
	return false
}

// undoubled returns a stem without the consonant that a suffix doubles: skinn(y),
// skin.
func undoubled(s string) string {
	if n := len(s); n > 3 && s[n-1] == s[n-2] {
		return s[:n-1]
	}
	return s
}
