package pii

// iban reports the IBAN that begins at start, in one piece or in groups, or
// returns 0. The country determines its length, and its check digits are
// verified mod 97 (ISO 7064).
func (z *scanner) iban(start int) int {
	s := z.s
	// Letters of one case: numbers typed in lower case are accepted.
	lowered := s[start] & 0x20
	want := lex().ibanLengths[string([]byte{s[start] &^ 0x20, s[start+1] &^ 0x20})]
	if want == 0 {
		return 0
	}
	var buf [34]byte
	n, i, last := 0, start, start
	for i < len(s) && n < want {
		c := s[i]
		if n > 1 && oneOf(" -./_", c) && i-last <= maxSpaces {
			i++
			continue
		}
		last = i
		if !digit(c) {
			// Only the first letter may be a capital, as phones capitalise it.
			if !letter(c) || c&0x20 != lowered && (n != 1 || lowered != 0) {
				return 0
			}
			lowered = c & 0x20
			c &^= 0x20
		}
		buf[n] = c
		n++
		i++
	}
	if n < want || !z.freeRight(i) || mod97(buf[:n]) != 1 {
		return 0
	}
	return z.add(kIBAN, start, i, 0.99, "country's length and mod 97 check passed")
}

// ibanApart reports the IBAN whose country code is the run s[start:end], in
// capitals and separate from the digits, or returns 0: NL 63 ABNA ….
func (z *scanner) ibanApart(start, end int) int {
	s := z.s
	if end-start != 2 || s[start] > 'Z' || s[start+1] > 'Z' || !z.freeLeft(start) {
		return 0
	}
	i := end
	for i < len(s) && i-end < maxSpaces && oneOf(" -.", s[i]) {
		i++
	}
	if i == end || i+1 >= len(s) || !digit(s[i]) || !digit(s[i+1]) {
		return 0
	}
	return z.iban(start)
}

// mod97 returns the remainder mod 97, with the first four characters moved to
// the end and letters read as 10 to 35. It is 1 for a valid IBAN.
func mod97(b []byte) int {
	r := 0
	for i := range b {
		c := b[(i+4)%len(b)]
		if digit(c) {
			r = (10*r + int(c-'0')) % 97
		} else {
			r = (100*r + int(c-'A') + 10) % 97
		}
	}
	return r
}
