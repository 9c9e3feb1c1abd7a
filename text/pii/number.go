package pii

// maxGroups is how many groups of digits are read as one number.
const maxGroups = 8

// digits is a group of digits s[start:end]; sep is what joins the next group
// to it: ' ', '-', '.', '/', ')' for ") " and ")", 0 for the last.
type digits struct {
	start, end int
	sep        byte
}

func (g digits) len() int { return g.end - g.start }

// number looks at the digits that begin at start and the groups joined to
// them, and returns where to go on.
func (z *scanner) number(start int) int {
	g := z.groups(start)
	first := g[0].end
	if end := z.ip4(g); end > 0 {
		return end
	}
	if !z.freeLeft(start) {
		return z.past(g, start)
	}
	if end := z.identity(g); end > 0 {
		return end
	}
	if end := z.card(g); end > 0 {
		return end
	}
	if end := z.ssn(g); end > 0 {
		return end
	}
	if end := z.account(start, first); end > 0 {
		return end
	}
	if end := z.phone(g); end > 0 {
		return end
	}
	return first
}

// past skips the groups of a number that cannot begin where it does: the rest
// of 1-2-3 is no number of its own.
func (z *scanner) past(g []digits, start int) int {
	for i := range g {
		if g[i].sep != '-' && g[i].sep != '.' {
			return g[i].end
		}
	}
	return g[len(g)-1].end
}

// groups reads the digits at start and those that single separators join.
func (z *scanner) groups(start int) []digits {
	s, n, i := z.s, 0, start
	for n < maxGroups && (n == 0 || i-start < 28) {
		end := i
		for end < len(s) && digit(s[end]) {
			end++
		}
		z.group[n] = digits{start: i, end: end}
		n++
		if end >= len(s) {
			break
		}
		next, sep := end+1, s[end]
		switch sep {
		case ' ', '-', '.', '/':
		case ')':
			if next < len(s) && (s[next] == ' ' || s[next] == '-') {
				next++
			}
		case '(':
			if n > 1 || start == 0 || s[start-1] != '+' { // +86(755)…
				sep = 0
			}
		default:
			sep = 0
		}
		if sep == ' ' && next < len(s) && s[next] == '(' {
			next, sep = next+1, '('
		}
		if sep == 0 || next >= len(s) || !digit(s[next]) {
			break
		}
		z.group[n-1].sep = sep
		i = next
	}
	return z.group[:n]
}

// value is the number that up to nine digits write.
func (z *scanner) value(g digits) int {
	v := 0
	for _, c := range []byte(z.s[g.start:min(g.end, g.start+9)]) {
		v = 10*v + int(c-'0')
	}
	return v
}

// join copies the digits of groups into buf.
func (z *scanner) join(buf []byte, g []digits) []byte {
	for _, d := range g {
		buf = append(buf, z.s[d.start:d.end]...)
	}
	return buf
}

// shape tells whether the first groups have these lengths, all joined by one of
// seps, the same throughout.
func shape(g []digits, seps string, lengths ...int) bool {
	if len(g) < len(lengths) {
		return false
	}
	for i, n := range lengths {
		if g[i].len() != n {
			return false
		}
		if i+1 < len(lengths) && (g[i].sep != g[0].sep || !oneOf(seps, g[i].sep)) {
			return false
		}
	}
	return true
}

func oneOf(set string, c byte) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}

// ends tells whether a number of the first n groups is whole: no further group
// is joined to it the same way.
func (z *scanner) ends(g []digits, n int) bool {
	last := g[n-1]
	if n < len(g) && (last.sep == '-' || last.sep == '.' || n > 1 && last.sep == g[0].sep) {
		return false
	}
	return z.freeRight(last.end)
}
