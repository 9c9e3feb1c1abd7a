package text

import "strings"

// How the word after an abbreviation decides whether its full stop also ends
// the sentence.
const (
	notAbbreviation    = iota
	neverEnds          // Dr., e.g.
	endsBeforeStarter  // U.S., Ph.D.: ends before a word that usually begins a sentence
	endsBeforeCapital  // etc., Inc.: ends before any capital
	endsUnlessFigure   // No., vol.: ends unless a figure follows
	endsBeforeNewWords // p.m.: ends before any capital except the name of a day or month
)

// abbreviations are in lower case, without their last full stop.
var abbreviations = func() map[string]int {
	m := map[string]int{}
	for kind, words := range map[int]string{
		neverEnds:          "mr mrs ms dr prof messrs gen rev capt lt col sgt hon gov sen rep mt e.g i.e eg ie vs cf approx ca viz a.k.a p.s incl",
		endsBeforeStarter:  "st ave blvd rd al ph.d m.d b.a m.a b.s m.s d.c",
		endsBeforeCapital:  "etc inc ltd co corp jr sr bros oz lb lbs ft in min mins sec hr hrs yr yrs wt qty misc max jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri",
		endsUnlessFigure:   "no nos vol fig figs pp ch dept ext ver tel pt sect",
		endsBeforeNewWords: "p.m a.m",
	} {
		for _, w := range strings.Fields(words) {
			m[w] = kind
		}
	}
	return m
}()

// longestAbbreviation is the length of the longest abbreviation in bytes.
const longestAbbreviation = 8

// starters are words that begin a sentence after an abbreviation or an initial,
// instead of continuing a name.
var starters = NewSet(strings.Fields(`The It It's Its I I'm I've I'd We We're He She They This That These Those There Here But And So My Our Your
		You If When While After Before Since Not No What Why How Who Then However Also Overall Would Will Only Just Even An Very Too Most
		All Some Other Once Now Nobody Everything Everyone Nothing As At On In For With To From Does Did Do Is Was Are Have Has Great Good`)...)

// newWordsNot are names that can follow a time of day: 5 p.m. Monday.
var newWordsNot = NewSet(strings.Fields(`Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thurs Fri Sat Sun
		January February March April May June July August September October November December
		Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec EST EDT ET CST CDT CT MST PST PDT PT GMT UTC CET BST`)...)

// abbreviated reports whether the full stop at i belongs to an initial, an
// abbreviation or a list number and does not end the sentence, given the text
// at after.
func (c *sentenceCutter) abbreviated(i, after int) bool {
	if c.listed(i) {
		return true
	}
	head := c.s[:i]
	j := i
	for j > 0 && (isASCIILetter(head[j-1]) || head[j-1] == '.') && i-j <= longestAbbreviation {
		j--
	}
	word := head[j:]
	if word == "" || i-j > longestAbbreviation || j > 0 && (head[j-1] >= 0x80 || isASCIIDigit(head[j-1]) || head[j-1] == '\'' || head[j-1] == '-') {
		return false
	}
	rest := c.s[after:]
	next := leadingWord(rest)
	first := rest[0]
	capital := 'A' <= first && first <= 'Z'
	small := 'a' <= first && first <= 'z'
	kind := abbreviations[strings.ToLower(word)]
	switch {
	case kind == notAbbreviation && initial(head):
		return word != "I" && !starters.Has(next)
	case kind == notAbbreviation && dotted(word):
		kind = endsBeforeStarter
	}
	switch kind {
	case neverEnds:
		return true
	case endsBeforeStarter:
		return !starters.Has(next)
	case endsBeforeCapital:
		if word == "in" && !afterFigure(head[:j]) {
			return false // the word "in", not inches
		}
		return small || isASCIIDigit(first)
	case endsUnlessFigure:
		return isASCIIDigit(first)
	case endsBeforeNewWords:
		return !capital && first < 0x80 && first != '"' || newWordsNot.Has(next)
	}
	return false
}

// initial reports whether s ends with a single letter: J. K. Rowling.
func initial(s string) bool {
	n := len(s)
	if n == 0 || !isASCIILetter(s[n-1]) {
		return false
	}
	return n == 1 || !isASCIILetter(s[n-2]) && !isASCIIDigit(s[n-2]) && s[n-2] < 0x80 && s[n-2] != '\'' && s[n-2] != '-'
}

// dotted reports whether w consists of single letters with full stops between:
// U.S.
func dotted(w string) bool {
	if len(w) < 3 || len(w)%2 == 0 {
		return false
	}
	for i := range len(w) {
		if (w[i] == '.') != (i%2 == 1) {
			return false
		}
	}
	return true
}

// afterFigure reports whether s ends with a figure and white space.
func afterFigure(s string) bool {
	s = strings.TrimRight(s, " ")
	return s != "" && isASCIIDigit(s[len(s)-1])
}

// leadingWord returns the word of ASCII letters and apostrophes at the start of
// s, cut to a maximum length.
func leadingWord(s string) string {
	n := 0
	for n < len(s) && n < 16 && (isASCIILetter(s[n]) || s[n] == '\'') {
		n++
	}
	return s[:n]
}
