package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// pos is a part of speech, numbered as in WordNet's sense keys.
type pos int

const (
	noun pos = 1 + iota
	verb
	adjective
	adverb
)

var posNames = map[pos]string{noun: "noun", verb: "verb", adjective: "adj", adverb: "adv"}

// share is the approximate frequency of each inflection in running text; the
// forms of one part of speech add up to about 1.
type inflection int

const (
	base inflection = iota
	plural
	third      // runs
	past       // ran, and the participle
	participle // running
	comparative
	superlative
)

func share(p pos, i inflection) float64 {
	switch {
	case p == noun && i == base:
		return 0.75
	case p == noun:
		return 0.25
	case p == verb:
		return map[inflection]float64{base: 0.35, third: 0.1, past: 0.37, participle: 0.18}[i]
	case i == comparative:
		return 0.04
	case i == superlative:
		return 0.03
	}
	return 0.93
}

type word struct {
	lemma string
	pos   pos
}

type wordNet struct {
	count     map[word]float64 // in the tagged corpus, of all words of WordNet
	irregular map[word][]string
}

func readWordNet(dir string) (*wordNet, error) {
	wn := &wordNet{count: map[word]float64{}, irregular: map[word][]string{}}
	for p, name := range posNames {
		err := lines(filepath.Join(dir, "index."+name), func(f []string) {
			if plain(f[0]) {
				wn.count[word{f[0], p}] = 0
			}
		})
		if err != nil {
			return nil, err
		}
		err = lines(filepath.Join(dir, name+".exc"), func(f []string) {
			for _, lemma := range f[1:] {
				if w := (word{lemma, p}); plain(f[0]) && plain(lemma) {
					wn.irregular[w] = append(wn.irregular[w], f[0])
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	var bad error
	err := lines(filepath.Join(dir, "cntlist.rev"), func(f []string) {
		var p pos
		var n float64
		lemma, sense, _ := strings.Cut(f[0], "%")
		if _, err := fmt.Sscan(sense[:1]+" "+f[2], &p, &n); err != nil {
			bad = fmt.Errorf("cntlist.rev: %q: %w", strings.Join(f, " "), err)
			return
		}
		if p == 5 { // adjective satellite
			p = adjective
		}
		if w := (word{lemma, p}); plain(lemma) {
			wn.count[w] += n
		}
	})
	if err == nil {
		err = bad
	}
	return wn, err
}

// plain reports whether s is one word of letters.
func plain(s string) bool {
	return len(s) > 1 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// pairs returns the lemma of each form of the words in WordNet.
func (wn *wordNet) pairs() map[string]string {
	score := map[string]map[string]float64{}
	add := func(form string, w word, i inflection, prior float64) {
		if score[form] == nil {
			score[form] = map[string]float64{}
		}
		n := wn.count[w]
		if n == 0 {
			n = 0.2
		}
		score[form][w.lemma] += n * share(w.pos, i) * prior
	}
	const variant = 0.05 // travelling if traveling is regular; goed
	// a variant, or the regular form of a word that has an irregular one, is left
	// out if it is a word of its own: bed is not the past of be, nor seed that of
	// see
	maybe := func(form string, w word, i inflection, prior float64) {
		if prior < 1 && slices.ContainsFunc([]pos{noun, verb}, func(p pos) bool { return wn.has(form, p) }) {
			return
		}
		add(form, w, i, prior)
	}
	for w := range wn.count {
		add(w.lemma, w, base, wn.own(w))
		regular := 1.
		for _, form := range wn.irregular[w] {
			i := irregularOf(form, w.pos)
			add(form, w, i, 1)
			if i != participle {
				regular = variant
			}
		}
		switch w.pos {
		case noun:
			if man, ok := strings.CutSuffix(w.lemma, "man"); ok && len(man) > 2 {
				add(man+"men", w, plural, 1)
			}
			maybe(withS(w.lemma), w, plural, regular)
		case verb:
			add(withS(w.lemma), w, third, 1)
			for i, stem := range stems(w.lemma, "ed") {
				maybe(stem, w, past, max(regular*float64(1-i), variant))
			}
			for i, stem := range stems(w.lemma, "ing") {
				maybe(stem, w, participle, max(float64(1-i), variant))
			}
		case adjective:
			if gradable(w.lemma) {
				maybe(stems(w.lemma, "er")[0], w, comparative, regular)
				maybe(stems(w.lemma, "est")[0], w, superlative, regular)
			}
		}
	}
	out := map[string]string{}
	for form, lemmas := range score {
		best := ""
		for _, lemma := range sortedKeys(lemmas) {
			if best == "" || lemmas[lemma] > lemmas[best] {
				best = lemma
			}
		}
		out[form] = best
	}
	return out
}

func (wn *wordNet) has(lemma string, p pos) bool {
	_, ok := wn.count[word{lemma, p}]
	return ok
}

// own returns the weight of a word as a lemma of its own, though it looks like
// an inflection of another WordNet word: the tagged corpus counts larger, pumps
// and activated separately from large, pump and activate.
func (wn *wordNet) own(w word) float64 {
	for _, back := range []struct {
		ending string
		of     pos
		prior  float64
	}{{"er", adjective, 0.01}, {"est", adjective, 0.01}, {"s", noun, 0.1}, {"ed", verb, 0.3}, {"ing", verb, 0.3}} {
		stem, ok := strings.CutSuffix(w.lemma, back.ending)
		// nouns in -ing (building, wedding) are their own lemma if they occur
		nounOfVerb := back.ending == "ing" && w.pos == noun && wn.count[w] == 0
		if !ok || len(stem) < 2 || back.of == noun && w.pos != noun || back.of != noun && w.pos != adjective && w.pos != adverb && !nounOfVerb {
			continue
		}
		n := len(stem)
		if wn.has(stem, back.of) || wn.has(stem+"e", back.of) || stem[n-1] == stem[n-2] && wn.has(stem[:n-1], back.of) ||
			stem[n-1] == 'i' && wn.has(stem[:n-1]+"y", back.of) {
			if wn.count[w] == 0 {
				return back.prior / 3
			}
			return back.prior
		}
	}
	return 1
}

func irregularOf(form string, p pos) inflection {
	switch {
	case p == noun:
		return plural
	case p == verb && strings.HasSuffix(form, "ing"):
		return participle
	case p == verb && strings.HasSuffix(form, "s") && form != "was":
		return third
	case p == verb:
		return past
	case strings.HasSuffix(form, "st"):
		return superlative
	}
	return comparative
}

// withS returns the plural of a noun, or the third person of a verb.
func withS(w string) string {
	last := w[len(w)-1]
	switch {
	case last == 'y' && len(w) > 2 && !vowel(w[len(w)-2]):
		return w[:len(w)-1] + "ies"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "z"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "sh"):
		return w + "es"
	case last == 'o' && len(w) > 2 && !vowel(w[len(w)-2]) && (w == "go" || w == "do" || w == "hero" || w == "potato" || w == "tomato" || w == "echo" || w == "veto"):
		return w + "es"
	}
	return w + "s"
}

// stems joins a word and -ed, -ing, -er or -est: first in the regular spelling,
// then in the variant if a final consonant may or may not be doubled.
func stems(w, ending string) []string {
	last := w[len(w)-1]
	before := byte('a')
	if len(w) > 1 {
		before = w[len(w)-2]
	}
	switch {
	case last == 'e' && ending == "ing" && strings.HasSuffix(w, "ie"):
		return []string{w[:len(w)-2] + "ying"}
	case last == 'e' && ending == "ing" && (before == 'e' || before == 'o' || before == 'y'):
		return []string{w + ending}
	case last == 'e':
		return []string{w[:len(w)-1] + ending}
	case last == 'y' && !vowel(before) && ending != "ing":
		return []string{w[:len(w)-1] + "i" + ending}
	}
	if !doubles(w) {
		if last == 'c' {
			return []string{w + "k" + ending}
		}
		return []string{w + ending}
	}
	doubled, single := w+string(last)+ending, w+ending
	if syllables(w) == 1 {
		return []string{doubled}
	}
	// permit, prefer, begin: the prefix is not stressed
	for _, p := range []string{"per", "pre", "re", "be", "de", "con", "com", "ad", "ac", "al", "im", "in", "ex", "trans", "sub", "ab", "un", "out", "over", "equ", "for", "up", "oc"} {
		if rest, ok := strings.CutPrefix(w, p); ok && len(rest) >= 3 && syllables(rest) == 1 && !strings.HasSuffix(w, "en") && !strings.HasSuffix(w, "er") || ok && strings.HasSuffix(w, "fer") {
			return []string{doubled, single}
		}
	}
	return []string{single, doubled}
}

// doubles reports whether w ends in one vowel and one consonant.
func doubles(w string) bool {
	n := len(w)
	if n < 2 || vowel(w[n-1]) || strings.IndexByte("wxyh", w[n-1]) >= 0 || !vowel(w[n-2]) && w[n-2] != 'y' {
		return false
	}
	return n < 3 || !vowel(w[n-3]) || strings.HasPrefix(w[n-3:], "ui") && n > 3 && w[n-4] == 'q'
}

func gradable(w string) bool {
	if strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "ing") {
		return false
	}
	if syllables(w) == 1 {
		return true
	}
	for _, e := range []string{"y", "le", "ow", "et", "er"} {
		if strings.HasSuffix(w, e) {
			return syllables(w) == 2
		}
	}
	return false
}

func vowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

func syllables(w string) int {
	n, in := 0, false
	for i := range len(w) {
		v := vowel(w[i]) || w[i] == 'y' && i > 0
		if v && !in {
			n++
		}
		in = v
	}
	if strings.HasSuffix(w, "e") && n > 1 && !strings.HasSuffix(w, "le") {
		n--
	}
	return n
}
