package pii

import (
	"strings"
	"unicode/utf8"
)

// role is the set of roles that a word may have in an English address.
type role uint16

const (
	strongSuffix role = 1 << iota // only a street suffix
	weakSuffix                    // also a common noun: needs further evidence
	loneStreet                    // a street name without a suffix
	direction
	unitName
	noStreetName // excludes "2 Way Street" and "1 Hard Drive"
	numberWord
	placeWord // may precede an address
	atWord    // precedes an address and little else
	domicile  // words of living and sending
	townJoiner
	stateCode // US states and territories, Canadian provinces
	stateName // single-word state names
	wholeWord // a short suffix that is no abbreviation: a stop after it ends a sentence
)

// roleNames are the names of the roles' lists, in the order of their bits.
var roleNames = [...]string{
	"strong suffix", "weak suffix", "lone street", "direction", "unit name", "no street name", "number word", "place word", "at word", "domicile",
	"town joiner", "state code", "state name", "whole word",
}

// roleOf looks up a word, ignoring case.
func roleOf(w string) role {
	var b [16]byte
	if len(w) > len(b) {
		return 0
	}
	n := copy(b[:], w)
	for i := range n {
		if 'A' <= b[i] && b[i] <= 'Z' {
			b[i] |= 0x20
		}
	}
	return lex().roles[string(b[:n])]
}

const (
	maxStreetWords = 6  // of a street's name, including its suffix
	maxTownWords   = 7  // between street and state or postcode
	maxWord        = 24 // bytes
)

// word returns the end of the word at i, which consists of letters, digits, and
// inner apostrophes and hyphens, or i.
func (z *scanner) word(i int) int {
	s, j := z.s, i
	for j < len(s) && j-i <= maxWord && (alnum(s[j]) || (s[j] == '\'' || s[j] == '-') && j > i && j+1 < len(s) && letter(s[j+1])) {
		j++
	}
	if j-i > maxWord || j < len(s) && s[j] >= utf8.RuneSelf {
		return i
	}
	return j
}

// wordBefore returns the role of the word before i, which may be followed by a
// space, a colon or the like. begins reports whether a line, a parenthesis or
// the like begins there.
func (z *scanner) wordBefore(i int) (w role, begins bool) {
	s := z.s
	j := i
	for j > 0 && i-j < 3 && oneOf(" :(\"'", s[j-1]) {
		j--
	}
	if j == 0 || s[j-1] == '\n' || s[j-1] >= utf8.RuneSelf || j < i && oneOf(":(\"", s[j]) {
		if j < i && s[j] == ':' {
			k := j
			for k > 0 && j-k < maxWord && letter(s[k-1]) {
				k--
			}
			return roleOf(s[k:j]), true
		}
		return 0, true
	}
	k := j
	for k > 0 && j-k < maxWord && letter(s[k-1]) {
		k--
	}
	return roleOf(s[k:j]), false
}

// domicileBefore reports whether a word of living or sending is in the 40 bytes
// before i, on the same line.
func (z *scanner) domicileBefore(i int) bool {
	s := z.s
	for j, low := i, max(0, i-40); j > low && s[j-1] != '\n'; {
		if !letter(s[j-1]) {
			j--
			continue
		}
		end := j
		for j > low && letter(s[j-1]) {
			j--
		}
		if roleOf(s[j:end])&domicile != 0 {
			return true
		}
	}
	return false
}

// englishAddress looks for an address whose house number has the digits
// s[start:end], beginning at low or later, and reports it: number, street name
// and suffix, optionally followed by direction, unit, town and state with ZIP
// code (US, Canada) or postcode (UK).
func (z *scanner) englishAddress(start, end, low int) (from, to int) {
	s := z.s
	if end-start > 6 || end+3 >= len(s) || !z.freeLeft(start) || start > 0 && oneOf("$#/\\=&?%", s[start-1]) || z.money(start) {
		return 0, 0
	}
	i := end
	if letter(s[i]) && !alnum(s[i+1]) { // 221B
		i++
	}
	if s[i] == '-' && digit(s[i+1]) && i+2 < len(s) { // 12-14
		for i++; i < len(s) && digit(s[i]); {
			i++
		}
	}
	if strings.HasPrefix(s[i:], " 1/2") {
		i += 4
	}
	if i < len(s) && s[i] == ',' {
		i++
	}
	if i+1 >= len(s) || s[i] != ' ' || !letter(s[i+1]) && !digit(s[i+1]) {
		return 0, 0
	}
	return z.street(start, i+1, low)
}

// wordAddress looks for an address that begins with a word at i: a post-office
// box, or One Harbour Plaza.
func (z *scanner) wordAddress(i, low int) (from, to int) {
	s := z.s
	if s[i]|0x20 == 'p' {
		return z.box(i)
	}
	end := z.word(i)
	if end-i < 3 || end-i > 5 || end+1 >= len(s) || s[end] != ' ' || 'A' > s[end+1] || s[end+1] > 'Z' || roleOf(s[i:end])&numberWord == 0 || !z.freeLeft(i) {
		return 0, 0
	}
	if w, _ := z.wordBefore(i); w&atWord == 0 {
		return 0, 0
	}
	return z.street(i, end+1, low)
}

// box looks for P.O. Box and a number at i.
func (z *scanner) box(i int) (from, to int) {
	s := z.s
	for _, p := range [...]string{"po box ", "p.o. box ", "p.o.box ", "p o box ", "post office box "} {
		if len(s)-i <= len(p) || !equalFold(s[i:i+len(p)], p) || !z.freeLeft(i) {
			continue
		}
		j := i + len(p)
		for j < len(s) && digit(s[j]) && j-i < len(p)+7 {
			j++
		}
		if j == i+len(p) || j < len(s) && alnum(s[j]) {
			return 0, 0
		}
		if t, _ := z.town(j, true); t > 0 {
			j = t
		}
		z.addAddress(i, j, 0.9, "a post-office box")
		return i, j
	}
	return 0, 0
}

// streetName is the part of a street's name that has been read.
type streetName struct {
	end      int  // end of the suffix, 0 if there is none
	nameEnd  int  // end of the last capitalised word
	strong   bool // the suffix is only a street suffix
	capitals bool // its words are capitalised
	noise    bool // it contains a word that does not occur in street names
}

// street looks for a street's name at i, in an address whose number begins at
// start.
func (z *scanner) street(start, i, low int) (from, to int) {
	st := z.streetName(start, i)
	if st.end > 0 {
		to = z.afterStreet(st.end)
	}
	hasUnit, hasTown := to > st.end, false
	switch {
	case st.end > 0:
		if t, _ := z.town(to, st.capitals); t > 0 {
			to, hasTown = t, true
		}
	case st.capitals && st.nameEnd > 0 && !st.noise:
		// No suffix: the postcode must decide.
		if t, post := z.town(st.nameEnd, true); t > 0 && post && strings.IndexByte(z.s[st.nameEnd:t], ',') >= 0 {
			to, hasTown = t, true
		}
	}
	if to == 0 {
		return 0, 0
	}
	score, reason := 0.9, "house number, street and town"
	if !hasTown {
		if score, reason = z.streetScore(start, &st, hasUnit); score == 0 {
			return 0, 0
		}
	}
	from = z.unitBefore(start, low)
	z.addAddress(from, to, score, reason)
	return from, to
}

// streetScore returns the score of an address without a town, 0 for none: the
// text before its number, at start, must support it.
func (z *scanner) streetScore(start int, st *streetName, hasUnit bool) (score float64, reason string) {
	before, begins := z.wordBefore(start)
	switch {
	case st.noise:
		return 0, ""
	case hasUnit && st.capitals:
		return 0.9, "house number, street and unit"
	case z.year(start) && !begins && before&atWord == 0:
		return 0, "" // in 2008 Main Street suffered
	case st.strong && st.capitals && (begins || before&placeWord != 0 || z.domicileBefore(start)):
		return 0.8, "house number and street"
	case !st.strong && st.capitals && (before&atWord != 0 || z.domicileBefore(start)):
		return 0.7, "house number and street"
	case st.strong && !st.capitals && (before&atWord != 0 || begins) && z.domicileBefore(start):
		return 0.65, "house number, street and context"
	}
	return 0, ""
}

// streetName reads the words of a street's name at i.
func (z *scanner) streetName(start, i int) streetName {
	s := z.s
	st := streetName{capitals: true}
	for n, j := 0, i; n < maxStreetWords && j < len(s); n++ {
		k := z.word(j)
		if k == j {
			break
		}
		w := roleOf(s[j:k])
		if n > 0 && w&unitName != 0 {
			break
		}
		up := 'A' <= s[j] && s[j] <= 'Z'
		if digit(s[j]) { // a bare number is not part of it
			if !ordinal(s[j:k]) {
				break
			}
			up = true
		}
		if isThe := k-j == 3 && s[j:k] == "the"; isThe || w&noStreetName != 0 && (n == 0 || w&(strongSuffix|weakSuffix) == 0) {
			st.noise = true
			if !up {
				break
			}
		}
		st.suffix(w, n, k, up)
		if st.end != k && !up && (st.end > 0 || n >= 3) { // after the suffix, only capitalised words continue it
			break
		}
		if !up {
			st.capitals = false
		} else if st.capitals {
			st.nameEnd = k
		}
		j = k
		if j < len(s) && s[j] == '.' && k-start < 100 && j-i > 0 && k-prevWord(s, k) <= 4 {
			if st.end == k && roleOf(s[prevWord(s, k):k])&wholeWord != 0 {
				break // the sentence ends with the street
			}
			if st.end == k {
				st.end = k + 1
			}
			j++
		}
		if j+1 >= len(s) || s[j] != ' ' || st.end > 0 && ('A' > s[j+1] || s[j+1] > 'Z') {
			break
		}
		j++
	}
	return st
}

// suffix checks whether the n-th word of the name, which ends at k and has
// roles w, is the suffix of a street, and records it.
func (st *streetName) suffix(w role, n, k int, up bool) {
	switch {
	case w&strongSuffix != 0 && n > 0:
		st.end, st.strong = k, true
	case w&weakSuffix != 0 && n > 0 && (!st.strong || up):
		st.end, st.strong = k, false
	case w&loneStreet != 0 && n == 0 && up:
		st.end, st.strong = k, true
	}
}

// ordinal reports whether a word that begins with a digit is like 42nd or 7th.
func ordinal(w string) bool {
	return len(w) >= 3 && oneOf("tdh", w[len(w)-1]|0x20) && !digit(w[len(w)-2])
}

// year reports whether the number at i looks like a year: 1900 to 2099.
func (z *scanner) year(i int) bool {
	s := z.s[i:]
	return len(s) > 4 && (s[:2] == "19" || s[:2] == "20") && digit(s[2]) && digit(s[3]) && !digit(s[4])
}

// prevWord returns the start of the word that ends at k.
func prevWord(s string, k int) int {
	j := k
	for j > 0 && letter(s[j-1]) {
		j--
	}
	return j
}

// afterStreet returns the end of the direction, units and floor that follow a
// street at i; i if there are none. A direction alone does not count.
func (z *scanner) afterStreet(i int) int {
	s := z.s
	at := i
	if i+1 < len(s) && s[i] == ' ' {
		if k := z.word(i + 1); k > i+1 && k-i <= 10 && roleOf(s[i+1:k])&direction != 0 && s[i+1] <= 'Z' {
			at = k
		}
	}
	for range 2 {
		j := at
		if j < len(s) && s[j] == ',' {
			j++
		}
		if j < len(s) && (s[j] == ' ' || s[j] == '\n') {
			j++
		}
		if j == at || j >= len(s) {
			return at
		}
		if s[j] == '#' {
			if k := z.word(j + 1); k > j+1 && k-j <= 7 {
				at = k
				continue
			}
			return at
		}
		k := z.word(j)
		if k == j {
			return at
		}
		switch {
		case roleOf(s[j:k])&unitName != 0:
			if k < len(s) && s[k] == '.' {
				k++
			}
			if k+1 >= len(s) || s[k] != ' ' {
				return at
			}
			k++
			if s[k] == '#' {
				k++
			}
			l := z.word(k)
			if l == k || l-k > 6 || !hasDigitOrCapital(s[k:l]) {
				return at
			}
			at = l
		case digit(s[j]) && k-j >= 3 && letter(s[k-1]): // 12th Floor
			if l := z.word(min(k+1, len(s))); k < len(s) && s[k] == ' ' && l > k+1 && equalFold(s[k+1:l], "floor"[:min(l-k-1, 5)]) && l-k-1 <= 5 {
				at = l
				continue
			}
			return at
		default:
			return at
		}
	}
	return at
}

func hasDigitOrCapital(s string) bool {
	if digit(s[0]) || digit(s[len(s)-1]) {
		return true
	}
	return len(s) <= 2 && s[0] <= 'Z'
}

// town returns the end of the town and the state, ZIP code or postcode after
// the street that ends at i, or 0; post reports whether a code is among them.
// capitals reports whether the street is capitalised, so that the town must be,
// too.
func (z *scanner) town(i int, capitals bool) (end int, post bool) {
	s := z.s
	j := i
	words := 0
	allUp := true
	for words < maxTownWords && j-i < 90 {
		k := j
		comma := false
		if k < len(s) && s[k] == ',' {
			k, comma = k+1, true
		}
		for k < len(s) && k-j < 3 && (s[k] == ' ' || s[k] == '\n') {
			k++
		}
		if k == j || k >= len(s) || !comma && k-j == 0 {
			return end, post
		}
		l := z.word(k)
		if l == k {
			return end, post
		}
		if t := postcode(s, k); t > 0 && (words > 0 || comma) {
			return t, true
		}
		w := roleOf(s[k:l])
		up := 'A' <= s[k] && s[k] <= 'Z'
		if words > 0 || comma {
			if w&stateCode != 0 {
				if t := zip(s, l); t > 0 && (up || !capitals || words > 0) {
					return t, true
				}
				if up && s[k+1] <= 'Z' && allUp && (comma || words > 0 && z.commaFollowed(i)) && words > 0 {
					return l, false
				}
			}
			if w&stateName != 0 && up && comma && words > 0 {
				if t := zip(s, l); t > 0 {
					return t, true
				}
				end = l
			}
			if w&stateName != 0 && zip(s, l) > 0 {
				return zip(s, l), true
			}
			if t := zip(s, j); t > 0 && words > 0 {
				return t, true
			}
		}
		if digit(s[k]) {
			return end, post
		}
		if !up {
			if capitals && w&townJoiner == 0 {
				return end, post
			}
			allUp = allUp && w&townJoiner != 0
		}
		words++
		j = l
		if j < len(s) && s[j] == '.' && l-k <= 2 {
			j++
		}
	}
	return end, post
}

// commaFollowed reports whether there is a comma at i.
func (z *scanner) commaFollowed(i int) bool { return i < len(z.s) && z.s[i] == ',' }

// zip returns the end of a US ZIP code or a Canadian postal code after i, or 0.
func zip(s string, i int) int {
	for n := 0; i < len(s) && n < 2 && (s[i] == ' ' || s[i] == ','); n++ {
		i++
	}
	j := i
	for j < len(s) && digit(s[j]) {
		j++
	}
	if j-i != 5 {
		if pattern(s, i, "A9A 9A9") {
			return i + 7
		}
		return 0
	}
	if pattern(s, j, "-9999") && (j+5 == len(s) || !alnum(s[j+5])) {
		return j + 5
	}
	if j < len(s) && (alnum(s[j]) || s[j] == '-') {
		return 0
	}
	return j
}

// postcode returns the end of the UK postcode at i, or 0, in the forms of the
// Royal Mail's Postcode Address File, in either case.
func postcode(s string, i int) int {
	for _, p := range [...]string{"A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA"} {
		if pattern(s, i, p) && (i+len(p) == len(s) || !alnum(s[i+len(p)])) {
			return i + len(p)
		}
	}
	return 0
}

// pattern reports whether s at i has the form p: 9 stands for a digit, A for a
// letter, anything else for itself.
func pattern(s string, i int, p string) bool {
	if len(s)-i < len(p) {
		return false
	}
	for j := range len(p) {
		c := s[i+j]
		switch p[j] {
		case '9':
			if !digit(c) {
				return false
			}
		case 'A':
			if !letter(c) {
				return false
			}
		default:
			if c != p[j] {
				return false
			}
		}
	}
	return true
}

// unitBefore returns the start of "Flat 2, " or the like before the house
// number at i, but not before low, or i.
func (z *scanner) unitBefore(i, low int) int {
	s := z.s
	j := i
	for j > low && i-j < 2 && (s[j-1] == ' ' || s[j-1] == ',' || s[j-1] == '\n') {
		j--
	}
	if j == i {
		return i
	}
	k := j
	for k > low && j-k < 5 && alnum(s[k-1]) {
		k--
	}
	if k == j || k <= low || s[k-1] != ' ' || !hasDigitOrCapital(s[k:j]) {
		return i
	}
	l := k - 1
	for l > low && k-l < 12 && letter(s[l-1]) {
		l--
	}
	if l < k-1 && roleOf(s[l:k-1])&unitName != 0 && (l == 0 || !alnum(s[l-1])) {
		return l
	}
	return i
}
