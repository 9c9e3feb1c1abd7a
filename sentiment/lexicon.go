package sentiment

import (
	_ "embed"
	"math"
	"strconv"
	"strings"
	"sync"
)

//go:generate python3 data/gen/vader.py data

// The word lists; their first lines describe them and name their sources.
var (
	//go:embed data/en_words.txt
	englishWords string
	//go:embed data/en_vader.txt
	vaderWords string
	//go:embed data/zh_words.txt
	chineseWords string
)

// use is the role of a word in a sentence.
type use uint8

const (
	feels    use = iota // it has a valence
	idiom               // it has a valence that no negation inverts
	works               // positive only in that its negation is negative: it does not work
	fails               // negative, and positive when negated: it does not leak
	negates             // it inverts what follows
	passes              // it looks like a negation but is none: not only
	parts               // it ends the scope of a negation: but
	stresses            // it gives the next word more weight
)

// entry is the lexicon's entry for a word or a sequence of words.
type entry struct {
	use     use
	valence float64 // in [-1, 1]
}

// failing is the valence of a word in the list "fails" that is not negated.
const failing = -0.5

// lexicon holds words and phrases; the words of a phrase are joined by spaces.
type lexicon struct {
	entries map[string]entry
	longest int // length of the longest phrase in words; for Chinese, in characters
}

// readLexicon reads a list: [kind valence] and the words below it. If a word
// occurs twice, the last occurrence counts.
func readLexicon(file string, length func(string) int) *lexicon {
	l := &lexicon{entries: map[string]entry{}}
	at := entry{}
	for line := range strings.Lines(file) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			at = sectionOf(strings.Trim(line, "[]"))
		default:
			for _, w := range strings.Fields(line) {
				w = strings.ReplaceAll(w, "~", " ")
				l.entries[w] = at
				l.longest = max(l.longest, length(w))
			}
		}
	}
	return l
}

func sectionOf(name string) entry {
	kind, value, valued := strings.Cut(name, " ")
	e := entry{}
	switch kind {
	case "valence":
	case "idioms":
		e.use = idiom
	case "works":
		e.use = works
	case "fails":
		return entry{fails, failing}
	case "negators":
		e.use = negates
	case "clauses":
		e.use = parts
	case "stronger":
		e.use = stresses
	case "not":
		return entry{use: passes}
	default:
		panic("sentiment: a word list begins with [" + name + "]")
	}
	if valued && kind != "not" {
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			panic(err) // the file is embedded
		}
		e.valence = v
	}
	return e
}

// vaderScale is the largest valence in VADER.
const vaderScale = 4

var englishLexicon = sync.OnceValue(func() *lexicon {
	l := readLexicon(englishWords, func(w string) int { return strings.Count(w, " ") + 1 })
	for line := range strings.Lines(vaderWords) {
		word, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		v, err := strconv.ParseFloat(value, 64)
		if !ok || err != nil {
			continue
		}
		if _, known := l.entries[word]; !known {
			l.entries[word] = entry{feels, v / vaderScale}
		}
	}
	return l
})

var chineseLexicon = sync.OnceValue(func() *lexicon {
	return readLexicon(chineseWords, func(w string) int { return len([]rune(w)) })
})

// Lexical is the sentiment of a text's words alone.
type Lexical struct {
	Value   float64 // in [-1, 1]; 0 if no word has a valence
	Negated float64 // share of Value's evidence that a negation inverted, in [0, 1]
	Words   int     // number of words; Chinese characters not in the lexicon count as half
}

// reading accumulates the words of a text.
type reading struct {
	sum, turned float64 // sum of valences; sum of absolute valences that a negation inverted
	weight      float64 // sum of absolute valences
	clause      float64 // sum of the current clause
	negation    bool    // a negation is in force
	reach       int     // number of words that it still reaches
	met         bool    // it has met a word with a valence
	last        bool    // no word has followed it
	stress      float64 // weight of the next word

	// If spans is not nil, the words that count are appended to it: those at bytes
	// [from, to) of the text, in the clause of that number.
	spans    *[]Span
	from, to int
	number   int
}

// The effect of a negation on a valence, its own valence if it meets no word
// that has one, and its reach in words.
const (
	turnsGood  = -0.9
	turnsBad   = -0.7
	brokenWork = -0.5 // does not work
	spared     = 0.5  // does not leak
	bareNo     = -0.25
	doubleNo   = 0.3 // lacks nothing
	maxReach   = 6
	stressed   = 1.3
)

func newReading() *reading { return &reading{stress: 1} }

// add adds the next word.
func (r *reading) add(e entry) {
	negated := r.negation && r.reach > 0
	switch e.use {
	case negates:
		if negated && !r.met && !r.last {
			r.end()
		} else if negated && !r.met { // lacks nothing
			r.count(doubleNo, true)
			r.negation = false
			return
		}
		r.negation, r.reach, r.met, r.last = true, maxReach, false, true
		if e.valence > 0 {
			r.reach = int(e.valence)
		}
		return
	case parts:
		r.end()
		return
	case passes:
		return
	case stresses:
		r.plain()
		r.stress = stressed
		return
	}
	v := r.turn(e, negated)
	r.met = r.met || v != 0
	stress := r.stress
	r.plain()
	if v != 0 {
		r.count(v*stress, negated && e.use != idiom)
	}
}

// turn returns the valence of a word, inverted if it is negated.
func (r *reading) turn(e entry, negated bool) float64 {
	switch {
	case e.use == works && negated && !r.met:
		return brokenWork
	case e.use == works:
		return 0
	case e.use == idiom || !negated:
		return e.valence
	case e.use == fails:
		return spared
	case e.valence > 0:
		return e.valence * turnsGood
	}
	return e.valence * turnsBad
}

// plain adds a word without a valence.
func (r *reading) plain() {
	r.reach--
	r.last = false
	r.stress = 1
}

func (r *reading) count(v float64, turned bool) {
	r.sum += v
	r.clause += v
	r.weight += math.Abs(v)
	if turned {
		r.turned += math.Abs(v)
	}
	if r.spans != nil {
		*r.spans = append(*r.spans, Span{Start: r.from, End: r.to, Value: v, Negated: turned, Clause: r.number})
	}
}

// end ends a clause, and with it the scope of a negation. A negation that
// nothing follows inverts what precedes it: 一点异味都没有.
func (r *reading) end() {
	switch before := r.clause; {
	case !r.negation || r.met:
	case r.last && before < 0:
		r.count(before*(turnsBad-1), true)
	default:
		r.count(bareNo, true)
	}
	r.number++
	r.negation, r.reach, r.met, r.last, r.clause, r.stress = false, 0, false, false, 0, 1
}

// result returns the sentiment of the text's words: the sum, brought into [-1,
// 1] as in VADER (Hutto and Gilbert 2014).
func (r *reading) result() Lexical {
	r.end()
	if r.weight == 0 {
		return Lexical{}
	}
	return Lexical{Value: r.sum / math.Sqrt(r.sum*r.sum+1), Negated: r.turned / r.weight}
}
