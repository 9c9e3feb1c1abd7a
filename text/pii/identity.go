package pii

import "time"

// identity reports the Chinese resident identity number or social credit code
// at the first group, or returns 0.
func (z *scanner) identity(g []digits) int {
	start, end := g[0].start, g[0].end
	if end := z.identityGroups(g); end > 0 {
		return z.add(kCNID, start, end, 0.98, "region, date and ISO 7064 check passed")
	}
	switch end - start {
	case 18:
		if z.freeRight(end) && !z.quantity(end) {
			return z.chineseCode(start, end)
		}
	case 15:
		if z.freeRight(end) && residentDate(z.s[start:end], "19") {
			if c := z.nearby(start); c.near(inIdentity) {
				return z.add(kCNID, start, end, 0.8, "15-digit identity number: region, date and context")
			}
		}
	}
	return 0
}

// identityGroups returns the end of a resident identity number written in
// groups, 110105 19491231 002X or 110105 1949 1231 002X, or 0.
func (z *scanner) identityGroups(g []digits) int {
	total := 0
	for n, d := range g {
		total += d.len()
		if total < 17 && d.len() >= 2 && oneOf(" -./_", d.sep) {
			continue
		}
		end := d.end
		if total == 17 && end < len(z.s) && z.s[end]|0x20 == 'x' {
			end++
		} else if total != 18 {
			return 0
		}
		var buf [19]byte
		num := append(z.join(buf[:0], g[:n]), z.s[d.start:end]...)
		if n == 0 || !z.freeRight(end) || !residentID(string(num)) {
			return 0
		}
		return end
	}
	return 0
}

// chineseCode reports 18 characters that are a resident identity number (GB
// 11643) or a unified social credit code (GB 32100), or returns 0.
func (z *scanner) chineseCode(start, end int) int {
	s := z.s[start:end]
	if residentID(s) {
		return z.add(kCNID, start, end, 0.98, "region, date and ISO 7064 check passed")
	}
	if creditCode(s) {
		return z.add(kUSCC, start, end, 0.95, "GB 32100 check passed")
	}
	return 0
}

// residentID checks the region, the date of birth and the check character (ISO
// 7064 MOD 11-2).
func residentID(s string) bool {
	sum := 0
	for i := range 17 {
		if !digit(s[i]) {
			return false
		}
		// the weight of position i from the left is 2^(17−i) mod 11
		sum += int(s[i]-'0') * (1 << (17 - i) % 11)
	}
	c := s[17]
	if c == 'x' {
		c = 'X'
	}
	return c == "10X98765432"[sum%11] && residentDate(s, "")
}

// residentDate checks the six-digit region and the date of birth after it, with
// the century given if the number omits it.
func residentDate(s, century string) bool {
	region := (s[0]-'0')*10 + s[1] - '0'
	switch {
	case 11 <= region && region <= 15, 21 <= region && region <= 23, 31 <= region && region <= 37, 41 <= region && region <= 46,
		50 <= region && region <= 54, 61 <= region && region <= 65, region == 71, region == 81, region == 82, region == 83, region == 91:
	default:
		return false
	}
	num := func(t string) (v int) {
		for i := range len(t) {
			v = 10*v + int(t[i]-'0')
		}
		return v
	}
	year, rest := century, s[6:]
	if year == "" {
		year, rest = rest[:4], rest[4:]
	} else {
		year, rest = year+rest[:2], rest[2:]
	}
	y, m, d := num(year), num(rest[:2]), num(rest[2:4])
	if y < 1900 || y > 2099 || m < 1 || m > 12 || d < 1 {
		return false
	}
	return d <= time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// creditAlphabet holds the characters of a social credit code, by value.
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// creditValue holds a character's value plus one, in either case, 0 for others.
var creditValue = func() (t [256]uint8) {
	for i := range len(creditAlphabet) {
		c := creditAlphabet[i]
		t[c] = uint8(i + 1)
		if letter(c) {
			t[c|0x20] = uint8(i + 1)
		}
	}
	return t
}()

// creditCode checks the registering body, the region and the check character
// (weights 3^i mod 31).
func creditCode(s string) bool {
	switch s[0] {
	case '1', '5', '9', 'Y', 'A', 'N', 'y', 'a', 'n':
	default:
		return false
	}
	sum, w := 0, 1
	for i := range 17 {
		v := creditValue[s[i]]
		if v == 0 || 2 <= i && i < 8 && !digit(s[i]) {
			return false
		}
		sum += int(v-1) * w
		w = w * 3 % 31
	}
	return creditValue[s[17]] == uint8((31-sum%31)%31+1)
}

// ssn reports the US social security number at the first groups, or returns 0.
// It must be a number that may have been issued, written 3-2-4, or in any form
// after words that name it.
func (z *scanner) ssn(g []digits) int {
	start := g[0].start
	if grouped(g, "- ./_", 3, 2, 4) && z.ends(g, 3) {
		if !issued(z.value(g[0]), z.value(g[1]), z.value(g[2])) {
			return 0
		}
		c := z.nearby(start)
		if shape(g, "-", 3, 2, 4) && !g[0].wide && !c.refuted(inSSN) {
			return z.add(kSSN, start, g[2].end, 0.85, "written 3-2-4, in the issued range")
		}
		if c.near(inSSN) {
			return z.add(kSSN, start, g[2].end, 0.9, "issued range and context")
		}
		return 0
	}
	if g[0].len() == 9 && z.ends(g, 1) {
		v := z.value(g[0])
		if issued(v/1000000, v/10000%100, v%10000) {
			if c := z.nearby(start); c.near(inSSN) {
				return z.add(kSSN, start, g[0].end, 0.85, "nine digits in the issued range and context")
			}
		}
	}
	return 0
}

// issued excludes areas 000, 666 and 900 to 999, group 00 and serial 0000.
func issued(area, group, serial int) bool {
	return area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

// passport reports the passport number s[start:end] after words that name it,
// or returns 0: nine digits, one or two letters and six to eight digits, or,
// right after the words, nine capitals and digits.
func (z *scanner) passport(start, end int) int {
	s := z.s[start:end]
	if !z.d.on[kPassport] || len(s) < 8 || len(s) > 9 || !z.freeRight(end) {
		return 0
	}
	letters := 0
	for letters < len(s) && letter(s[letters]) {
		letters++
	}
	c := z.nearby(start)
	if !c.near(inPassport) {
		return 0
	}
	if (letters > 2 || letters == 0 && len(s) != 9 || !allDigits(s[letters:])) &&
		(len(s) != 9 || !upperAlnum(s) || c[inPassport] > passportBytes) {
		return 0
	}
	return z.add(kPassport, start, end, 0.85, "a passport number's form and context")
}

// passportBytes is the maximum distance in bytes of a word for passports before
// a number of mixed letters and digits, such as Germany's C01X00T47 or France's
// 12AB34567.
const passportBytes = 16

// upperAlnum reports whether s consists of capitals and at least four digits.
func upperAlnum(s string) bool {
	digits := 0
	for i := range len(s) {
		switch {
		case digit(s[i]):
			digits++
		case s[i] > 'Z':
			return false
		}
	}
	return digits >= 4
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !digit(s[i]) {
			return false
		}
	}
	return true
}
