package opinion

import (
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text"
)

// english extracts the mentions of one sentence s[from:to] of an English text.
func (x *Extractor) english(dst []Mention, s string, at [2]int) []Mention {
	l := lexiconOfEnglish()
	x.tokens = text.Splitter{}.AppendTokens(x.tokens[:0], s[at[0]:at[1]])
	x.tagged = l.tag(x.tagged[:0], x.tokens)
	x.spans = sentiment.AppendEnglishSpans(x.spans[:0], s[at[0]:at[1]])
	x.adjust()
	for _, p := range phrases(x.tagged) {
		key := l.key(x.tagged, &p)
		if key == "" {
			continue
		}
		m := Mention{Aspect: key, Start: at[0] + x.tagged[p.name].Start, End: at[0] + x.tagged[p.to-1].End, Sentence: at}
		m.Listed = l.words[x.tagged[p.to-1].Text].isAspect || l.words[l.singular(x.tagged[p.to-1].Text)].isAspect
		x.say(&m, p, at[0])
		dst = append(dst, m)
	}
	dst = x.uses(dst, at)
	return dst
}

// uses adds what is said of doing something and of what it does to the senses:
// easy to use, ease of use, it looks great, great looking.
func (x *Extractor) uses(dst []Mention, at [2]int) []Mention {
	s := x.tagged
	for i := 1; i+1 < len(s); i++ {
		switch {
		case s[i].class == infinitive && s[i-1].class == adjective && s[i+1].does:
			dst = x.judged(dst, at, easeOf(s[i+1].Text), i+1, i-1)
		case s[i].Text == "of" && s[i-1].Text == "ease" && s[i+1].Text == "use":
			dst = append(dst, Mention{Aspect: easeOf("use"), Start: at[0] + s[i+1].Start, End: at[0] + s[i+1].End, Sentence: at, Value: squash(withEase), Direct: true, Word: [2]int{at[0] + s[i-1].Start, at[0] + s[i-1].End}})
		case s[i].Text == "looking" && s[i-1].class == adjective:
			dst = x.judged(dst, at, "look", i, i-1)
		case senses[s[i].Text] != "" && s[i].class == verb:
			j := i + 1
			for j < len(s)-1 && s[j].class == adverb {
				j++
			}
			if s[j].class == adjective {
				dst = x.judged(dst, at, senses[s[i].Text], i, j)
			}
		}
	}
	return dst
}

// gerunds of the verbs of what may be easy or hard.
var gerunds = map[string]string{
	"use": "use", "operate": "operating", "navigate": "navigating", "install": "installing", "handle": "handling", "clean": "cleaning", "set": "setting up", "program": "programming",
	"assemble": "assembling", "hold": "holding", "configure": "configuring", "learn": "learning", "read": "reading", "carry": "carrying",
}

// easeOf names what is said with easy to use, hard to clean.
func easeOf(verb string) string {
	if g, ok := gerunds[verb]; ok {
		verb = g
	}
	return ease + verb
}

const ease = "ease of "

// withEase is the valence of ease of use.
const withEase = 0.4

// senses are the aspects that verbs name.
var senses = map[string]string{"looks": "look", "look": "look", "looked": "look", "feels": "feel", "sounds": "sound", "smells": "smell", "tastes": "taste", "fits": "fit"}

// judged adds an aspect that token i names, if token j is an opinion word.
func (x *Extractor) judged(dst []Mention, at [2]int, aspect string, i, j int) []Mention {
	s := x.tagged
	for _, o := range x.spans {
		if o.Start <= s[j].Start && s[j].End <= o.End {
			return append(dst, Mention{
				Aspect: aspect, Start: at[0] + s[i].Start, End: at[0] + s[i].End, Sentence: at, Value: squash(o.Value), Direct: true, Listed: true, Word: [2]int{at[0] + o.Start, at[0] + o.End},
			})
		}
	}
	return dst
}
