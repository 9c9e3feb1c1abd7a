package pii

// card reports the payment card number at the first groups, or returns 0: 13 to
// 19 digits of a known issuer (ISO/IEC 7812) that pass the Luhn check, in one
// group or grouped as on cards.
func (z *scanner) card(g []digits) int {
	if !z.d.on[kCard] || g[0].len() < 4 {
		return 0
	}
	var n int
	switch {
	case g[0].len() >= 13 && g[0].len() <= 19:
		n = 1
	case grouped(g, cardSeps, 4, 4, 4, 4, 3):
		n = 5
	case grouped(g, cardSeps, 4, 4, 4, 4):
		n = 4
	case grouped(g, cardSeps, 4, 6, 5), grouped(g, cardSeps, 4, 6, 4):
		n = 3
	case shape(g, " -", 6, 13), shape(g, " -", 6, 10):
		n = 2
	default:
		// Any other grouping: the words before must say that it is a card.
		if n = z.cardGroups(g); n == 0 {
			return 0
		}
		if c := z.nearby(g[0].start); !c.near(inCard) {
			return 0
		}
	}
	var buf [24]byte
	num := z.join(buf[:0], g[:n])
	issuer := cardIssuer(num)
	if issuer == "" || !luhn(num) || !z.freeRight(g[n-1].end) || uniform(num) {
		return 0
	}
	c := z.nearby(g[0].start)
	// Numbers of orders are not grouped like a card that passes the check.
	if n == 1 && c.refuted(inCard) || z.quantity(g[n-1].end) {
		return 0
	}
	score := 0.9
	if c[inCard] != 0 || n > 1 {
		score = 0.98
	}
	return z.add(kCard, g[0].start, g[n-1].end, score, issuer)
}

// cardSeps are the separators between the groups of a card's number; they may
// be mixed.
const cardSeps = " -./_"

// cardGroups returns how many groups together have the digits of a card's
// number and pass its check, or 0.
func (z *scanner) cardGroups(g []digits) int {
	total := 0
	for i, d := range g {
		if total += d.len(); d.len() < 2 || total > 19 {
			return 0
		}
		var buf [24]byte
		if total >= 13 && z.freeRight(d.end) {
			if num := z.join(buf[:0], g[:i+1]); cardIssuer(num) != "" && luhn(num) {
				return i + 1
			}
		}
		if !oneOf(cardSeps, d.sep) {
			return 0
		}
	}
	return 0
}

// cardIssuer returns the network whose range contains num and whose lengths
// allow it, or "".
func cardIssuer(num []byte) string {
	n := len(num)
	p := 0 // the first six digits
	for _, c := range num[:6] {
		p = 10*p + int(c-'0')
	}
	in := func(lo, hi int) bool { return lo <= p && p <= hi }
	switch {
	case num[0] == '4' && (n == 13 || n == 16 || n == 19):
		return "Visa, Luhn check passed"
	case (in(510000, 559999) || in(222100, 272099)) && n == 16:
		return "Mastercard, Luhn check passed"
	case (in(340000, 349999) || in(370000, 379999)) && n == 15:
		return "American Express, Luhn check passed"
	case in(620000, 629999) && n >= 16, in(810000, 817199) && n >= 16:
		return "UnionPay, Luhn check passed"
	case (in(601100, 601199) || in(644000, 659999)) && n >= 16:
		return "Discover, Luhn check passed"
	case in(352800, 358999) && n >= 16:
		return "JCB, Luhn check passed"
	case (in(360000, 369999) || in(380000, 399999) || in(300000, 305999)) && (n == 14 || n == 16):
		return "Diners Club, Luhn check passed"
	case in(220000, 220499) && n >= 16:
		return "Mir, Luhn check passed"
	case (in(500000, 509999) || in(560000, 589999) || in(630000, 639999) || in(670000, 679999)) && n >= 16:
		return "Maestro or a local card, Luhn check passed"
	}
	return ""
}

// luhn verifies the check digit (ISO/IEC 7812-1 annex B).
func luhn(num []byte) bool {
	sum, double := 0, false
	for i := len(num) - 1; i >= 0; i-- {
		d := int(num[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// uniform reports whether all digits are the same, as in filler.
func uniform(num []byte) bool {
	for _, c := range num {
		if c != num[0] {
			return false
		}
	}
	return true
}
