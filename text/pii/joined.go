package pii

// labelled looks for a number in the run s[start:end] that is joined to a word
// before or after it, and returns the end of the number, or 0.
func (z *scanner) labelled(start, end int) int {
	s := z.s
	at := start
	for at < end && letter(s[at]) {
		at++
	}
	found := len(z.spans)
	if at > start {
		if !z.freeLeft(start) || end-at < 1 || !lex().joinedBefore.Has(lower(s[start:at])) {
			return 0
		}
		z.after = at
		stop := at
		if allDigits(s[at:end]) {
			stop = z.number(at)
		} else if end-at == 18 && z.freeRight(end) {
			stop = z.chineseCode(at, end)
		}
		z.after = 0
		return z.since(found, stop)
	}
	for at < end && digit(s[at]) {
		at++
	}
	word := at
	for word < end && letter(s[word]) {
		word++
	}
	if n := at - start; n < 10 || n > 19 || word == at || !z.freeLeft(start) || !lex().joinedAfter.Has(lower(s[at:word])) {
		return 0
	}
	z.before = at
	stop := z.number(start)
	z.before = 0
	return z.since(found, stop)
}

// since returns stop if something was found after the first n spans, otherwise
// 0.
func (z *scanner) since(n, stop int) int {
	if len(z.spans) == n {
		return 0
	}
	return stop
}

// labelEnds reports whether a word that names the number joined to it ends at
// i.
func (z *scanner) labelEnds(i int) bool {
	start := i
	for start > 0 && i-start < 12 && letter(z.s[start-1]) {
		start--
	}
	return lex().joinedBefore.Has(lower(z.s[start:i])) && (start == 0 || !alnum(z.s[start-1]))
}
