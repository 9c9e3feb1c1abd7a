package pii

import (
	"strings"
	"unicode/utf8"
)

// role is what a word may be in an English address; several at once.
type role uint16

const (
	strongSuffix role = 1 << iota // of a street, and hardly anything else
	weakSuffix                    // a common noun too: needs more beside it
	loneStreet                    // a street's name without a suffix
	direction
	unitName
	noStreetName // makes "2 Way Street" and "1 Hard Drive" no addresses
	numberWord
	placeWord // may stand right before an address
	atWord    // stands right before one and little else
	domicile  // living, sending
	townJoiner
	stateCode // US states and territories, Canadian provinces
	stateName // of one word
	wholeWord // a short suffix that abbreviates nothing: a stop after it ends a sentence
)

// roles are the words of English addresses, in lower case. The street suffixes
// are those of the US Postal Service's Publication 28 (appendix C1) and of
// British streets that are common.
var roles = func() map[string]role {
	m := map[string]role{}
	for r, list := range map[role]string{
		strongSuffix: `street st avenue ave av road rd boulevard blvd lane ln terrace terr ter circle cir parkway pkwy highway hwy
			crescent cres mews alley trail trl plaza plz gardens gdns garden grove quay wharf turnpike tpke expressway esplanade villas cottages`,
		weakSuffix: `drive dr court ct place pl way square sq close loop row walk hill rise green park view pike common croft gate parade path
			pass point run ridge heights bend bay crossing cove springs meadow meadows fields end yard yards arcade bridge buildings house`,
		loneStreet: `broadway quayside piccadilly kingsway cheapside strand embankment bowery`,
		direction:  `n s e w ne nw se sw north south east west northeast northwest southeast southwest`,
		unitName:   `apt apartment suite ste unit floor fl room rm flat bldg building level lot studio`,
		noStreetName: `way hour hours minute minutes min mins day days week weeks month year mile miles km lane bay star speed track door piece
			pack inch bedroom storey story car terabyte tb gb mb hard flash usb disk disc test tape solid state thumb core ghz volt watt of
			and or a an in on to for from with is are was per x percent people items units times tickets pieces guys player players stars`,
		numberWord: `one two three four five six seven eight nine ten`,
		placeWord:  `at to on from in near is address addr live lives lived by past outside opposite visit between behind beside into of and`,
		atWord:     `at to address addr is from`,
		domicile: `address addr live lives living lived reside resides ship shipped shipping deliver delivered delivery send sent mail moved move
			home house office located`,
		townJoiner: `upon on of the le by under in and sur`,
		wholeWord:  `road lane walk hill rise park view pike gate path pass mews quay loop row way run bend bay cove end yard`,
		stateCode: `al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd
			tn tx ut vt va wa wv wi wy dc pr ab bc mb nb nl ns nt nu on pe qc sk yt`,
		stateName: `alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa
			kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio
			oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming`,
	} {
		for _, w := range strings.Fields(list) {
			m[w] |= r
		}
	}
	return m
}()

// roleOf looks a word up without regard to case.
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
	return roles[string(b[:n])]
}

const (
	maxStreetWords = 6  // of a street's name, its suffix included
	maxTownWords   = 7  // between street and state or postcode
	maxWord        = 24 // bytes
)

// word returns the end of the word at i, made of letters, digits, apostrophes
// and hyphens within it, or i.
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

// wordBefore returns what the word is that ends at or, with a space, a colon or
// so on between, before i; begins is whether a line, a parenthesis or the like
// begins there.
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

// domicileBefore tells whether a word of living or sending stands in the 40
// bytes before i, in the same line.
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
// and suffix, then, as they follow, direction, unit, town and state with ZIP
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

// street looks at the street's name at i, of the address whose number begins at
// start.
func (z *scanner) street(start, i, low int) (from, to int) {
	s := z.s
	capitals, noise := true, false
	strong := false
	end, nameEnd := 0, 0 // of the suffix; of the last capitalised word
	j := i
	for n := 0; n < maxStreetWords && j < len(s); n++ {
		k := z.word(j)
		if k == j {
			break
		}
		w := roleOf(s[j:k])
		if n > 0 && w&unitName != 0 {
			break
		}
		up := 'A' <= s[j] && s[j] <= 'Z'
		if digit(s[j]) { // 42nd; a bare number is none
			if k-j < 3 || !oneOf("tdh", s[k-1]|0x20) && s[k-1]|0x20 != 'd' || digit(s[k-2]) {
				break
			}
			up = true
		}
		if isThe := k-j == 3 && s[j:k] == "the"; isThe || w&noStreetName != 0 && (n == 0 || w&(strongSuffix|weakSuffix) == 0) {
			noise = true
			if !up {
				break
			}
		}
		switch {
		case w&strongSuffix != 0 && n > 0:
			end, strong = k, true
		case w&weakSuffix != 0 && n > 0 && !(strong && !up):
			end, strong = k, false
		case w&loneStreet != 0 && n == 0 && up:
			end, strong = k, true
		}
		if end != k && !up { // after it, only what goes on in capitals
			if end > 0 {
				break
			}
			if n >= 3 {
				break
			}
			capitals = false
		}
		if !up {
			capitals = false
		} else if capitals {
			nameEnd = k
		}
		j = k
		if j < len(s) && s[j] == '.' && k-start < 100 && j-i > 0 && k-prevWord(s, k) <= 4 {
			if end == k && roleOf(s[prevWord(s, k):k])&wholeWord != 0 {
				break // the sentence ends with the street
			}
			if end == k {
				end = k + 1
			}
			j++
		}
		if j+1 >= len(s) || s[j] != ' ' || end > 0 && !('A' <= s[j+1] && s[j+1] <= 'Z') {
			break
		}
		j++
	}
	if end > 0 {
		to = z.afterStreet(end)
	}
	hasUnit := to > end
	var hasTown bool
	switch {
	case end > 0:
		if t, _ := z.town(to, capitals); t > 0 {
			to, hasTown = t, true
		}
	case capitals && nameEnd > 0:
		// No suffix: the postcode must tell.
		if t, post := z.town(nameEnd, true); t > 0 && post && strings.IndexByte(s[nameEnd:t], ',') >= 0 && !noise {
			to, hasTown = t, true
		}
	}
	if to == 0 {
		return 0, 0
	}
	score, reason := 0.9, "house number, street and town"
	if !hasTown {
		before, begins := z.wordBefore(start)
		switch {
		case noise:
			return 0, 0
		case hasUnit && capitals:
			reason = "house number, street and unit"
		case z.year(start) && !begins && before&atWord == 0:
			return 0, 0 // in 2008 Main Street suffered
		case strong && capitals && (begins || before&placeWord != 0 || z.domicileBefore(start)):
			score, reason = 0.8, "house number and street"
		case !strong && capitals && (before&atWord != 0 || z.domicileBefore(start)):
			score, reason = 0.7, "house number and street"
		case strong && !capitals && (before&atWord != 0 || begins) && z.domicileBefore(start):
			score, reason = 0.65, "house number, street and context"
		default:
			return 0, 0
		}
	}
	from = z.unitBefore(start, low)
	z.addAddress(from, to, score, reason)
	return from, to
}

// year tells whether the number at i reads like a year: 1900 to 2099.
func (z *scanner) year(i int) bool {
	s := z.s[i:]
	return len(s) > 4 && (s[:2] == "19" || s[:2] == "20") && digit(s[2]) && digit(s[3]) && !digit(s[4])
}

// prevWord returns where the word that ends at k begins.
func prevWord(s string, k int) int {
	j := k
	for j > 0 && letter(s[j-1]) {
		j--
	}
	return j
}

// afterStreet returns where the direction, units and floor end that follow a
// street at i; i where there are none. A direction alone does not count.
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

// town returns where the town and what ends it, a state, a ZIP code or a
// postcode, end after the street that ends at i, or 0; post is whether a code is
// among them. capitals is whether the street is written with capitals, so that
// the town must be too.
func (z *scanner) town(i int, capitals bool) (end int, post bool) {
	s := z.s
	j := i
	words, comma := 0, false
	allUp := true
	for words < maxTownWords && j-i < 90 {
		k := j
		comma = false
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

// commaFollowed tells whether a comma stands at i.
func (z *scanner) commaFollowed(i int) bool { return i < len(z.s) && z.s[i] == ',' }

// zip returns where a US ZIP code or a Canadian postal code after i ends, or 0.
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

// postcode returns where the UK postcode at i ends, or 0: the forms of the Royal
// Mail's Postcode Address File, in either case.
func postcode(s string, i int) int {
	for _, p := range [...]string{"A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA"} {
		if pattern(s, i, p) && (i+len(p) == len(s) || !alnum(s[i+len(p)])) {
			return i + len(p)
		}
	}
	return 0
}

// pattern tells whether s at i has the form p: 9 stands for a digit, A for a
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

// unitBefore returns where "Flat 2, " or the like before the house number at i
// begins, not before low, or i.
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
