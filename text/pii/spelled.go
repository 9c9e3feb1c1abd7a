package pii

// maxSpelled is the maximum number of digits of a number with its digits apart.
const maxSpelled = 19

// spelled reports the telephone, card or identity number whose digits stand
// apart, as people write them to get past filters, or returns 0: 1 3 8 1 …,
// 2-0-2-5-…. Words before it must say what a telephone or card number is.
func (z *scanner) spelled(g []digits) int {
	if len(g) < 7 {
		return 0
	}
	for i := range g[:7] {
		if g[i].len() != 1 || g[i].sep != g[0].sep || g[i].wide {
			return 0
		}
	}
	s, start := z.s, g[0].start
	if start > 1 && s[start-1] == g[0].sep && digit(s[start-2]) {
		return 0 // the rest of a longer row
	}
	var buf [maxSpelled]byte
	num, end := buf[:0], start
	for i := start; i < len(s) && digit(s[i]); {
		if len(num) == maxSpelled {
			return 0
		}
		num, end = append(num, s[i]), i+1
		sep, next := z.separator(start, end, len(num))
		if sep != g[0].sep || next != end+1 {
			break
		}
		i = next
	}
	if !z.freeRight(end) || z.quantity(end) {
		return 0
	}
	if len(num) == 18 && residentID(string(num)) {
		return z.add(kCNID, start, end, 0.95, "region, date and ISO 7064 check passed")
	}
	c := z.nearby(start)
	if len(num) >= 13 && c.near(inCard) && cardIssuer(num) != "" && luhn(num) && !uniform(num) {
		return z.add(kCard, start, end, 0.9, cardIssuer(num))
	}
	if z.d.phones == nil || len(num) < 9 || len(num) > 15 || !c.near(inPhone) && !z.namedAfter(end) {
		return 0
	}
	plus := z.plusBefore(start)
	for _, r := range z.d.phones.regions {
		if !plus && r.national(num) {
			return z.add(kPhone, start, end, 0.8, "a number in use in "+r.code+", its digits apart")
		}
	}
	if !z.d.phones.international(num) {
		return 0
	}
	if plus {
		start--
	}
	return z.add(kPhone, start, end, 0.8, "a number in use under its country code, its digits apart")
}
