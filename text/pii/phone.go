package pii

import "strings"

// phone reports the telephone number at the first groups, or returns 0.
func (z *scanner) phone(g []digits) int {
	b := z.d.phones
	if b == nil {
		return 0
	}
	s, start := z.s, g[0].start
	if start > 0 && s[start-1] == '+' {
		if end := z.plus(g); end > 0 {
			return end
		}
		return 0
	}
	if start < z.urlEnd && strings.HasSuffix(s[:start], chatHost) {
		var buf [maxGroups * 16]byte
		if b.international(z.join(buf[:0], g[:1])) {
			return z.add(kPhone, start, g[0].end, 0.95, "a number to chat with, in a URL")
		}
	}
	if end := z.abroad(g); end > 0 {
		return end
	}
	if end := z.coded(g); end > 0 {
		return end
	}
	total := 0
	for _, d := range g {
		total += d.len()
	}
	if total < 7 || g[0].len() > 14 || z.money(start) {
		return 0
	}
	n, reason, bare := z.nationalShape(g)
	if n == 0 {
		return z.local(g)
	}
	end := g[n-1].end
	if z.quantity(end) {
		return 0
	}
	if z.extension(g, n) {
		end = g[n].end
	}
	c := z.nearby(start)
	if c.refuted(inPhone) || bare && !c.near(inPhone) && !z.namedAfter(end) {
		return 0
	}
	if start > 0 && s[start-1] == '(' && g[0].sep == ')' {
		start--
	}
	score := 0.75
	if c[inPhone] != 0 {
		score = 0.9
	}
	return z.add(kPhone, start, end, score, reason)
}

// zeroApart reports whether the number begins with the national prefix in
// brackets: (0)1632 960 123.
func (z *scanner) zeroApart(g []digits) bool {
	start := g[0].start
	return start > 0 && z.s[start-1] == '(' && g[0].sep == ')' && g[0].len() == 1 && z.s[start] == '0'
}

// chatHost is WhatsApp's host for URLs that open a conversation with a number.
const chatHost = "wa.me/"

// namedAfter reports whether the words after i say that a telephone number ends
// there: "… is my cell", …是我的手机.
func (z *scanner) namedAfter(i int) bool {
	s := z.s[i:min(len(z.s), i+32)]
	for _, w := range [...]string{" is my ", " is the ", "'s my ", " = my ", " is our ", " (my ", "是我", "是他的", "是她的", "（我的"} {
		if !strings.HasPrefix(s, w) {
			continue
		}
		s = s[len(w):]
		for range 2 { // "new", "work"
			for _, n := range [...]string{"number", "cell", "phone", "mobile", "line", "的手机", "手机", "的电话", "电话", "的号", "号码", "的座机"} {
				if strings.HasPrefix(s, n) {
					return true
				}
			}
			if j := strings.IndexByte(s, ' '); j > 0 {
				s = s[j+1:]
			}
		}
		return false
	}
	return false
}

// plus reports the number in international form at the groups after a +: the
// longest that exists.
func (z *scanner) plus(g []digits) int {
	start := g[0].start - 1
	for n := len(g); n > 0; n-- {
		if !z.phoneEnds(g, n) {
			continue
		}
		var buf [maxGroups * 16]byte
		num, ok := z.joinPhone(buf[:0], g[:n])
		if ok && z.d.phones.international(num) {
			return z.add(kPhone, start, g[n-1].end, 0.95, "a number in use under its country code")
		}
	}
	return 0
}

// extension reports whether the group after the first n is the extension of a
// Chinese number: 010-62345678-8012.
func (z *scanner) extension(g []digits, n int) bool {
	if n >= len(g) || n < 2 || g[n-1].sep != '-' || g[n-1].len() < 7 || z.s[g[0].start] != '0' {
		return false
	}
	return g[n].len() >= 1 && g[n].len() <= 5 && (n+1 == len(g) || g[n].sep == ' ' || g[n].sep == '/') && z.freeRight(g[n].end)
}

// abroad reports the number in international form at the groups after the
// prefix 00, or returns 0: 0086-138-1234-5678. A single group counts only after
// words that name it.
func (z *scanner) abroad(g []digits) int {
	first := z.s[g[0].start:g[0].end]
	if len(first) < 3 || first[:2] != "00" || first[2] == '0' {
		return 0
	}
	c := z.nearby(g[0].start)
	if c.refuted(inPhone) || len(g) == 1 && !c.near(inPhone) {
		return 0
	}
	for n := len(g); n > 0; n-- {
		if !z.phoneEnds(g, n) || n == 1 && !c.near(inPhone) {
			continue
		}
		var buf [maxGroups * 16]byte
		num, ok := z.joinPhone(buf[:0], g[:n])
		if ok && len(num) > 2 && z.d.phones.international(num[2:]) {
			return z.add(kPhone, g[0].start, g[n-1].end, 0.9, "a number in use under its country code")
		}
	}
	return 0
}

// coded reports the number in international form without its + at the groups,
// or returns 0: 44 20 7946 0123, (86)13812345678. Unless a word for telephones
// precedes it, the country code must be a separate group, and the number must
// be long and in three groups or more: five numbers in a row may be anything.
func (z *scanner) coded(g []digits) int {
	s, start := z.s, g[0].start
	if s[start] == '0' || s[start] == '1' { // a national number, or a North American one
		return 0
	}
	c := z.nearby(start)
	named := c.near(inPhone)
	if c.refuted(inPhone) || z.money(start) || !named && (len(g) < 2 || g[0].len() > 3) {
		return 0
	}
	bracket := g[0].sep == ')' && start > 0 && s[start-1] == '('
	for n := len(g); n > 0; n-- {
		if !z.phoneEnds(g, n) || z.quantity(g[n-1].end) {
			continue
		}
		var buf [maxGroups * 16]byte
		num, ok := z.joinPhone(buf[:0], g[:n])
		if !ok || len(num) < 10 || !named && !bracket && (n < 3 || len(num) < 11 || g[n-1].len() < 3) || !z.d.phones.international(num) {
			continue
		}
		if bracket {
			start--
		}
		if !named {
			return z.add(kPhone, start, g[n-1].end, 0.6, "a number in use under its country code, without a plus")
		}
		return z.add(kPhone, start, g[n-1].end, 0.85, "a number in use under its country code, without a plus, and a word that names it")
	}
	return 0
}

// local reports the number without an area code at the groups, or returns 0:
// seven or eight digits right after a word for telephones.
func (z *scanner) local(g []digits) int {
	first := z.s[g[0].start]
	if first < '2' || first > '9' {
		return 0
	}
	var n int
	var chinese bool
	switch {
	case shape(g, "-.", 3, 4) && z.ends(g, 2):
		n = 2
	case shape(g, "- ", 4, 4) && z.ends(g, 2):
		n, chinese = 2, true
	case (g[0].len() == 7 || g[0].len() == 8) && z.ends(g, 1):
		n, chinese = 1, true
	default:
		return 0
	}
	if chinese && (z.d.phones.china == nil || first == '9') || !chinese && !z.d.phones.nanp {
		return 0
	}
	labels := lex().localLatin
	if chinese {
		labels = lex().localHan
	}
	if name, _ := z.labelBefore(g[0].start, labels); name == "" || z.quantity(g[n-1].end) {
		return 0
	}
	return z.add(kPhone, g[0].start, g[n-1].end, 0.7, "the length of a local number and a word that names it")
}

// joinPhone joins groups unless together they are too long for a number.
func (z *scanner) joinPhone(buf []byte, g []digits) ([]byte, bool) {
	n, code := 0, 1 // code is the last group that may end an area code
	for i, d := range g {
		if n += d.len(); n > 15 {
			return nil, false
		}
		if i == 1 && d.len() == 1 && z.s[d.start] == '0' {
			code = 2 // +49 (0) 30 / 23125 000
		}
		// A slash follows an area or country code, or separates numbers.
		if d.sep == '/' && i+1 < len(g) && (i > code || z.s[g[0].start] != '0' && !z.plusBefore(g[0].start)) {
			return nil, false
		}
	}
	return z.join(buf, g), true
}

// phoneEnds reports whether a telephone number may end with group n: an
// extension may follow.
func (z *scanner) phoneEnds(g []digits, n int) bool {
	last := g[n-1]
	if n < len(g) {
		if z.extension(g, n) || apart(g, n) {
			return true
		}
		return last.sep == '/' || last.sep == ' ' && (n == 1 || g[n-2].sep != ' ' || g[n].len() < 3) || last.sep == '(' || last.sep == ')'
	}
	i := last.end
	if i+1 < len(z.s) && z.s[i]|0x20 == 'x' && digit(z.s[i+1]) {
		return true
	}
	return z.freeRight(i)
}

// nationalShape returns how many of the groups form a telephone number as
// written in the regions. bare reports whether it is a row of digits that could
// be anything, so that words must say that it is a telephone number.
func (z *scanner) nationalShape(g []digits) (n int, reason string, bare bool) {
	b := z.d.phones
	var buf [maxGroups * 16]byte
	if b.china != nil {
		if n, bare := z.chineseShape(g); n > 0 && z.phoneEnds(g, n) {
			num := z.join(buf[:0], g[:n])
			if len(num) == 13 && num[0] == '8' && num[1] == '6' {
				num = num[2:]
			}
			if b.china.national(num) {
				return n, "a Chinese number in use", bare
			}
		}
	}
	if b.nanp {
		if n, bare := z.americanShape(g); n > 0 && z.phoneEnds(g, n) {
			num := z.join(buf[:0], g[:n])
			for _, r := range b.regions {
				if r.prefix == "1" && r.national(num) {
					return n, "a North American number in use", bare
				}
			}
		}
	}
	for _, r := range b.regions {
		if r.prefix == "1" || r == b.china {
			continue
		}
		for n := min(len(g), 6); n > 0; n-- {
			if !z.phoneEnds(g, n) || n > 1 && (g[0].len() < 2 && !z.zeroApart(g) || g[0].sep == '.' || g[n-1].len() < 2) {
				continue
			}
			num, ok := z.joinPhone(buf[:0], g[:n])
			if !ok || len(num) < 9 || len(num) > 13 || r.prefix == "0" && num[0] != '0' || !r.national(num) {
				continue
			}
			return n, "a number in use in " + r.code, n == 1 || r.prefix != "0"
		}
	}
	return 0, "", false
}

// phoneSeps are the separators between the groups of a telephone number; they
// may be mixed.
const phoneSeps = " -./_"

// chineseShape counts the groups that are written like Chinese numbers:
// 13812345678, 138 1234 5678, 010-12345678, (0755)12345678, 400-123-4567.
func (z *scanner) chineseShape(g []digits) (n int, bare bool) {
	first := z.s[g[0].start]
	switch {
	case g[0].len() == 11 && first == '1':
		return 1, false
	case g[0].len() == 13 && first == '8', (g[0].len() == 11 || g[0].len() == 12) && first == '0':
		return 1, true
	case first == '1' && (grouped(g, phoneSeps, 3, 4, 4) || grouped(g, phoneSeps, 3, 3, 5) || grouped(g, " -", 4, 3, 4)):
		return 3, false
	case first == '1' && grouped(g, " -.", 3, 8):
		return 2, false
	case first == '1' && g[0].len() >= 2:
		return mobileGroups(g), true
	case first == '0' && (grouped(g, "- )./", 3, 8) || grouped(g, "- )./", 4, 8) || grouped(g, "- )./", 4, 7)):
		return 2, false
	case first == '0' && (grouped(g, "- )./", 3, 4, 4) || grouped(g, "- )./", 4, 4, 4) || grouped(g, "- )./", 4, 3, 4)):
		return 3, false
	case (first == '4' || first == '8') && (shape(g, "- ", 3, 3, 4) || shape(g, "- ", 4, 3, 3)):
		return 3, false
	}
	return 0, false
}

// mobileGroups returns how many groups together have the eleven digits of a
// Chinese mobile number, whatever their lengths, or 0.
func mobileGroups(g []digits) int {
	total := 0
	for i, d := range g {
		if total += d.len(); total == 11 {
			return i + 1
		}
		if d.len() < 2 || total > 11 || !oneOf(phoneSeps, d.sep) {
			return 0
		}
	}
	return 0
}

// americanShape counts the groups that are written like North American numbers:
// 202-555-0143, (202) 555-0143, 1 202 555 0143.
func (z *scanner) americanShape(g []digits) (n int, bare bool) {
	switch {
	case g[0].len() == 10:
		return 1, true
	case g[0].len() == 11 && z.s[g[0].start] == '1':
		return 1, true
	case grouped(g, phoneSeps+")", 3, 3, 4):
		return 3, false
	case len(g) >= 2 && g[0].sep == ')' && g[0].len() == 3 && g[1].len() == 7:
		return 2, false
	case len(g) >= 4 && g[0].len() == 1 && z.s[g[0].start] == '1':
		if n, _ := z.americanShape(g[1:]); n == 3 {
			return 4, false
		}
	}
	return 0, false
}
