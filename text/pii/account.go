package pii

import "strings"

// account reports the QQ number or passport number s[start:end], consisting of
// digits and named by words before it, or returns 0.
func (z *scanner) account(start, end int) int {
	n := end - start
	if n < 5 || n > 12 {
		return 0
	}
	if n <= 11 && z.s[start] != '0' && z.d.on[kQQ] && z.freeRight(end) {
		name, strong := z.labelBefore(start, lex().qq)
		if (name != "" && (name != "q" || strong) || z.qqAfter(end)) && !z.quantity(end) {
			return z.add(kQQ, start, end, 0.9, "five to eleven digits named QQ")
		}
	}
	return z.passport(start, end)
}

// spacedQQ reports the QQ number written in groups of three or four digits,
// after a word that names it, or returns 0: QQ 2844 107 73.
func (z *scanner) spacedQQ(g []digits) int {
	if !z.d.on[kQQ] || z.s[g[0].start] == '0' {
		return 0
	}
	total, n := 0, 0
	for n < len(g) && g[n].len() <= 4 && (n == 0 || g[n-1].sep == g[0].sep && !g[n-1].wide) && total+g[n].len() <= 11 {
		total += g[n].len()
		n++
		if g[n-1].len() < 3 {
			break
		}
	}
	if n < 2 || total < 7 || !oneOf(" -", g[0].sep) || !z.ends(g, n) || n < len(g) && g[n-1].sep == g[0].sep || z.quantity(g[n-1].end) {
		return 0
	}
	name, strong := z.labelBefore(g[0].start, lex().qq)
	if name == "" || name == "q" && !strong {
		return 0
	}
	return z.add(kQQ, g[0].start, g[n-1].end, 0.85, "seven to eleven digits in groups, named QQ")
}

// qqAfter reports whether the words after i say that a QQ number ends there:
// 加374855456这个qq.
func (z *scanner) qqAfter(i int) bool {
	s := z.s[i:]
	for _, w := range [...]string{"这个qq", "这qq", "是我qq", "是我的qq", "（qq", "(qq"} {
		if len(s) >= len(w) && equalFold(s[:len(w)], w) {
			return true
		}
	}
	return false
}

// joinedQQ reports the QQ number in a run such as qq12345678, or returns 0.
func (z *scanner) joinedQQ(start, end int) int {
	s := z.s
	at := start
	for at < end && s[at]|0x20 == 'q' {
		at++
	}
	n := end - at
	if n < 5 || n > 11 || at == start || at > start+2 || s[at] == '0' || !allDigits(s[at:end]) || !z.freeRight(end) || z.quantity(end) {
		return 0
	}
	if at == start+1 && !strings.HasSuffix(s[:start], "加") {
		return 0
	}
	return z.add(kQQ, at, end, 0.9, "five to eleven digits named QQ")
}

// numberSign reports whether s ends with the Chinese word for an account
// number, so that the account may consist of letters only: 微信号snowpanda.
func numberSign(s string) bool {
	for _, w := range [...]string{"号", "号码", "号是", "号为", "号叫"} {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}

// wechat reports the WeChat ID that begins with the run s[start:end], if words
// before it name it, and returns where to continue. hasDigit reports whether
// the run has digits.
func (z *scanner) wechat(start, end int, hasDigit bool) int {
	s := z.s
	stop := end
	for stop < len(s) && (alnum(s[stop]) || s[stop] == '_' || s[stop] == '-') && stop-start <= 20 {
		if c := s[stop]; !letter(c) {
			hasDigit = true
		}
		stop++
	}
	for stop > end && s[stop-1] == '-' {
		stop--
	}
	if stop-start < 6 || stop-start > 20 || !letter(s[start]) || !z.d.on[kWeChat] {
		return end
	}
	if stop-start >= 12 && equalFold(s[start:start+5], "wxid_") && z.freeLeft(start) {
		return z.add(kWeChat, start, stop, 0.95, "the prefix of the IDs that WeChat gives")
	}
	if !hasDigit {
		// letters only: a colon must introduce them
		if start == 0 || !numberSign(s[:start]) && s[start-1] != ':' && s[start-1] != 0x9A && (s[start-1] != ' ' || start <= 1 || s[start-2] != ':' && s[start-2] != 0x9A) {
			return end
		}
	}
	if !z.freeLeft(start) || stop < len(s) && (s[stop] == '@' || s[stop] == '.' && stop+1 < len(s) && alnum(s[stop+1])) {
		return end
	}
	name, strong := z.labelBefore(start, lex().wechat)
	if name == "" || !hasDigit && !strong {
		return end
	}
	score := 0.9
	if !hasDigit {
		if stop < len(s) && s[stop] == ' ' && stop+1 < len(s) && letter(s[stop+1]) {
			return end // a sentence follows the colon, not a name
		}
		score = 0.6
	}
	return z.add(kWeChat, start, stop, score, "a WeChat ID's form and a word that names it")
}
