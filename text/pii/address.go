package pii

// addresses finds street addresses: English ones from their house number or box
// on, Chinese ones around their house or building number. Both read a bounded
// stretch around each number, so time is linear in the text.
func (z *scanner) addresses() {
	s := z.s
	low := 0 // addresses begin here or later
	for i := 0; i < len(s); {
		c := byteClass[s[i]]
		if c&bAlnum == 0 {
			i++
			continue
		}
		start := i
		for i < len(s) && digit(s[i]) {
			i++
		}
		to := 0
		if i > start {
			if _, to = z.chineseAddress(start, i, low); to == 0 {
				_, to = z.englishAddress(start, i, low)
			}
		} else if s[i]|0x20 == 'p' || 'A' <= s[i] && s[i] <= 'Z' {
			_, to = z.wordAddress(start, low)
		}
		if to > 0 {
			low, i = to, to
			continue
		}
		for i < len(s) && alnum(s[i]) {
			i++
		}
	}
}

// addAddress reports the address s[from:to].
func (z *scanner) addAddress(from, to int, score float64, reason string) {
	z.spans = append(z.spans, Span{Start: from, End: to, Type: Address, Score: score, Reason: reason})
}
