package pii

// ibanLengths are the registered lengths of each country's numbers (ISO 13616
// registry).
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29, "BY": 28, "CH": 21,
	"CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18,
	"FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
	"IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24,
	"ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29,
	"PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23,
	"ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

// iban reports the IBAN that begins at start, in one piece or in groups, or
// returns 0. Its country fixes its length and mod 97 its check digits (ISO
// 7064).
func (z *scanner) iban(start int) int {
	s := z.s
	// Letters of one case: a number typed in lower case is as good as any.
	lowered := s[start] & 0x20
	want := ibanLengths[string([]byte{s[start] &^ 0x20, s[start+1] &^ 0x20})]
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
			// The first letter alone may be a capital: that is how phones begin.
			if !letter(c) || c&0x20 != lowered && !(n == 1 && lowered == 0) {
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

// ibanApart reports the IBAN whose country's code is the run s[start:end], in
// capitals and apart from the digits, or returns 0: NL 63 ABNA ….
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

// mod97 is the remainder that a valid IBAN leaves as 1, its first four
// characters moved to the end and letters read as 10 to 35.
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
