package pii

// maxGroups is the maximum number of groups of digits that are read as one
// number.
const maxGroups = 8

// digits is a group of digits s[start:end]. sep is the separator before the
// next group: ' ', '-', '.', '/', '_', ')' for ") " and ")", 0 for the last
// group. wide is set if the separator is more than that sign and a bracket: " -
// ", two spaces.
type digits struct {
	start, end int
	sep        byte
	wide       bool
}

func (g digits) len() int { return g.end - g.start }

// number looks at the digits that begin at start and the groups joined to them,
// and returns where to continue.
func (z *scanner) number(start int) int {
	g := z.groups(start)
	first := g[0].end
	if end := z.ip4(g); end > 0 {
		return end
	}
	if !z.freeLeft(start) {
		return z.past(g, start)
	}
	if end := z.spelled(g); end > 0 {
		return end
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
	if end := z.spacedQQ(g); end > 0 {
		return end
	}
	if end := z.phone(g); end > 0 {
		return end
	}
	return first
}

// past skips the groups of a rejected number: the rest of 1-2-3 is not a number
// of its own.
func (z *scanner) past(g []digits, start int) int {
	for i := range g {
		if g[i].sep != '-' && g[i].sep != '.' {
			return g[i].end
		}
	}
	return g[len(g)-1].end
}

// maxNumber is the maximum length in bytes of a number including separators.
const maxNumber = 44

// groups reads the digits at start and the groups joined to them by separators.
func (z *scanner) groups(start int) []digits {
	s, n, i := z.s, 0, start
	for n < maxGroups && (n == 0 || i-start < maxNumber) {
		end := i
		for end < len(s) && digit(s[end]) {
			end++
		}
		z.group[n] = digits{start: i, end: end}
		n++
		sep, next := z.separator(start, end, n)
		if sep == 0 {
			break
		}
		z.group[n-1].sep = sep
		z.group[n-1].wide = next-end > 1 && s[next-1] == ' ' && sep != ')'
		i = next
	}
	return z.group[:n]
}

// Maximum white space before and after a separator.
const maxSpaces = 3

// separator returns the sign between the group of digits that ends at end, the
// n-th of the number that begins at start, and the next group, and the start of
// that group; 0 if there is none.
func (z *scanner) separator(start, end, n int) (sep byte, next int) {
	s := z.s
	i := spacesEnd(s, end)
	sep = ' '
	if i < len(s) {
		switch c := s[i]; c {
		case '-', '.', '/', '_':
			sep = c
			if i = spacesEnd(s, i+1); c == '.' && i > end+1 && s[end] == '.' {
				return 0, 0 // the end of a sentence: in 2012. 45 people
			}
			// +81-(0)3, 0049-(0)30
			if i < len(s) && s[i] == '(' && (z.plusBefore(start) || s[start] == '0') {
				i++
			}
		case ')':
			if i != end {
				return 0, 0
			}
			sep = ')'
			if i++; i < len(s) && oneOf(" -./", s[i]) {
				i++
			}
		case '(':
			// +86(755)…, 1 (202) …
			if i == end && (n > 1 || !z.plusBefore(start)) {
				return 0, 0
			}
			sep = '('
			i++
		}
	}
	if i == end || i >= len(s) || !digit(s[i]) {
		return 0, 0
	}
	return sep, i
}

// plusBefore reports whether there is a + before i.
func (z *scanner) plusBefore(i int) bool { return i > 0 && z.s[i-1] == '+' }

// spacesEnd returns the end of the spaces at i, at most maxSpaces of them.
func spacesEnd(s string, i int) int {
	for end := min(len(s), i+maxSpaces); i < end && s[i] == ' '; {
		i++
	}
	return i
}

// value returns the value of a group of up to nine digits.
func (z *scanner) value(g digits) int {
	v := 0
	for _, c := range []byte(z.s[g.start:min(g.end, g.start+9)]) {
		v = 10*v + int(c-'0')
	}
	return v
}

// join copies the digits of groups to buf.
func (z *scanner) join(buf []byte, g []digits) []byte {
	for _, d := range g {
		buf = append(buf, z.s[d.start:d.end]...)
	}
	return buf
}

// shape reports whether the first groups have these lengths and are all joined
// by the same one of seps.
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

// grouped is shape for any mixture of seps: 312/555-0123.
func grouped(g []digits, seps string, lengths ...int) bool {
	if len(g) < len(lengths) {
		return false
	}
	for i, n := range lengths {
		if g[i].len() != n || i+1 < len(lengths) && !oneOf(seps, g[i].sep) {
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

// ends reports whether a number of the first n groups is complete: no further
// group is joined to it in the same way.
func (z *scanner) ends(g []digits, n int) bool {
	last := g[n-1]
	if n < len(g) && !apart(g, n) && (last.sep == '-' || last.sep == '.' || n > 1 && last.sep == g[0].sep) {
		return false
	}
	return z.freeRight(last.end)
}

// apart reports whether the group after the first n is farther away than these
// are from one another, as in columns of a table.
func apart(g []digits, n int) bool {
	if n >= len(g) || !g[n-1].wide {
		return false
	}
	for _, d := range g[:n-1] {
		if d.wide {
			return false
		}
	}
	return true
}
